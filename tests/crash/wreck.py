"""An installation that is there to be killed: PostgreSQL, a server and workers of its own.

PostgreSQL runs with its durable settings. Processes are killed with SIGKILL, which nobody can
catch, and all their children with them.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import psutil

from clipcart import identity
from clipcart.kit.clock import stopwatch
from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from clipcart.main import Installation, open_installation
from clipcart.settings import Settings, read
from tests.support.world import World, build_world

SECRET = "a secret that is only for crashes"
SMALL = {"shared_buffers": "64MB", "log_min_duration_statement": "-1"}
START_LIMIT_S = 60
SERVER, WORKERS = "server", ("worker-a", "worker-b")
COMMANDS = {SERVER: "serve", **dict.fromkeys(WORKERS, "worker")}

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What a database that is killed or not there yet makes of a question."""


class Broken(AssertionError):
    """Something did not come back as it must; says what."""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter."""
    made = Path(tempfile.mkdtemp(prefix=f"clipcart-{name}-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@dataclass
class Wreck:
    """The installation. `world` is who and what is there, once `settle` was awaited."""

    folder: Path
    home: Path
    port: int = field(default_factory=free_port)
    settings_more: Mapping[str, str] = field(default_factory=dict)
    database: str = "clipcart"
    world: World | None = None
    processes: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.embedded = Embedded(self.folder / "postgres", {**SMALL, **self.settings_more})

    # -- what it is ----------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The database's address."""
        return self.embedded.url(self.database)

    @property
    def media(self) -> Path:
        """Where pictures lie."""
        return self.folder / "media"

    @property
    def own(self) -> dict[str, str]:
        """Its settings."""
        return {
            "CLIPCART_HOME": str(self.home),
            "CLIPCART_MEDIA_URL": self.media.as_uri(),
            "CLIPCART_DATABASE_URL": self.url,
            "CLIPCART_SECRET": SECRET,
            "CLIPCART_HOST": "127.0.0.1",
            "CLIPCART_PORT": str(self.port),
            "CLIPCART_PUBLIC_URL": self.base_url,
            "CLIPCART_POOL_SIZE": "6",
        }

    @property
    def settings(self) -> Settings:
        """Its settings, read."""
        return read(self.own)

    def log(self, name: str) -> Path:
        """What a process says."""
        return self.folder / f"{name}.log"

    async def open(self) -> Installation:
        """The installation in this process, to look at it and to move its clock."""
        return await open_installation(self.settings, self.url)

    # -- made ----------------------------------------------------------------------------------

    async def settle(self) -> World:
        """Start PostgreSQL, migrate, and settle the corner of the demo world."""
        await asyncio.to_thread(self.embedded.start)
        await migrate(self.url)
        identity.use_passwords(identity.Passwords(time_cost=1, memory_kib=64))
        installation = await self.open()
        try:
            self.world = await build_world(
                installation.db, installation.wiring, self.url, self.media
            )
        finally:
            await installation.close()
        return self.world

    async def fresh(self, name: str, template: str = "clipcart") -> None:
        """Go on with a copy of the settled database; the one before is dropped."""
        before, self.database = self.database, name
        admin = await asyncpg.connect(self.embedded.url("postgres"))
        try:
            await admin.execute(f"create database {name} template {template}")
            if before != template:
                await admin.execute(f"drop database {before} with (force)")
        finally:
            await admin.close()

    # -- started -------------------------------------------------------------------------------

    async def start(self, name: str, *, more: Mapping[str, str] | None = None) -> Process:
        """Start a process; it ends with ours."""
        command = COMMANDS[name]
        errors = self.log(name).open("ab")
        with errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "clipcart.ops.cli", command, "--with-parent"),
                env={**os.environ, **self.own, **(more or {})},
                stdin=PIPE,
                stdout=DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    async def start_all(self) -> None:
        """Everything up, and ready."""
        for name in COMMANDS:
            await self.start(name)
        await self.await_ready()

    async def await_ready(self) -> float:
        """Wait until the server says it is ready; gives how long that took, in seconds."""
        begun = stopwatch()
        async with httpx.AsyncClient(base_url=self.base_url, timeout=2) as http:
            while stopwatch() - begun < START_LIMIT_S:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get("/ready")).status_code == 200:
                        return stopwatch() - begun
                self.check_alive()
                await asyncio.sleep(0.03)
        raise Broken(f"the server was not ready within {START_LIMIT_S} s")

    def check_alive(self) -> None:
        """Raise Broken when a process ended that nobody killed."""
        for name, process in self.processes.items():
            if process.returncode is not None:
                raise Broken(f"{name} ended by itself with {process.returncode}")

    # -- killed --------------------------------------------------------------------------------

    async def kill(self, name: str) -> None:
        """SIGKILL to a process and everything that it started."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    def kill_serving(self) -> bool:
        """SIGKILL only to the process that answers; the one that watches it lives."""
        with contextlib.suppress(psutil.Error):
            watcher = psutil.Process(self.processes[SERVER].pid)
            for child in watcher.children(recursive=True):
                if child.cmdline()[-1:] != ["tracker"] and "resource_tracker" not in " ".join(
                    child.cmdline()
                ):
                    child.kill()
                    return True
        return False

    def kill_postgres(self) -> None:
        """SIGKILL to the postmaster and every backend."""
        for process in self.embedded._processes():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def kill_backend(self, place: int) -> bool:
        """SIGKILL to one process that serves a connection; PostgreSQL then restarts by itself."""
        serving = [one for one in self.embedded._processes() if "[local]" in _title(one)]
        if not serving:
            return False
        with contextlib.suppress(psutil.Error):
            serving[place % len(serving)].kill()
        return True

    async def start_postgres(self) -> None:
        """Start PostgreSQL again; it recovers what was committed."""
        await asyncio.to_thread(self.embedded.stop)
        await asyncio.to_thread(self.embedded.start)

    # -- ended ---------------------------------------------------------------------------------

    async def stop(self, *names: str) -> None:
        """Ask processes to end, all by default, and wait."""
        chosen = [(name, self.processes.pop(name)) for name in names or tuple(self.processes)]
        for _, process in chosen:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for name, process in chosen:
            try:
                await asyncio.wait_for(process.wait(), 30)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                raise Broken(f"{name} did not end within 30 s of SIGTERM") from None

    async def close(self) -> None:
        """Kill what runs, and stop PostgreSQL."""
        for name in list(self.processes):
            await self.kill(name)
        await asyncio.to_thread(self.embedded.stop)


def _title(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


@contextlib.asynccontextmanager
async def wreck_in(folder: Path, home: Path) -> AsyncIterator[Wreck]:
    """A settled installation, gone afterwards."""
    wreck = Wreck(folder, home)
    try:
        await wreck.settle()
        yield wreck
    finally:
        await wreck.close()
