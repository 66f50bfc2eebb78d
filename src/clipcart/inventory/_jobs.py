"""The deadline of reservations."""

from collections.abc import Sequence
from datetime import datetime

from clipcart.inventory._sql import keeping as sql
from clipcart.inventory.actions.holding import expire
from clipcart.kit.db import Tx
from clipcart.kit.jobs import Sweep


async def next_due(tx: Tx) -> datetime | None:
    """The earliest deadline of units that are held for an unpaid order."""
    due = await tx.one(sql.NEXT_DUE)
    return None if due.year == datetime.max.year else due


SWEEPS: Sequence[Sweep] = (Sweep("inventory.expire", next_due, expire),)
