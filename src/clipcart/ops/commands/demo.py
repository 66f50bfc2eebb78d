"""The demo world."""

import sys
from pathlib import Path

import click
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from clipcart import sellers
from clipcart.demo import world
from clipcart.kit.migrate import migrate, start_over
from clipcart.main import Installation, bundle_assets
from clipcart.ops.commands.around import database, installation, say
from clipcart.settings import Settings, read


@click.group()
def demo() -> None:
    """The demo world: shops, people, orders in every state."""


@demo.command()
@click.option("--seed", default=1, show_default=True, help="Another seed, another history.")
def load(seed: int) -> None:
    """Load the demo world into an empty installation. Takes under a minute."""

    settings = read()
    bundle_assets(settings)

    async def body(url: str) -> None:
        await migrate(url)
        await clear_half_loaded(settings, url)
        async with installation(settings, url, durable=False) as opened:
            if not await is_empty(opened):
                raise click.ClickException(
                    "there are shops already; the demo world is only for an empty installation"
                )
            await load_demo(opened, seed=seed)
        click.echo(demo_accounts(settings))

    with database(settings, quiet=False) as url:
        uvloop.run(body(url))


async def is_empty(installation: Installation) -> bool:
    """Whether no shop was ever opened here."""
    async with installation.db.reading() as tx:
        return await sellers.is_empty(tx)


def half_loaded(settings: Settings) -> Path:
    """A file that is there while the demo world is being loaded, and after a load that died."""
    return settings.home / "demo-is-loading"


async def clear_half_loaded(settings: Settings, url: str) -> None:
    """Remove a demo world whose loading was interrupted; nothing else can be in there."""
    if half_loaded(settings).exists():
        say("the demo world was only half loaded when clipcart was stopped; starting over")
        await start_over(url)
        await migrate(url)


async def load_demo(installation: Installation, *, seed: int) -> None:
    """Load the demo world with a progress bar."""
    installation.require_movable_clock()
    half_loaded(installation.settings).touch()
    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=1)
        told: set[str] = set()

        def progress(step: str, done: int, of: int) -> None:
            if not console.is_terminal and step not in told:
                told.add(step)
                say(f"  {step}")  # a log shows no bar, and silence would look like a hang
            bar.update(task, description=step, completed=done, total=of)

        await world.load(installation, seed=seed, progress=progress)
    half_loaded(installation.settings).unlink()


def demo_accounts(settings: Settings) -> str:
    """The accounts of the demo world, and what to try first."""
    return world.greeting(settings.public_url, _command(settings))


def _command(settings: Settings) -> str:
    """How to call clipcart for this home from a second terminal in the same folder."""
    here = Path.cwd()
    command = Path(sys.argv[0]).absolute()
    named = "clipcart"
    if command.name == "clipcart" and command.parent.name == "bin":
        named = str(command.relative_to(here) if command.is_relative_to(here) else command)
    is_default = settings.home == (here / "var").resolve()
    return named if is_default else f"CLIPCART_HOME={settings.home} {named}"
