"""Running clipcart: everything at once, or the server and the worker by themselves."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import click
import httpx
import uvloop
from granian import Granian
from granian.constants import Interfaces, Loops

from clipcart.kit import log, memory
from clipcart.kit.migrate import Migration, migrate
from clipcart.kit.worker import work
from clipcart.main import Installation, bundle_assets
from clipcart.ops.commands.around import database, installation, say
from clipcart.ops.commands.demo import (
    clear_half_loaded,
    demo_accounts,
    is_empty,
    load_demo,
)
from clipcart.settings import Settings, child_environment, read, use_database

START_LIMIT_S = 60


@click.command(short_help="Start everything; Ctrl-C stops all.")
@click.option("--no-demo", is_flag=True, help="Start with an empty installation.")
def up(no_demo: bool) -> None:
    """Start everything: database, migrations, demo world, server and worker. Ctrl-C stops all."""
    settings = read()
    log.set_up(json_lines=settings.production)
    _check_port(settings)
    bundle_assets(settings)
    with _stop_on_terminate(), database(settings, quiet=False, keep=True) as url:
        uvloop.run(_prepare(settings, url, demo=not no_demo and not settings.production))
        with _children(settings, url) as children:
            _await_ready(settings, children)
            _welcome(settings, demo=not no_demo and not settings.production)
            with contextlib.suppress(KeyboardInterrupt):
                _watch(children)
            say("\nstopping")


def _ends_with_parent(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """End this process when its parent ends, however that happens: its input then closes."""
    if not wanted:
        return

    def wait() -> None:
        # Not through sys.stdin, whose lock a thread must not hold when the interpreter ends.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


with_parent = click.option(
    "--with-parent",
    is_flag=True,
    hidden=True,
    expose_value=False,
    callback=_ends_with_parent,
    help="End when the parent process ends.",
)


@click.command(short_help="Serve the pages and APIs.")
@with_parent
def serve() -> None:
    """Serve the pages and APIs. Needs a running database; several may run."""
    settings = read()
    log.set_up(json_lines=True)
    with database(settings, keep=True) as url:
        use_database(url)
        Granian(
            "clipcart.main:app",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            factory=True,
            loop=Loops.uvloop,
            workers=settings.web_processes,
            backlog=2048,
            log_access=False,
            log_enabled=False,
            respawn_failed_workers=True,
        ).serve()


@click.command(short_help="Deliver facts, run jobs, meet deadlines.")
@with_parent
def worker() -> None:
    """Deliver facts, run jobs and meet deadlines. Needs a running database; one leads."""
    settings = read()
    log.set_up(json_lines=True)

    async def body(url: str) -> None:
        stop = asyncio.Event()
        async with installation(settings, url, patient=True) as opened:
            # Only now: what waits for its database has begun nothing, and a signal ends it.
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, stop.set)
            memory.settle_in()
            await work(opened.engine, stop, opened.pool)

    with database(settings, keep=True) as url:
        uvloop.run(body(url))


async def _prepare(settings: Settings, url: str, *, demo: bool) -> None:
    def tell(migration: Migration) -> None:
        say(f"migration {migration.number:04} {migration.name}")

    await migrate(url, tell)
    if not demo:
        return
    await clear_half_loaded(settings, url)
    async with installation(settings, url, durable=False) as opened:
        if await is_empty(opened):
            say("loading the demo world (under a minute, once)")
            await load_demo(opened, seed=1)


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ValueError(
                f"port {settings.port} is in use by another program (maybe a clipcart that still "
                f"runs). Stop it, or choose another: CLIPCART_PORT=8001 ./run"
            ) from error


@contextlib.contextmanager
def _stop_on_terminate() -> Iterator[None]:
    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _children(settings: Settings, url: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Server and worker, in sessions of their own so that Ctrl-C reaches them only through us."""
    environment = child_environment(settings, url)
    output = (settings.home / "clipcart.log").open("ab")
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "clipcart.ops.cli", name, "--with-parent"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        for name in ("serve", "worker")
    ]
    try:
        yield children
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        output.close()


def _await_ready(settings: Settings, children: list["subprocess.Popen[bytes]"]) -> None:
    limit = time.monotonic() + START_LIMIT_S
    with httpx.Client(timeout=2) as client:
        while time.monotonic() < limit:
            _check_children(settings, children)
            with contextlib.suppress(httpx.HTTPError):
                if client.get(f"http://{settings.host}:{settings.port}/ready").is_success:
                    return
            time.sleep(0.1)
    raise ValueError(
        f"the server did not get ready in {START_LIMIT_S} s; see {settings.home / 'clipcart.log'}"
    )


def _check_children(settings: Settings, children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        if child.poll() is not None:
            output = settings.home / "clipcart.log"
            raise ValueError(f"a process ended by itself (code {child.returncode}); see {output}")


def _watch(children: list["subprocess.Popen[bytes]"]) -> None:
    settings = read()
    while True:
        _check_children(settings, children)
        time.sleep(0.5)


def _welcome(settings: Settings, *, demo: bool) -> None:
    click.secho(f"\nclipcart runs: {settings.public_url}", bold=True)
    if demo:
        click.echo(demo_accounts(settings))
    click.echo(f"Log: {settings.home / 'clipcart.log'}   Stop: Ctrl-C")


__all__ = ["Installation", "serve", "up", "worker"]
