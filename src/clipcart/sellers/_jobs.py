"""What sellers do by themselves: papers expire."""

from collections.abc import Sequence
from datetime import datetime

from clipcart.kit.db import Tx
from clipcart.kit.jobs import Sweep
from clipcart.sellers import _sql
from clipcart.sellers.actions.verification import expire_documents


async def _expiry_due(tx: Tx) -> datetime | None:
    return await tx.maybe(_sql.EXPIRY_DUE)


SWEEPS: Sequence[Sweep] = (Sweep("sellers.documents", _expiry_due, expire_documents),)
