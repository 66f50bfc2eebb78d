"""Replaying the history of a real marketplace."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvloop
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from clipcart import payments
from clipcart.apps import Vault
from clipcart.kit.clock import stopwatch
from clipcart.kit.migrate import migrate
from clipcart.main import Installation, bundle_assets, wiring
from clipcart.ops.commands.around import database, installation, say
from clipcart.ops.replaying.causes import MEANS
from clipcart.ops.replaying.files import NotThere
from clipcart.ops.replaying.running import CannotReplay, Premises, Report, Wish, by_cause, replay
from clipcart.ops.replaying.tables import COLUMNS, By, Line
from clipcart.ops.replaying.telling import Tell
from clipcart.ops.replaying.writing import write
from clipcart.settings import read

SELLERS_SHOWN = 10
LEAST_WIDTH = 128
SILENCE_S = 15.0
"""In a log, where no bar can be drawn, a line comes so often."""


@click.group("replay")
def replays() -> None:
    """Live the history of a real marketplace again, through the real actions."""


@replays.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sample", type=click.IntRange(min=1), help="Only so many orders, odd ones first.")
@click.option(
    "--grain",
    type=click.Choice(["1", "2", "3", "6", "12", "24"]),
    help="Hours that happen at once: 6 for the whole history, 24 for a sample.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the tables go, all rows of them; replay.csv in the home without it.",
)
def olist(folder: Path, sample: int | None, grain: str | None, report: Path | None) -> None:
    """Replay the Olist marketplace (Brazil, 2016 to 2018) from FOLDER, into an empty installation.

    Sellers become shops, customers buyers; their orders are placed, paid, shipped, delivered and
    cancelled at their own times, and money is settled and paid out as the market says. What was
    interrupted goes on where it stopped. Ends with tables of the files beside the replay, and the
    exceptions that explain what differs; exit code 1 when anything is left unexplained.
    """
    settings = read()
    bundle_assets(settings)
    wish = Wish(folder, sample, int(grain or (6 if sample is None else 24)))

    async def body(url: str) -> Report:
        await migrate(url)
        async with installation(settings, url, durable=False) as opened:
            return await _run(opened, wish)

    with database(settings, quiet=False) as url:
        done = uvloop.run(body(url))
    target = report or settings.home / "replay.csv"
    write(target, done)
    show(done)
    click.echo(f"All rows: {target}")
    if not done.is_equal:
        raise SystemExit(1)


async def _run(opened: Installation, wish: Wish) -> Report:
    columns = (
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=1)
        tell = _in_a_log() if not console.is_terminal else None

        def progress(step: str, done: int, of: int) -> None:
            bar.update(task, description=step, completed=done, total=of)
            if tell is not None:
                tell(step, done, of)

        try:
            return await replay(premises_of(opened), wish, progress)
        except (CannotReplay, NotThere) as refusal:
            raise click.ClickException(str(refusal)) from refusal


def premises_of(opened: Installation) -> Premises:
    """What a replay needs of an installation. Raises CannotReplay, ValueError in production."""
    opened.require_movable_clock()
    if not isinstance(opened.services.provider, payments.TestProvider):
        raise CannotReplay("a history is paid with the test provider (CLIPCART_PAYMENT_PROVIDER)")
    return Premises(
        opened.pool,
        opened.files,
        opened.services.secret,
        f"{opened.settings.public_url}/test-bank/",
        partial(wiring, opened.settings, vault=Vault(opened.services.secret)),
    )


def _in_a_log() -> Tell:
    """A line for each step, and one now and then while it lasts."""
    said: dict[str, float] = {}

    def tell(step: str, done: int, of: int) -> None:
        if step not in said or stopwatch() - said[step] > SILENCE_S:
            said[step] = stopwatch()
            say(f"  {step} {done:,} of {of:,}")

    return tell


def show(report: Report) -> None:
    """The tables, the exceptions, and whether the books prove."""
    console = Console()
    console = Console(width=max(console.width, LEAST_WIDTH))
    for by, lines in report.comparison.items():
        some = lines
        if by is By.SELLER:
            some = sorted(lines, key=lambda line: (-line.files[1], line.key))[:SELLERS_SHOWN]
        console.print(_table(by, some, len(lines)))
    exceptions = Table(title="Exceptions", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Cause", "Orders", "Paid differs by", "What it means"):
        exceptions.add_column(heading, justify="right" if heading in _NUMBERS else "left")
    for cause, (count, minor) in by_cause(report.differences).items():
        exceptions.add_row(cause.value, f"{count:,}", amount(minor), MEANS[cause])
    console.print(exceptions)
    checks = Table(title="Ledger", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Check", "Books", "Others"):
        checks.add_column(heading)
    for check in report.proof.checks:
        checks.add_row(check.name, check.left.format(), check.right.format())
    console.print(checks)
    for problem in report.proof.problems:
        click.echo(problem)
    click.echo(report.proof.summary)
    unequal = sum(not line.is_equal for lines in report.comparison.values() for line in lines)
    verdict = "equal to the cent" if not unequal else f"{unequal} rows differ without a cause"
    books = "the books prove" if report.proof.holds else "the books DO NOT prove"
    pace = report.orders // max(report.worked_s, 1)
    click.echo(
        f"{report.orders:,} orders in {report.worked_s // 60} min {report.worked_s % 60} s "
        f"({pace:,} a second): {verdict}; {books}."
    )


_NUMBERS = {"Orders", "Paid differs by"}


def _table(by: By, lines: Sequence[Line], total: int) -> Table:
    shown = f"the {len(lines)} largest of {total:,}" if len(lines) < total else f"{total:,}"
    table = Table(title=f"By {by.value} ({shown})", title_justify="left", box=SIMPLE_HEAD)
    table.add_column(by.value.capitalize())
    for column in _shown(COLUMNS[by]):
        table.add_column(column.capitalize(), justify="right")
        table.add_column("replayed", justify="right")
        table.add_column("explained", justify="right")
    table.add_column("Left")
    for line in lines:
        cells = [line.key[:16]]
        parts = (_shown(COLUMNS[by], row) for row in (line.files, line.here, line.explained))
        for name, there, here, said in zip(_shown(COLUMNS[by]), *parts, strict=True):
            text = _count if name in ("orders", "units") else amount
            cells += [text(int(there)), text(int(here)), text(int(said)) if said else ""]
        table.add_row(*cells, "" if line.is_equal else str(line.left))
    return table


def _shown(names: Sequence[str], row: Sequence[int] | None = None) -> list[Any]:
    """The columns on the screen, or their amounts: price and freight together, as `priced`."""
    values: Sequence[Any] = names if row is None else row
    if "price" not in names:
        return list(values)
    price, freight = names.index("price"), names.index("freight")
    both = "priced" if row is None else values[price] + values[freight]
    return [*values[:price], both, *values[freight + 1 :]]


def _count(number: int) -> str:
    return f"{number:,}"


def amount(minor: int) -> str:
    """Centavos as people read them."""
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 100)
    return f"{sign}{whole:,}.{part:02d}"
