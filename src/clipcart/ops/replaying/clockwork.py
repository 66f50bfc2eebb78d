"""Time that stands still between two moves, so that the same replay gives the same result."""

from datetime import datetime
from typing import Any

from clipcart.kit.connections import Pool
from clipcart.kit.db import PooledDatabase
from clipcart.kit.engine import Engine, Wiring


class StillDatabase(PooledDatabase):
    """A database whose transactions all see `moment` until somebody moves it."""

    def __init__(self, pool: Pool, moment: datetime) -> None:
        super().__init__(pool, movable_clock=True)
        self.moment = moment

    @property
    def now_hint(self) -> datetime:
        return self.moment

    async def _now(self, connection: Any) -> datetime:
        return self.moment

    async def _now_for_looking(self, connection: Any) -> datetime:
        return self.moment


class StillEngine(Engine):
    """An engine on such a database; moves of the clock are told to other processes, too."""

    def __init__(self, db: StillDatabase, wiring: Wiring) -> None:
        super().__init__(db, wiring)
        self._still = db

    async def move_to(self, moment: datetime) -> None:
        await super().move_to(moment)
        self._still.moment = max(self._still.moment, moment)

    async def catch_up(self) -> None:
        """Deliver facts and run jobs until none is left. Deadlines are met by the next move."""
        while await self.work():
            pass
