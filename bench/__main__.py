"""The command: ./bench/run [workloads]."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import click
import uvloop
from rich.console import Console
from rich.table import Table

from bench import report, world
from bench.bench import Bench
from bench.house import BenchFailed, House, migrated, opened, settings_for
from bench.workloads import WORKLOADS
from clipcart.main import Installation, open_installation

COPY = "clipcart_ceiling"
NAMES = (*WORKLOADS, "start")
STARTS = 3
START_AIM_S = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    names: tuple[str, ...]
    quick: bool
    seconds: float
    workers: int
    worker_during: bool
    settle_limit_s: float
    with_ceiling: bool
    results: Path
    order_counts: tuple[int, ...]

    def shown(self, production: bool) -> dict[str, Any]:
        """For the report."""
        return {
            "quick": self.quick,
            "seconds": self.seconds,
            "server processes": self.workers,
            "worker during purchases": self.worker_during,
            "production": production,
        }


@click.command()
@click.argument("workloads", nargs=-1, type=click.Choice(NAMES))
@click.option("--quick", is_flag=True, help="Small sizes and short times: does it work at all?")
@click.option("--seconds", type=float, help="How long each load lasts (10; quick: 1).")
@click.option("--home", type=click.Path(path_type=Path), help="Use and keep this home.")
@click.option("--keep", is_flag=True, help="Keep the home, and say where it is.")
@click.option("--workers", default=1, show_default=True, help="Processes of the server.")
@click.option("--worker-after", is_flag=True, help="No worker while purchases are measured.")
@click.option("--settle-limit", default=600.0, help="Seconds to wait for payments; 0: do not.")
@click.option("--no-ceiling", is_flag=True, help="Leave the ceilings out.")
@click.option("--orders", multiple=True, type=int, help="Orders in the shop for w5, w6; several.")
@click.option("--development", is_flag=True, help="With the movable clock, as a trial runs.")
@click.option("--port", type=int, help="Port of the server; a free one otherwise.")
@click.option("--profile", type=click.Path(path_type=Path), help="cProfile of the server to here.")
@click.option(
    "--results",
    default=report.RESULTS,
    type=click.Path(path_type=Path),
    help="Folder for the result files.",
)
def main(
    workloads: tuple[str, ...],
    quick: bool,
    seconds: float | None,
    home: Path | None,
    keep: bool,
    workers: int,
    worker_after: bool,
    settle_limit: float,
    no_ceiling: bool,
    orders: tuple[int, ...],
    development: bool,
    port: int | None,
    profile: Path | None,
    results: Path,
) -> None:
    """Measure clipcart. Without names: every workload."""
    wish = Wish(
        workloads or NAMES,
        quick,
        seconds or (1.0 if quick else 10.0),
        workers,
        not worker_after,
        settle_limit,
        not no_ceiling,
        results,
        orders or ((200, 1_000) if quick else (10_000, 100_000, 1_000_000)),
    )
    with _home(home, keep=keep) as folder:
        settings = settings_for(folder, production=not development, port=port)
        profiled = None if profile is None else profile.resolve()
        figures: list[report.Figure] = []
        try:
            with opened(settings, workers=workers, profile=profiled) as house:
                about = uvloop.run(_run(house, wish, figures))
            if "start" in wish.names:
                figures += _cold_starts(house)
        except BenchFailed as failed:
            raise click.ClickException(str(failed)) from failed
        finally:
            _show(figures)
        path = report.write(wish.results, about, wish.shown(settings.production), figures)
        click.echo(f"written: {path.name} and latest.md", err=True)


@contextlib.contextmanager
def _home(chosen: Path | None, *, keep: bool) -> Iterator[Path]:
    """The home: the one that was named, else a fresh one that goes at the end."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="clipcart-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if keep:
            click.echo(f"kept: --home {folder}", err=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _cold_starts(house: House) -> list[report.Figure]:
    """`clipcart up` on the loaded home with nothing running; the middle one of three."""
    found = sorted(house.start_everything() for _ in range(STARTS))
    seconds, memory_mb = found[STARTS // 2]
    return [
        report.Figure(
            "start",
            "everything from nothing to the first 200: `clipcart up` with PostgreSQL",
            seconds,
            "s",
            aim=f"{START_AIM_S} s",
            reached=seconds < START_AIM_S,
            checks={
                "each": ", ".join(f"{each:.2f}" for each, _ in found),
                "memory then without PostgreSQL, MB": memory_mb,
            },
        )
    ]


async def _run(house: House, wish: Wish, figures: list[report.Figure]) -> report.Machine:
    """Load what is not there, start the server, and measure."""
    await migrated(house)
    found = await _world(house, wish)
    copy_url = await _copy(house, wish)
    async with _installation(house) as installation:
        bench = Bench(
            house,
            installation,
            found,
            seconds=wish.seconds,
            warm_up_s=0.5 if wish.quick else 2.0,
            quick=wish.quick,
            worker_during=wish.worker_during,
            settle_limit_s=wish.settle_limit_s,
            with_ceiling=wish.with_ceiling,
            copy_url=copy_url,
            order_counts=wish.order_counts,
            figures=figures,
        )
        about = await report.machine(house.url)
        started_s = house.start_server()
        if "start" in wish.names:
            bench.add(
                report.Figure(
                    "start", "`clipcart serve` to the first 200, PostgreSQL runs", started_s, "s"
                )
            )
        for name in wish.names:
            if name in WORKLOADS:
                click.echo(f"── {name}", err=True)
                await WORKLOADS[name](bench)
    return about


async def _world(house: House, wish: Wish) -> world.World:
    """The world that is in the home already, or a new one, loaded without waiting for the disk."""
    sizes = world.QUICK if wish.quick else world.FULL
    found = world.known(house.settings.home, sizes)
    if found is None:
        async with _installation(house, durable=False) as installation:
            found = await world.settle(installation, sizes, lambda line: click.echo(line, err=True))
            await installation.pool.execute("vacuum analyze")
            await installation.pool.execute("checkpoint")
        world.keep(house.settings.home, found)
    return found


async def _copy(house: House, wish: Wish) -> str | None:
    """A copy of the database before anybody is connected, for ceilings that write."""
    if not wish.with_ceiling or "w3" not in wish.names:
        return None
    name = house.url.rpartition("/")[2].partition("?")[0]
    admin = await asyncpg.connect(house.url.replace(f"/{name}?", "/postgres?"))
    await admin.execute(f"drop database if exists {COPY}")
    await admin.execute(f"create database {COPY} template {name} strategy file_copy")
    await admin.execute("checkpoint")
    await admin.close()
    return house.url.replace(f"/{name}?", f"/{COPY}?")


@contextlib.asynccontextmanager
async def _installation(house: House, *, durable: bool = True) -> AsyncIterator[Installation]:
    installation = await open_installation(house.settings, house.url, durable=durable)
    try:
        yield installation
    finally:
        await installation.close()


def _show(figures: list[report.Figure]) -> None:
    table = Table(title="clipcart, measured", title_justify="left")
    for place, heading in enumerate(report.HEADINGS):
        table.add_column(heading, justify="left" if place < 2 else "right")
    for figure in figures:
        table.add_row(*figure.cells())
    Console(width=150).print(table)


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    main()
