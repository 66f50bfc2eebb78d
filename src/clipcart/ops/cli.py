"""The command line: `clipcart --help`."""

import sys

import click

from clipcart.kit.postgres import PostgresFailed
from clipcart.ops.commands.around import AssetsFailed
from clipcart.ops.commands.books import ledger
from clipcart.ops.commands.clock import clock
from clipcart.ops.commands.db import db
from clipcart.ops.commands.demo import demo
from clipcart.ops.commands.imports import imports
from clipcart.ops.commands.open_api import open_api
from clipcart.ops.commands.people import people
from clipcart.ops.commands.replay import replays
from clipcart.ops.commands.run import serve, up, worker
from clipcart.ops.commands.smoke import smoke


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(package_name=None, version="0.1.0", prog_name="clipcart")
def cli() -> None:
    """clipcart: social commerce that you run yourself.

    \b
    First steps
      clipcart up               database, migrations, demo world, server and worker: all of it
      clipcart clock advance 3d see what three days do to orders, parcels and payouts
      clipcart ledger prove     show that ledger, statements and bank agree to the cent

    State lives in CLIPCART_HOME (var/ by default). CLIPCART_DATABASE_URL uses a PostgreSQL of
    your own instead of the embedded one. Every setting: docs/reference/settings.md
    """


for command in (
    up,
    serve,
    worker,
    db,
    demo,
    imports,
    replays,
    clock,
    ledger,
    smoke,
    people,
    open_api,
):
    cli.add_command(command)


def main() -> None:
    """The entry point. Known mistakes are one clear line, never a traceback."""
    try:
        cli(prog_name="clipcart")
    except (ValueError, AssetsFailed, PostgresFailed) as error:
        click.secho(f"clipcart: {error}", fg="red", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
