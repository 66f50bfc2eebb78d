"""What the open API forgets by itself: answers kept for requests that are sent again."""

from collections.abc import Sequence
from datetime import timedelta

from clipcart.kit.db import Tx
from clipcart.kit.jobs import Sweep
from clipcart.open_api import _sql

KEPT = timedelta(days=30)
"""How long a request with an idempotency key gets its first answer again."""


async def _forget(tx: Tx) -> int:
    return await tx.run(_sql.FORGET, before=tx.now - KEPT)


SWEEPS: Sequence[Sweep] = (
    Sweep("open_api.answers", _sql.OLDEST, _forget, lambda oldest: oldest + KEPT),
)
