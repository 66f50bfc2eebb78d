"""The log of apps' requests: gathered in the process, written together a moment later."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog

from clipcart import apps
from clipcart.apps import RequestEntry
from clipcart.kit.db import Database

PAUSE_MS: Final = 400
MOST_WAITING: Final = 5_000
"""What comes while this many wait is not written: the log never holds up what it tells of."""

LONGEST_MESSAGE: Final = 500
LONGEST_PATH: Final = 300

logger = structlog.get_logger("clipcart.open_api")


@dataclass(slots=True)
class RequestLog:
    """Writes requests in sets. A crash loses what came in the last moment, and never more."""

    db: Database
    _waiting: list[RequestEntry] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    def add(self, entry: RequestEntry) -> None:
        """Note a request; it is written within half a second."""
        if len(self._waiting) >= MOST_WAITING:
            return
        self._waiting.append(entry)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write_soon())

    async def flush(self) -> None:
        """Write what waits, now."""
        entries, self._waiting = self._waiting, []
        if not entries:
            return
        async with self.db.transaction() as tx:
            await apps.record_requests(tx, entries)

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(PAUSE_MS / 1000)
            try:
                await self.flush()
            except Exception as error:
                # The answers were given; what is lost is their line in a log.
                logger.warning("request_log_lost", error=type(error).__name__)
