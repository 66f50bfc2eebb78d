"""The bench's own clipcart: a home, a durable database, the server process and the worker."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psutil

from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from clipcart.settings import Settings, child_environment, read
from clipcart.web import assets

READY_LIMIT_S = 60
PROFILE = "profile"
"""The folder in the home that makes bench.serving profile."""
Process = subprocess.Popen[bytes]


class BenchFailed(Exception):
    """Something did not come out as it must; a figure without it would mean nothing."""


@dataclass(slots=True)
class House:
    """Where everything is and what runs."""

    settings: Settings
    url: str
    workers: int
    profile: Path | None = None
    server: Process | None = None
    worker: Process | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.settings.home / "clipcart.log"

    @property
    def port(self) -> int:
        """Where the server listens."""
        return self.settings.port

    def environment(self) -> dict[str, str]:
        """For child processes: this home, this database, production unless settings say no."""
        return {
            **child_environment(self.settings, self.url),
            "CLIPCART_ENV": "production" if self.settings.production else "development",
            "CLIPCART_HOST": self.settings.host,
            "CLIPCART_PUBLIC_URL": self.settings.public_url,
            "CLIPCART_MEDIA_URL": self.settings.media_url,
        }

    def start(self, *words: str, environment: dict[str, str] | None = None) -> Process:
        """A Python process of this installation; it ends when the bench does."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                env=environment or self.environment(),
                cwd=Path(__file__).resolve().parents[1],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_server(self) -> float:
        """Start the server; gives the seconds until it first answered with 200."""
        begun = time.perf_counter()
        if self.workers == 1 and self.profile is None:
            self.server = self.start("clipcart.ops.cli", "serve", "--with-parent")
        else:
            self.server = self.start("bench.serving", str(self.workers))
        self.await_ready(self.server)
        return time.perf_counter() - begun

    def await_ready(self, process: Process) -> None:
        """Until the server answers with 200."""
        limit = time.monotonic() + READY_LIMIT_S
        with httpx.Client(timeout=5) as client:
            while time.monotonic() < limit:
                if process.poll() is not None:
                    raise BenchFailed(f"the server ended:\n{self.log.read_text()[-3000:]}")
                with contextlib.suppress(httpx.HTTPError):
                    answer = client.get(f"http://127.0.0.1:{self.port}/ready")
                    if answer.status_code == 200:
                        return
                time.sleep(0.01)
        raise BenchFailed(f"the server was not ready in {READY_LIMIT_S} s; see {self.log}")

    def start_everything(self) -> tuple[float, float]:
        """`clipcart up` from nothing, PostgreSQL too; gives seconds to the first 200, and MB.

        Stops it again. For a house whose database is not running.
        """
        environment = {**self.environment(), "CLIPCART_DATABASE_URL": ""}
        begun = time.perf_counter()
        up = self.start("clipcart.ops.cli", "up", "--no-demo", environment=environment)
        try:
            self.await_ready(up)
            took_s = time.perf_counter() - begun
            time.sleep(2)
            return took_s, _memory_mb([up])[0]
        finally:
            _stop(up)

    def start_worker(self) -> None:
        """Start the worker, unless it runs."""
        if self.worker is None:
            self.worker = self.start("clipcart.ops.cli", "worker", "--with-parent")

    def stop_worker(self) -> None:
        """Stop the worker when it has finished what it began."""
        _stop(self.worker)
        self.worker = None

    def stop_server(self) -> None:
        """Stop the server, and fetch its profiles."""
        _stop(self.server)
        self.server = None
        if self.profile is not None:
            for found in (self.settings.home / PROFILE).iterdir():
                shutil.move(found, f"{self.profile}.{found.name}")

    def server_cpu_s(self) -> float:
        """Seconds of processor time that the server's processes took so far."""
        if self.server is None:
            return 0.0
        parent = psutil.Process(self.server.pid)
        every = [each.cpu_times() for each in (parent, *parent.children(recursive=True))]
        return float(sum(each.user + each.system for each in every))

    def memory_mb(self) -> tuple[float, float]:
        """Memory of all our processes without PostgreSQL: proportional and resident, in MB."""
        return _memory_mb([each for each in (self.server, self.worker) if each is not None])


def _memory_mb(processes: Sequence[Process]) -> tuple[float, float]:
    """Proportional and resident memory of processes and their children, without PostgreSQL."""
    proportional = resident = 0
    for process in processes:
        parent = psutil.Process(process.pid)
        for one in (parent, *parent.children(recursive=True)):
            if one.name() != "postgres":
                facts = one.memory_full_info()
                proportional += getattr(facts, "pss", facts.rss)
                resident += facts.rss
    return proportional / 1e6, resident / 1e6


def _stop(process: Process | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(home: Path, *, production: bool, port: int | None) -> Settings:
    """Settings of the bench's installation: nothing of the machine's own environment."""
    chosen = port or _free_port()
    plain = read({"CLIPCART_HOME": str(home), "CLIPCART_PORT": str(chosen)})
    return replace(plain, production=production, public_url=f"http://localhost:{chosen}")


def prepare_assets(home: Path) -> None:
    """The bundle of this clone's home where there is one, else a fresh one."""
    made = read().home / "assets"
    if (home / "assets").exists():
        return
    if made.exists():
        shutil.copytree(made, home / "assets")
    else:
        assets.build(home)


@contextlib.contextmanager
def opened(settings: Settings, *, workers: int, profile: Path | None) -> Iterator[House]:
    """The home with its database migrated; server and worker are stopped at the end."""
    settings.home.mkdir(parents=True, exist_ok=True)
    prepare_assets(settings.home)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything is stopped
    with Embedded(settings.home / "postgres") as database:
        house = House(settings, database.url(), workers, profile)
        if profile is not None:
            (settings.home / PROFILE).mkdir(exist_ok=True)
        try:
            yield house
        finally:
            house.stop_server()
            house.stop_worker()


async def migrated(house: House) -> None:
    """Bring the tables up to date."""
    await migrate(house.url)
