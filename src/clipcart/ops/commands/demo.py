"""The demo world."""

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from clipcart import sellers
from clipcart.demo import world
from clipcart.main import Installation
from clipcart.ops.commands.around import run


@click.group()
def demo() -> None:
    """The demo world: shops, people, orders in every state."""


@demo.command()
@click.option("--seed", default=1, show_default=True, help="Another seed, another history.")
def load(seed: int) -> None:
    """Load the demo world into an empty installation. Takes under a minute."""

    async def body(installation: Installation) -> None:
        if not await is_empty(installation):
            raise click.ClickException(
                "there are shops already; the demo world is only for an empty installation"
            )
        await load_demo(installation, seed=seed)
        click.echo(demo_accounts(installation.settings.public_url))

    run(body, quiet=False)


async def is_empty(installation: Installation) -> bool:
    """Whether no shop was ever opened here."""
    async with installation.db.reading() as tx:
        return await sellers.is_empty(tx)


async def load_demo(installation: Installation, *, seed: int) -> None:
    """Load the demo world with a progress bar."""
    installation.require_movable_clock()
    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=1)

        def progress(step: str, done: int, of: int) -> None:
            bar.update(task, description=step, completed=done, total=of)

        await world.load(installation, seed=seed, progress=progress)


def demo_accounts(url: str) -> str:
    """The accounts of the demo world, and what to try first."""
    return world.greeting(url)
