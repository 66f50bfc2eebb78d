"""The movable clock: show, advance, reset."""

import re
from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from clipcart.kit import clock as kit_clock
from clipcart.main import Installation
from clipcart.ops.commands.around import run

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Duration(click.ParamType[timedelta]):
    """`90m`, `6h`, `14d`, `2w`, or several: `1d12h`."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The duration, or a usage error that shows examples."""
        if isinstance(value, timedelta):
            return value
        text = str(value)
        parts = re.findall(r"(\d{1,5})([mhdw])", text)
        if not parts or "".join(number + unit for number, unit in parts) != text:
            self.fail(f"{text!r} is not a duration; write 90m, 6h, 14d, 2w or 1d12h", param, ctx)
        return sum(
            (timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta()
        )


@click.group(short_help="Move the installation's time.")
def clock() -> None:
    """Move the installation's time: deadlines, parcels and payouts follow in seconds."""


@clock.command()
def show() -> None:
    """Print the installation's time and how far it is moved."""

    async def body(installation: Installation) -> None:
        now = await installation.engine.now()
        moved = now - kit_clock.wall_now()
        click.echo(f"{now:%a %Y-%m-%d %H:%M:%S} UTC")
        if abs(moved) < timedelta(seconds=2):
            click.echo("The clock is not moved.")
        else:
            click.echo(f"The clock is moved by {_words(moved)}.")
        due = await installation.engine.next_due()
        if due is not None:
            click.echo(f"Next thing due: {due:%a %Y-%m-%d %H:%M:%S} UTC")

    run(body)


@clock.command(short_help="Move the clock forward, meeting every deadline.")
@click.argument("by", type=Duration())
def advance(by: timedelta) -> None:
    """Move the clock forward by BY (90m, 6h, 14d), meeting every deadline on the way."""

    async def body(installation: Installation) -> None:
        installation.require_movable_clock()
        start = await installation.engine.now()
        columns = (TextColumn("{task.description}"), BarColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(f"{start:%Y-%m-%d %H:%M}", total=by.total_seconds())

            def progress(now: datetime, _target: datetime) -> None:
                done = (now - start).total_seconds()
                bar.update(task, completed=done, description=f"{now:%Y-%m-%d %H:%M}")

            end = await installation.engine.advance(by, progress=progress)
            bar.update(task, completed=by.total_seconds())
        click.echo(f"It is now {end:%a %Y-%m-%d %H:%M} UTC, {_words(by)} later.")

    run(body)


@clock.command(short_help="Set the clock back to the machine's own time.")
def reset() -> None:
    """Set the clock back to the machine's own time. What has happened stays as it is."""

    async def body(installation: Installation) -> None:
        installation.require_movable_clock()
        await installation.engine.reset_clock()
        click.echo("The clock shows the machine's own time again.")

    run(body)


def _words(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if count
    ]
    return " ".join(parts) or "less than a minute"
