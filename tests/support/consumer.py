"""A consumer of webhooks: a small HTTP server that keeps what it was sent and answers as told."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What it says."""
        return msgspec.json.decode(self.body)

    @property
    def type(self) -> int:
        """The number of its topic."""
        number: int = self.json["type"]
        return number

    def is_signed_by(self, key: str, secret: str) -> bool:
        """The signature as a client checks it."""
        made = hmac.new(secret.encode(), key.encode() + self.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(made, self.headers.get("authorization", ""))


@dataclass(slots=True)
class Consumer:
    """`answer` gives the status for each request; None hangs until the sender gives up."""

    port: int = 0
    answer: Callable[[Received], int | None] = lambda _: 200
    said: bytes = b""
    received: list[Received] = field(default_factory=list)

    def url(self, path: str = "/hook") -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}{path}"

    def bodies(self, path: str = "/hook") -> list[Any]:
        """What was sent to a path, in the order of coming."""
        return [each.json for each in self.received if each.path == path]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                pairs = (line.split(": ", 1) for line in head[1:] if line)
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                got = Received(head[0].split(" ")[1], headers, body)
                self.received.append(got)
                status = self.answer(got)
                if status is None:
                    await asyncio.sleep(60)
                    return
                answer = f"HTTP/1.1 {status} X\r\nContent-Length: {len(self.said)}\r\n\r\n"
                writer.write(answer.encode() + self.said)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def consuming() -> AsyncIterator[Consumer]:
    """A consumer on a port of its own."""
    made = Consumer()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
