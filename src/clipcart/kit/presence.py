"""A worker's sign of life: a session that holds a lock of its own for as long as it lives.

Leases carry the number of the lock. When the process dies, however that happens, PostgreSQL ends
its session and with it the lock, so that others take its jobs over at once instead of after the
lease. A worker that is only paused keeps its session, and its jobs until their leases end.
"""

import contextlib
import secrets
from collections.abc import Callable
from typing import Any

import asyncpg

from clipcart.kit import _sql


class Presence:
    """Keeps one connection of the pool for the lock; `sign_as` is told the number, or None."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sign_as: Callable[[int | None], None]) -> None:
        self._pool = pool
        self._sign_as = sign_as
        self._session: Any = None

    @property
    def is_here(self) -> bool:
        """Signed on, as far as is known."""
        return self._session is not None

    async def keep(self) -> None:
        """Sign on, or see that the session is still there. Raises what the database raises.

        After an outage the session is a new one, and what was claimed under the old number is
        free for all: the claims' own numbers keep this worker from finishing what is not its any
        more.
        """
        if self._session is not None:
            try:
                await self._session.execute("select 1")
            except Exception as error:
                await self.leave()
                raise asyncpg.ConnectionDoesNotExistError("the session was lost") from error
            return
        session = await self._pool.acquire()
        number = 1 + secrets.randbelow(2**31 - 1)
        try:
            await session.execute(_sql.SIGN_ON.sql, *_sql.SIGN_ON.bind({"worker": number}))
        except BaseException:
            await self._pool.release(session)
            raise
        self._session = session
        self._sign_as(number)

    async def leave(self) -> None:
        """End the session. Until there is a new one, nothing should be claimed: see worker.py."""
        session, self._session = self._session, None
        self._sign_as(None)
        if session is not None:
            # A session that was lost has gone back to the pool by itself.
            with contextlib.suppress(asyncpg.InterfaceError):
                session.terminate()
                await self._pool.release(session)
