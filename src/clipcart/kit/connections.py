"""Connections: how the driver is set up, and the pool that transactions come from."""

import logging
from typing import Any

import asyncpg
import asyncpg.protocol.protocol
import msgspec

LOCK_TIMEOUT_MS = 2_000

# During an outage the pool tells of every attempt, with a trace; whoever needs a connection tells
# of the outage once.
logging.getLogger("asyncpg.pool").setLevel(logging.CRITICAL)


def is_lost(connection: Any) -> bool:
    """Whether the connection is closed or was taken back by its pool."""
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        return True  # The pool has taken it back, as it does with those that were closed.
    return closed


class Pool(asyncpg.Pool):
    """A pool that hands clean connections on directly.

    Going through the pool costs as much as a small statement. Half the connections at most stay at
    hand, so that nobody who asks the pool itself waits for those.
    """

    __slots__ = ("_asking", "_at_hand")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._at_hand: list[Any] = []
        self._asking = 0

    async def take(self) -> Any:
        """A connection for oneself alone: one that is at hand, else the pool's."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if not is_lost(connection):
                return connection
            await self.release(connection)
        self._asking += 1
        try:
            return await self.acquire()
        finally:
            self._asking -= 1

    async def give_back(self, connection: Any, *, is_clean: bool) -> None:
        """Keep it at hand, unless somebody waits for the pool or something went wrong."""
        is_welcome = len(self._at_hand) < self.get_max_size() // 2 and not self._asking
        if is_clean and is_welcome and not self.is_closing():
            self._at_hand.append(connection)
        else:
            await self.release(connection)

    async def close(self) -> None:
        """Close every connection, when those that are out have come back."""
        while self._at_hand:
            await self.release(self._at_hand.pop())
        await super().close()


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


async def connect_pool(url: str, *, size: int = 16, durable: bool = True) -> Pool:
    """A pool to `url`. Statements wait at most LOCK_TIMEOUT_MS for a lock.

    `durable=False` does not wait for the disk at each commit: only for work that is begun anew
    when the machine dies, such as loading the demo world.
    """
    return await Pool(
        url,
        min_size=min(2, size),
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        setup=None,
        init=prepare_connection,
        reset=_keep,
        loop=None,
        server_settings={
            "application_name": "clipcart",
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "timezone": "UTC",
            "jit": "off",
            "plan_cache_mode": "force_generic_plan",
            **({} if durable else {"synchronous_commit": "off"}),
        },
    )
