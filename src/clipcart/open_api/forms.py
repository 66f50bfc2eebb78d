"""Forms with files, as clients send them: a part is a file where the contract says so.

Some clients send a file without a name for it. Only the contract tells such a part from a text.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from clipcart.doorway import Upload
from clipcart.doorway.forms import MAX_TEXT, clean
from clipcart.kit.errors import Problem
from clipcart.open_api.contract import Operation
from clipcart.open_api.envelope import TOO_LARGE, fail, invalid

MOST_PARTS: Final = 50
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.I)
_NAME: Final = re.compile(r'[;\s]name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.I)
_FILE_NAME: Final = re.compile(r'[;\s]filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.I)


async def read_body(request: Request[Any, Any, Any]) -> bytes:
    """The body as it was sent. Fails where it is larger than any call may be."""
    try:
        return await request.body()
    except RequestEntityTooLarge as error:
        raise fail(TOO_LARGE, "The body is too large. Send less, or smaller files.") from error


class _NoForm(Exception):
    """The body is not what its content type says."""


def read_parts(
    operation: Operation, content_type: str, body: bytes
) -> tuple[dict[str, str], dict[str, Upload]]:
    """Texts and files of a form. Fails with the family's code where it is none."""
    names = {name.rstrip("!") for name, leaf in _fields(operation).items() if leaf == "f"}
    texts: dict[str, str] = {}
    files: dict[str, Upload] = {}
    try:
        for head, content in _parts(content_type, body):
            name = _found(_NAME, head)
            if name is None:
                raise _NoForm
            if name in names:
                files[name] = Upload(_found(_FILE_NAME, head) or "", content)
            elif _found(_FILE_NAME, head) is None:
                texts[name] = clean(content.decode()[:MAX_TEXT])
    except (_NoForm, UnicodeDecodeError) as error:
        problem = Problem("body", "it is no form", "send multipart/form-data with its boundary")
        raise invalid(operation.bad, [problem]) from error
    return texts, files


def _fields(operation: Operation) -> Mapping[str, object]:
    return operation.body if isinstance(operation.body, Mapping) else {}


def _found(pattern: re.Pattern[str], head: str) -> str | None:
    found = pattern.search(head)
    return None if found is None else (found[1] if found[1] is not None else found[2])


def _parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Each part's Content-Disposition and content."""
    boundary = _found(_BOUNDARY, content_type)
    if boundary is None:
        raise _NoForm
    mark = b"\r\n--" + boundary.encode("latin-1")
    _, *middle, last = [b"", *(b"\r\n" + body).split(mark, MOST_PARTS + 1)]
    if not last.startswith(b"--") or not middle:
        raise _NoForm
    found = []
    for part in middle[1:]:
        blanks, newline, rest = part.partition(b"\r\n")
        head, gap, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
        if blanks.strip() or not newline or not gap:
            raise _NoForm
        lines = head.decode().split("\r\n")
        place = next((each for each in lines if each.lower().startswith("content-dispos")), None)
        if place is None:
            raise _NoForm
        found.append((place, content))
    return found
