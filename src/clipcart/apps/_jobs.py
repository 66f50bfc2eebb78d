"""What apps does by itself: end consents, forget what is over."""

from collections.abc import Sequence
from datetime import datetime

from clipcart.apps import _sql
from clipcart.apps.actions.keeping import (
    TOKENS_KEPT,
    end_consents,
    forget_passes,
    forget_requests,
)
from clipcart.apps.model import REQUESTS_KEPT
from clipcart.kit.db import Tx
from clipcart.kit.jobs import Sweep


async def _consents_due(tx: Tx) -> datetime | None:
    return await tx.maybe(_sql.CONSENT_DUE)


async def _passes_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(_sql.PASSES_DUE)
    return None if oldest is None else oldest + TOKENS_KEPT


async def _requests_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(_sql.REQUESTS_DUE)
    return None if oldest is None else oldest + REQUESTS_KEPT


SWEEPS: Sequence[Sweep] = (
    Sweep("apps.consents", _consents_due, end_consents),
    Sweep("apps.passes", _passes_due, forget_passes),
    Sweep("apps.requests", _requests_due, forget_requests),
)
