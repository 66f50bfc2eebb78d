"""What a request left behind: a digest of every table, to show that a refusal changed nothing."""

from collections.abc import Mapping
from typing import Any

TABLES = """
    select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1"""

COUNTED_ANYWAY = frozenset(
    {"kit.rate", "kit.clock", "identity.session", "identity.token", "apps.request"}
)
"""Tables in which looking leaves a trace: rate limits, logs, when somebody was seen last."""


async def traces(pool: Any) -> Mapping[str, str]:
    """A digest by table of everything in the database."""
    async with pool.acquire() as connection:
        tables = [row[0] for row in await connection.fetch(TABLES)]
        return {
            table: await connection.fetchval(
                f"select md5(string_agg(t::text, '' order by t::text)) from {table} t"
            )
            for table in tables
            if table not in COUNTED_ANYWAY
        }


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The tables that differ."""
    return [table for table in before if before[table] != after[table]]
