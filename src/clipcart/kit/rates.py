"""Rate limits: counters in PostgreSQL, one row per bucket and fixed window."""

from datetime import UTC, datetime, timedelta

from clipcart.kit.db import Tx
from clipcart.kit.errors import Throttled
from clipcart.kit.jobs import Sweep
from clipcart.kit.sql import command, query

_TAKE = query(
    """
    insert into kit.rate as r (bucket, window_start, used) values (:bucket, :window_start, 1)
    on conflict (bucket, window_start) do update set used = r.used + 1
    returning used""",
    int,
)
_FORGET = command("delete from kit.rate where window_start < :before")
_OLDEST = query("select min(window_start) from kit.rate", datetime)

KEPT = timedelta(days=2)
"""How long counters stay: longer than any window."""


async def take(tx: Tx, bucket: str, limit: int, window_s: int) -> int:
    """Use one of `limit` per `window_s` seconds; gives how many are left.

    Raises Throttled with the seconds until the next window. The count stays only if the
    transaction commits: what must be counted although it failed has to be a returned outcome.
    """
    seconds = int(tx.now.timestamp())
    start = seconds - seconds % window_s
    used = await tx.one(_TAKE, bucket=bucket, window_start=datetime.fromtimestamp(start, UTC))
    if used > limit:
        raise Throttled(retry_after_s=start + window_s - seconds)
    return limit - used


async def _forget_due(tx: Tx) -> datetime | None:
    oldest = await tx.maybe(_OLDEST)
    return None if oldest is None else oldest + KEPT


async def forget(tx: Tx) -> int:
    """Delete windows that are long over; gives how many."""
    return await tx.run(_FORGET, before=tx.now - KEPT + timedelta(seconds=1))


SWEEPS = (Sweep("kit.rates", _forget_due, forget),)
