"""What is kept and what is forgotten: the log of requests, ends of consents and tokens."""

from collections.abc import Sequence
from datetime import timedelta

from clipcart.apps import _sql
from clipcart.apps import _sql_notices as notices
from clipcart.apps.actions.consenting import close_consent
from clipcart.apps.actions.noticing import wake
from clipcart.apps.events import AppExpiring
from clipcart.apps.model import DELIVERIES_KEPT, NOTICES_KEPT, REQUESTS_KEPT, RequestEntry
from clipcart.apps.queries import consent_of_row
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, PersonId, ShopId, new_id

TOKENS_KEPT = timedelta(days=1)
"""How long a token that is over is still known, so that its holder is told so."""

MOST_AT_ONCE = 200
MOST_FORGOTTEN = 5_000


async def record_requests(tx: Tx, entries: Sequence[RequestEntry]) -> None:
    """Write calls and their answers into the logs of their apps."""
    await tx.run(
        _sql.ADD_REQUESTS,
        person_ids=[each.owner_id for each in entries],
        app_ids=[each.app_id for each in entries],
        ids=[new_id() for _ in entries],
        ats=[each.at for each in entries],
        methods=[each.method for each in entries],
        paths=[each.path for each in entries],
        shop_ids=[each.shop_id for each in entries],
        statuses=[each.status for each in entries],
        codes=[each.code for each in entries],
        messages=[each.message for each in entries],
        took=[each.took_us for each in entries],
        request_ids=[each.request_id for each in entries],
    )


async def end_consents(tx: Tx) -> int:
    """End consents whose time is over; gives how many."""
    rows = await tx.all(_sql.OVER, now=tx.now, count=MOST_AT_ONCE)
    for row in rows:
        await close_consent(tx, job_actor("apps.consents"), consent_of_row(row), "TIME")
    return len(rows)


async def forget_passes(tx: Tx) -> int:
    """Delete codes and tokens that are over for a day; gives how many tokens."""
    return await tx.run(_sql.FORGET_PASSES, before=tx.now - TOKENS_KEPT)


async def forget_requests(tx: Tx) -> int:
    """Delete requests from the logs that are older than a week; gives how many."""
    return await tx.run(_sql.FORGET_REQUESTS, before=tx.now - REQUESTS_KEPT)


async def warn_of_ends(tx: Tx) -> int:
    """Announce which consents end within 30 days; gives how many. Each is due daily."""
    rows = await tx.all(notices.ENDING, now=tx.now, size=MOST_AT_ONCE)
    tx.announce(
        job_actor("apps.warnings"),
        *(
            AppExpiring(ShopId(shop_id), AppId(row.app_id), PersonId(row.person_id), row.ends_at)
            for row in rows
            for shop_id in row.shop_ids
        ),
    )
    return len(rows)


async def wake_lines(tx: Tx) -> int:
    """Have lines minded again whose pause after a failure is over; gives how many."""
    rows = await tx.all(notices.LINES_DUE, now=tx.now, size=MOST_AT_ONCE)
    await wake(tx, rows)
    return len(rows)


async def forget_notices(tx: Tx) -> int:
    """Delete what stands in shops' event logs for 30 days; gives how many."""
    before = tx.now - NOTICES_KEPT
    return await tx.run(notices.FORGET_NOTICES, before=before, size=MOST_FORGOTTEN)


async def forget_deliveries(tx: Tx) -> int:
    """Delete deliveries that ended 30 days ago, with their attempts; gives how many."""
    before = tx.now - DELIVERIES_KEPT
    return await tx.run(notices.FORGET_DELIVERIES, before=before, size=MOST_FORGOTTEN)
