"""The database: migrate, status, backup, restore."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import asyncpg
import click
from rich.console import Console
from rich.table import Table

from clipcart.kit.migrate import Migration, applied, available, migrate
from clipcart.kit.postgres import MAJOR, Embedded
from clipcart.ops.commands.around import database, say
from clipcart.settings import Settings, read


@click.group()
def db() -> None:
    """The database: migrations, backups."""


@db.command("migrate")
def migrate_() -> None:
    """Apply the migrations that the database lacks. Safe to repeat."""

    def tell(migration: Migration) -> None:
        click.echo(f"{migration.number:04} {migration.name}")

    with database(read(), quiet=False) as url:
        count = asyncio.run(migrate(url, tell))
    click.echo(f"{count} applied." if count else "Nothing to do: the database is up to date.")


@db.command()
def status() -> None:
    """List the migrations and whether the database has them."""

    async def look(url: str) -> set[int]:
        connection = await asyncpg.connect(url)
        try:
            return await applied(connection)
        finally:
            await connection.close()

    with database(read()) as url:
        have = asyncio.run(look(url))
    table = Table()
    for heading in ("Number", "Migration", "State"):
        table.add_column(heading)
    for migration in available():
        state = "applied" if migration.number in have else "[yellow]missing[/]"
        table.add_row(f"{migration.number:04}", migration.name, state)
    Console().print(table)


@db.command(short_help="Write a consistent backup to FILE.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent backup to FILE while everything goes on running."""
    if file.exists():
        raise click.ClickException(f"{file} exists already; choose another name")
    settings = read()
    part = file.with_name(file.name + ".part")
    with database(settings) as url:
        _run([_program(settings, "pg_dump"), "--format=custom", f"--file={part}", url])
    part.rename(file)
    size_mb = file.stat().st_size / 1_000_000
    click.echo(f"Backed up to {file} ({size_mb:.1f} MB). Media files are in the media store.")


@db.command(short_help="Replace everything by a backup, all or nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what the database holds, without asking.")
def restore(file: Path, yes: bool) -> None:
    """Replace the database's contents by the backup in FILE, all or nothing."""
    if not yes:
        click.confirm("This replaces everything in the database. Go on?", abort=True)
    settings = read()
    with database(settings) as url:
        _run(
            [
                _program(settings, "pg_restore"),
                "--clean",
                "--if-exists",
                "--single-transaction",
                "--no-owner",
                f"--dbname={url}",
                str(file),
            ]
        )
    click.echo(f"Restored from {file}. Prove the books: clipcart ledger prove")


def _program(settings: Settings, name: str) -> str:
    """PostgreSQL's own program: the one brought along, unless the machine has a newer one.

    An older one refuses to talk to a newer server, and a newer one talks to older servers, too.
    """
    found = shutil.which(name) if settings.database_url else None
    if found is not None and _major(found) > MAJOR:
        return found
    return str(Embedded(settings.home / "postgres").bin(name))


def _major(program: str) -> int:
    """The release that a program of PostgreSQL is of; 0 when it does not say."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+", done.stdout)
    return int(number.group()) if number else 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        say(done.stderr.strip())
        raise click.ClickException(f"{Path(command[0]).name} failed; nothing was changed")
