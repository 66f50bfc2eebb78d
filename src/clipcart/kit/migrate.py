"""Migrations: numbered SQL files, forward only, each in one transaction under a lock.

A file whose first line is `-- outside a transaction` runs statement by statement (for indexes
made concurrently).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import asyncpg

_LOCK_KEY = 0x636C6970
_TABLE = """
    create table if not exists public.clipcart_migration (
        number int primary key, name text not null, applied_at timestamptz not null default now());
    comment on table public.clipcart_migration is 'home: local. Migrations applied.'"""


_SCHEMAS = """
    select nspname as name from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str


def available() -> Sequence[Migration]:
    """Every migration that this version of clipcart carries, in order."""
    found = []
    for entry in resources.files("clipcart.migrations").iterdir():
        if entry.name.endswith(".sql"):
            number, _, name = entry.name.removesuffix(".sql").partition("_")
            found.append(Migration(int(number), name, entry.read_text("utf-8")))
    return sorted(found, key=lambda migration: migration.number)


async def applied(connection: Any) -> set[int]:
    """The numbers of the migrations that the database has."""
    exists = await connection.fetchval(
        "select to_regclass('public.clipcart_migration') is not null"
    )
    if not exists:
        return set()
    rows = await connection.fetch("select number from public.clipcart_migration")
    return {row["number"] for row in rows}


async def migrate(url: str, progress: Callable[[Migration], None] = lambda _: None) -> int:
    """Apply what is missing; gives how many. Safe to call from several processes at once."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK_KEY)
        await connection.execute(_TABLE)
        have = await applied(connection)
        missing = [migration for migration in available() if migration.number not in have]
        for migration in missing:
            progress(migration)
            await _apply(connection, migration)
        return len(missing)
    finally:
        await connection.close()


async def start_over(url: str) -> None:
    """Drop every table of clipcart and all they hold, so that migrations begin anew."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", _LOCK_KEY)
            for row in await connection.fetch(_SCHEMAS):
                await connection.execute(f'drop schema "{row["name"]}" cascade')
            await connection.execute("drop table if exists public.clipcart_migration")
    finally:
        await connection.close()


async def _apply(connection: Any, migration: Migration) -> None:
    note = "insert into public.clipcart_migration (number, name) values ($1, $2)"
    if migration.sql.startswith("-- outside a transaction"):
        for statement in migration.sql.split(";\n"):
            if statement.strip():
                await connection.execute(statement)
        await connection.execute(note, migration.number, migration.name)
        return
    async with connection.transaction():
        await connection.execute("set local lock_timeout = '5s'")
        await connection.execute(migration.sql)
        await connection.execute(note, migration.number, migration.name)
