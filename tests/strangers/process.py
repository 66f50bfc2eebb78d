"""A Node process with a client in it, and words to it."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from clipcart.web import node
from tests.strangers.packages import HERE

LONGEST_ANSWER = 1 << 22


class ClientFailed(Exception):
    """The client raised. `said` is what its error tells."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True, slots=True)
class Node:
    """Objects of clients, made and called by name."""

    process: asyncio.subprocess.Process

    async def make(self, name: str, of: tuple[str, str], *args: Any) -> None:
        """`new` of a class, given as module and name."""
        await self._ask({"make": name, "of": of, "args": args})

    async def call(self, path: str, *args: Any) -> Any:
        """`name.part.method` with arguments; what it gives once it has. Raises ClientFailed."""
        return await self._ask({"call": path, "args": args})

    async def _ask(self, words: dict[str, Any]) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(msgspec.json.encode(words) + b"\n")
        await self.process.stdin.drain()
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        assert line, "the client's process has ended"
        said = msgspec.json.decode(line)
        if "error" in said:
            raise ClientFailed(said["error"])
        return said["answer"]


def binary(content: bytes) -> dict[str, str]:
    """A buffer, among the arguments of a call."""
    return {"$bytes": base64.b64encode(content).decode()}


@asynccontextmanager
async def running(modules: Path, url: str, log: Path) -> AsyncIterator[Node]:
    """A process that redirects the service's hosts to `url`; what it complains of goes to `log`."""
    with log.open("ab") as complaints:
        process = await asyncio.create_subprocess_exec(
            str(node.program()),
            "--require",
            str(HERE / "redirect.cjs"),
            str(HERE / "driver.cjs"),
            env={**os.environ, "CLIPCART_URL": url, "STRANGERS_MODULES": str(modules)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            limit=LONGEST_ANSWER,
        )
        try:
            yield Node(process)
        finally:
            assert process.stdin
            process.stdin.close()
            await asyncio.wait_for(process.wait(), 30)
