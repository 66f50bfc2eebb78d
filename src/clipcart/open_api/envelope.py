"""The envelope around every answer, and what stands in it when something is wrong."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response

from clipcart.kit.errors import Problem

SUCCESS: Final = "Success"
JSON: Final = "application/json"
REQUEST_ID_BYTES: Final = 10


class Failure(Exception):
    """The answer is no, with a code of the contract. Business codes come with HTTP 200."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}
        self.data = data


# Codes of the gate, each with its HTTP status, in the order in which a call is looked at.
NO_PATH: Final = (36009009, 404)
NO_METHOD: Final = (36009010, 405)
NO_VERSION: Final = (36009014, 400)
BAD_PARAMETER: Final = (36009004, 400)
BAD_SIGNATURE: Final = (106001, 401)
NO_CONTENT_TYPE: Final = (36009022, 400)
BAD_CONTENT_TYPE: Final = (36009023, 400)
TOO_LARGE: Final = (36009021, 413)
BAD_TOKEN: Final = (105001, 401)
TOKEN_OVER: Final = (105002, 401)
NO_SCOPE: Final = (105005, 403)
NO_CIPHER: Final = (106013, 400)
FOREIGN_CIPHER: Final = (101000, 400)
FOREIGN_IP: Final = (36009033, 403)
SHOP_INACTIVE: Final = (36009043, 401)
TOO_OFTEN: Final = (36009002, 429)
BROKEN: Final = (36009003, 500)
SLOW: Final = (36009007, 504)
DOWN: Final = (36009003, 503)
REFRESH_OVER: Final = (36004001, 200)
CODE_OVER: Final = (36004004, 200)


def fail(kind: tuple[int, int], message: str, **more: Any) -> Failure:
    """A failure of one of the kinds above."""
    code, status = kind
    return Failure(code, message, status=status, **more)


def sentence_of(problems: Sequence[Problem]) -> str:
    """Every problem with its field, the rule and the cure."""
    return " ".join(f"{_named(problem)}: {problem.cure.rstrip('.')}." for problem in problems)


def _named(problem: Problem) -> str:
    rule = problem.rule.rstrip(".")
    return rule if rule.startswith(problem.field) else f"{problem.field}: {rule}"


def invalid(code: int, problems: Sequence[Problem]) -> Failure:
    """A request that breaks rules: all of them at once."""
    status = BAD_PARAMETER[1] if code == BAD_PARAMETER[0] else 200
    return Failure(code, sentence_of(problems), status=status)


def new_request_id(now: datetime) -> str:
    """34 characters: the second in UTC, then twenty random hexadecimal digits."""
    return f"{now:%Y%m%d%H%M%S}{secrets.token_hex(REQUEST_ID_BYTES).upper()}"


def enveloped(
    data: Any,
    request_id: str,
    *,
    code: int = 0,
    message: str = SUCCESS,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (),
) -> Response[bytes]:
    """An answer as clients read it."""
    body = {"code": code, "message": message, "request_id": request_id, "data": data}
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type=JSON,
        headers={"Cache-Control": "no-store", **dict(headers)},
    )


def item_error(code: int, message: str, **detail: str) -> dict[str, Any]:
    """One failed item of a batch call: for `data.errors`."""
    return {"code": code, "message": message, "detail": detail}
