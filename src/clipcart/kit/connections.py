"""Connections: how the driver is set up, and the pool that transactions come from."""

from typing import Any

import asyncpg
import asyncpg.protocol.protocol
import msgspec

LOCK_TIMEOUT_MS = 2_000


def json_text(value: Any) -> str:
    """JSON as text, for lists of lists: the driver would take those for arrays of more ranks."""
    return msgspec.json.encode(value).decode()


def _know_lists_at_sight() -> None:
    """Let the driver tell list parameters from their elements by type.

    It asks every element of an array whether it is a list itself, by an abstract class: a fifth
    of a purchase's time, since purchases are written as arrays. Ours are lists or tuples, so the
    two concrete types say the same. Where the driver has no such name, nothing happens.
    """
    if hasattr(asyncpg.protocol.protocol, "IterableABC"):
        asyncpg.protocol.protocol.IterableABC = (list, tuple)


_know_lists_at_sight()


async def prepare_connection(connection: Any) -> None:
    """Give a new connection the codecs that rows rely on."""
    for name in ("jsonb", "json"):
        await connection.set_type_codec(
            name, encoder=json_text, decoder=msgspec.json.decode, schema="pg_catalog"
        )


async def _keep(_connection: Any) -> None:
    """Connections are returned clean, so asyncpg's reset round trip is not needed."""


async def connect_pool(url: str, *, size: int = 16, durable: bool = True) -> "asyncpg.Pool[Any]":
    """A pool to `url`. Statements wait at most LOCK_TIMEOUT_MS for a lock.

    `durable=False` does not wait for the disk at each commit: only for work that is begun anew
    when the machine dies, such as loading the demo world.
    """
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        init=prepare_connection,
        reset=_keep,
        server_settings={
            "application_name": "clipcart",
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "timezone": "UTC",
            "jit": "off",
            **({} if durable else {"synchronous_commit": "off"}),
        },
    )
    return pool
