"""Sending a call as the app does: signed, through the same door, limits and log as any other."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

import httpx
from litestar import Litestar

from clipcart.doorway import Upload
from clipcart.kit.clock import stopwatch, wall_now
from clipcart.open_api import signing
from clipcart.open_api.explorer.form import Filled
from clipcart.open_api.reference.snippets import TOKEN_HEADER, body_text
from clipcart.open_api.signing import Signed

LONGEST_SHOWN: Final = 60_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that was made: what was signed, and what was answered."""

    timestamp: int
    sign: str
    status: int
    headers: Mapping[str, str]
    raw: bytes
    took_ms: int

    @property
    def envelope(self) -> Mapping[str, Any]:
        """The answer's code, message and request id; empty for a document."""
        try:
            inside = json.loads(self.raw)
        except ValueError:
            return {}
        return inside if isinstance(inside, dict) else {}


async def send(
    app: Litestar,
    *,
    address: str,
    method: str,
    key: str,
    secret: str,
    token: str,
    query: Mapping[str, str],
    filled: Filled,
) -> Sent:
    """Sign a call and send it into the application, as if it had come over the network."""
    timestamp = int(wall_now().timestamp())
    pairs = [*query.items(), ("app_key", key), ("timestamp", str(timestamp))]
    inside, called = "http://inside", cast(Callable[..., Awaitable[None]], app)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=called, client=(address, 0), raise_app_exceptions=False)
    ) as client:
        request = client.build_request(
            method,
            inside + filled.path,
            params=httpx.QueryParams(urlencode(pairs)),
            **_contents(filled),
        )
        raw_path = request.url.raw_path.partition(b"?")[0].decode("latin-1")
        covered = Signed(
            raw_path, pairs, request.headers.get("content-type", ""), await request.aread()
        )
        sign = signing.sign(covered, secret)
        request.url = request.url.copy_merge_params({"sign": sign})
        request.headers[TOKEN_HEADER] = token
        began = stopwatch()
        answer = await client.send(request)
        took = stopwatch() - began
    return Sent(
        timestamp, sign, answer.status_code, answer.headers, answer.content, round(took * 1000)
    )


def _contents(filled: Filled) -> dict[str, Any]:
    if filled.files:
        files: dict[str, Upload] = dict(filled.files)
        return {
            "files": {name: (each.name or name, each.content) for name, each in files.items()},
            "data": filled.body or {},
        }
    if filled.body is None:
        return {"headers": {"content-type": "application/json"}}
    return {
        "content": body_text(filled.body).encode(),
        "headers": {"content-type": "application/json"},
    }


def pretty(sent: Sent) -> tuple[str, bool]:
    """The answer to read, and whether it was cut."""
    try:
        text = json.dumps(json.loads(sent.raw), indent=2, ensure_ascii=False)
    except ValueError:
        text = sent.raw.decode("utf-8", "replace")
    return text[:LONGEST_SHOWN], len(text) > LONGEST_SHOWN
