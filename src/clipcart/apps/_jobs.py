"""What apps does by itself: tell apps what happened, end consents, forget what is over."""

from collections.abc import Callable, Sequence
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


def _after(kept: timedelta) -> Callable[[datetime], datetime]:
    return lambda oldest: oldest + kept


def _night_after(kept: timedelta) -> Callable[[datetime], datetime]:
    """The midnight after it: what was kept for long enough is forgotten once a day."""

    def midnight(oldest: datetime) -> datetime:
        day = (oldest + kept).replace(hour=0, minute=0, second=0, microsecond=0)
        return day + timedelta(days=1)

    return midnight


SWEEPS: Sequence[Sweep] = (
    Sweep("apps.consents", _sql.CONSENT_DUE, end_consents),
    Sweep("apps.warnings", notices.WARNING_DUE, warn_of_ends),
    Sweep("apps.lines", notices.LINE_DUE, wake_lines),
    Sweep("apps.passes", _sql.PASSES_DUE, forget_passes, _after(TOKENS_KEPT)),
    Sweep("apps.requests", _sql.REQUESTS_DUE, forget_requests, _after(REQUESTS_KEPT)),
    Sweep(
        "apps.notices",
        notices.NOTICES_DUE,
        forget_notices,
        _night_after(NOTICES_KEPT),
    ),
    Sweep(
        "apps.deliveries",
        notices.DELIVERIES_DUE,
        forget_deliveries,
        _night_after(DELIVERIES_KEPT),
    ),
)
