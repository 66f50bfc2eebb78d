"""A real server and a real worker over a clone of the world, for browsers to walk through."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from clipcart.kit.clock import ticks_ms
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.support.world import World

START_LIMIT_MS = 90_000


@dataclass(frozen=True, slots=True)
class Site:
    """What is served at `url`, and the engine that moves its clock."""

    url: str
    world: World
    installation: Installation

    async def pass_time(self, by: timedelta) -> None:
        """Move the clock, with everything that falls due on the way."""
        await self._engine.advance(by)

    async def now(self) -> datetime:
        """What time it is there."""
        return await self._engine.now()

    @property
    def teapot(self) -> str:
        """The path of the teapot's page."""
        return f"/p/{self.world.shops['fernhollow']}/{self.world.products['teapot']}/teapot"

    @property
    def _engine(self) -> Engine:
        return Engine(self.installation.db, self.installation.wiring)


@contextlib.asynccontextmanager
async def served(environment: dict[str, str], log: Path) -> AsyncIterator[None]:
    """Server and worker as processes of their own, ready to answer. They end with us."""
    children = [_start(name, environment, log) for name in ("serve", "worker")]
    try:
        await _ready(f"http://127.0.0.1:{environment['CLIPCART_PORT']}/ready", children, log)
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(name: str, environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "clipcart.ops.cli", name, "--with-parent"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
        )


async def _ready(url: str, children: "list[subprocess.Popen[bytes]]", log: Path) -> None:
    limit = ticks_ms() + START_LIMIT_MS
    async with httpx.AsyncClient(timeout=5) as client:
        while ticks_ms() < limit and all(child.poll() is None for child in children):
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the server did not get ready:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text()[-4000:]
