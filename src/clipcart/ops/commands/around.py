"""Around every command: settings, the database (embedded or one's own), and the event loop."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

import click
import uvloop

from clipcart.doorway.opening import as_soon_as_possible
from clipcart.kit.postgres import Embedded
from clipcart.kit.postgres_keeper import kept
from clipcart.main import AssetsFailed, Installation, open_installation
from clipcart.settings import Settings, read

__all__ = ["AssetsFailed", "database", "installation", "run", "say"]

R = TypeVar("R")


def say(line: str) -> None:
    """A line of progress for people, on the error stream."""
    click.echo(line, err=True)


@contextlib.contextmanager
def database(settings: Settings, *, quiet: bool = True, keep: bool = False) -> Iterator[str]:
    """The database's address; the embedded server runs at least for the block.

    With `keep` it is started again whenever it dies meanwhile.
    """
    if settings.database_url:
        yield settings.database_url
        return
    embedded = Embedded(settings.home / "postgres")
    progress = (lambda _line: None) if quiet else say
    embedded.start(progress)
    try:
        with kept(embedded) if keep else contextlib.nullcontext():
            yield embedded.url()
    finally:
        embedded.stop(progress)


@contextlib.asynccontextmanager
async def installation(
    settings: Settings, url: str, *, durable: bool = True, patient: bool = False
) -> AsyncIterator[Installation]:
    """The installation with an open pool. `patient` waits for a database that is away."""

    async def open_up() -> Installation:
        return await open_installation(settings, url, durable=durable)

    opened = await (as_soon_as_possible(open_up) if patient else open_up())
    try:
        yield opened
    finally:
        await opened.close()


def run(body: Callable[[Installation], Awaitable[R]], *, quiet: bool = True) -> R:
    """Run a command's body with the installation."""
    settings = read()

    async def whole(url: str) -> R:
        async with installation(settings, url) as opened:
            return await body(opened)

    with database(settings, quiet=quiet) as url:
        return uvloop.run(whole(url))
