"""The deadline of reservations."""

from collections.abc import Sequence

from clipcart.inventory._sql import keeping as sql
from clipcart.inventory.actions.holding import expire
from clipcart.kit.jobs import Sweep

SWEEPS: Sequence[Sweep] = (Sweep("inventory.expire", sql.NEXT_DUE, expire),)
