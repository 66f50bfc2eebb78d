"""What apps does by itself: tell apps what happened, end consents, forget what is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clipcart.apps import _sql
from clipcart.apps import _sql_notices as notices
from clipcart.apps.actions.keeping import (
    TOKENS_KEPT,
    end_consents,
    forget_deliveries,
    forget_notices,
    forget_passes,
    forget_requests,
    wake_lines,
    warn_of_ends,
)
from clipcart.apps.actions.noticing import DELIVER, Herald
from clipcart.apps.model import DELIVERIES_KEPT, NOTICES_KEPT, REQUESTS_KEPT
from clipcart.apps.notes import TOLD
from clipcart.apps.postman import Postman, new_client
from clipcart.apps.vault import Vault
from clipcart.kit.db import Tx
from clipcart.kit.events import Subscriber
from clipcart.kit.jobs import AnyJob, Job, Sweep

LINES_AT_ONCE = 60


def subscriber(vault: Vault) -> Subscriber:
    """Who hears what apps are told of, in the order in which it happened."""
    tell = Herald(vault).tell
    return Subscriber("apps", dict.fromkeys(TOLD, tell), in_order=True)


def jobs(vault: Vault, *, production: bool) -> Sequence[AnyJob]:
    """The jobs, with a client of their own for the addresses of apps."""
    postman = Postman(vault, new_client(), production)
    return (Job(DELIVER, body_of_many=postman.deliver, at_most=LINES_AT_ONCE),)


async def _consents_due(tx: Tx) -> datetime | None:
    return await tx.maybe(_sql.CONSENT_DUE)


async def _passes_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(_sql.PASSES_DUE)
    return None if oldest is None else oldest + TOKENS_KEPT


async def _requests_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(_sql.REQUESTS_DUE)
    return None if oldest is None else oldest + REQUESTS_KEPT


async def _lines_due(tx: Tx) -> datetime | None:
    return await tx.maybe(notices.LINE_DUE)


async def _warnings_due(tx: Tx) -> datetime | None:
    return await tx.maybe(notices.WARNING_DUE)


async def _notices_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(notices.NOTICES_DUE)
    return None if oldest is None else _next_day(oldest + NOTICES_KEPT)


async def _deliveries_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(notices.DELIVERIES_DUE)
    return None if oldest is None else _next_day(oldest + DELIVERIES_KEPT)


def _next_day(moment: datetime) -> datetime:
    """The midnight after it: what is kept for long enough is forgotten once a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


SWEEPS: Sequence[Sweep] = (
    Sweep("apps.consents", _consents_due, end_consents),
    Sweep("apps.warnings", _warnings_due, warn_of_ends),
    Sweep("apps.lines", _lines_due, wake_lines),
    Sweep("apps.passes", _passes_due, forget_passes),
    Sweep("apps.requests", _requests_due, forget_requests),
    Sweep("apps.notices", _notices_due, forget_notices),
    Sweep("apps.deliveries", _deliveries_due, forget_deliveries),
)
