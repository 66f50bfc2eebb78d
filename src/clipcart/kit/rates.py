"""Rate limits: counters in PostgreSQL, one row per bucket and fixed window."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from clipcart.kit.db import Tx
from clipcart.kit.errors import Throttled
from clipcart.kit.jobs import Sweep
from clipcart.kit.sql import command, query

_TAKE = query(
    """
    insert into kit.rate as r (bucket, window_start, used)
    values (:bucket, :window_start, :count::int)
    on conflict (bucket, window_start) do update set used = r.used + excluded.used
    returning used""",
    int,
)


class _UsedRow(NamedTuple):
    bucket: str
    window_start: datetime
    used: int


_TAKE_ALL = query(
    """
    insert into kit.rate as r (bucket, window_start, used)
    select bucket, window_start, used
    from unnest(:buckets::text[], :window_starts::timestamptz[], :useds::int[])
        as u(bucket, window_start, used) order by bucket, window_start
    on conflict (bucket, window_start) do update set used = r.used + excluded.used
    returning bucket, window_start, used""",
    _UsedRow,
)


class Spent(NamedTuple):
    """What was taken from a bucket: in the window that runs, and in the fullest one since."""

    bucket: str
    now: int
    peak: int


_SPENT = query(
    """
    select bucket, coalesce(sum(used) filter (where window_start = :current), 0)::int as now,
        max(used) as peak
    from kit.rate where window_start >= :since and starts_with(bucket, :prefix)
    group by bucket order by bucket""",
    Spent,
    hot=True,
)

# Counters may lose their last moment in a crash: nobody waits for the disk.
_TAKE_ALL_HASTILY = query(
    """
    with hasty as materialized (select set_config('synchronous_commit', 'off', true))
    insert into kit.rate as r (bucket, window_start, used)
    select bucket, window_start, used
    from unnest(:buckets::text[], :window_starts::timestamptz[], :useds::int[])
        as u(bucket, window_start, used) cross join hasty order by bucket, window_start
    on conflict (bucket, window_start) do update set used = r.used + excluded.used
    returning bucket, window_start, used""",
    _UsedRow,
)
_FORGET = command("delete from kit.rate where window_start < :before")
_OLDEST = query("select min(window_start) from kit.rate", datetime)

KEPT = timedelta(days=2)
"""How long counters stay: longer than any window."""


async def take(tx: Tx, bucket: str, limit: int, window_s: int, count: int = 1) -> int:
    """Use `count` of `limit` per `window_s` seconds; gives how many are left.

    Raises Throttled with the seconds until the next window. The count stays only if the
    transaction commits: what must be counted although it failed has to be a returned outcome.
    """
    seconds = int(tx.now.timestamp())
    start = seconds - seconds % window_s
    used = await tx.one(
        _TAKE, bucket=bucket, window_start=datetime.fromtimestamp(start, UTC), count=count
    )
    if used > limit:
        raise Throttled(retry_after_s=start + window_s - seconds)
    return limit - used


class Use(NamedTuple):
    """One use of a bucket that has `limit` of them per `window_s` seconds."""

    bucket: str
    limit: int
    window_s: int


async def spent(tx: Tx, prefix: str, window_s: int, since: timedelta) -> list[Spent]:
    """What was taken lately from each bucket whose name begins with `prefix`."""
    seconds = int(tx.now.timestamp())
    current = datetime.fromtimestamp(seconds - seconds % window_s, UTC)
    return await tx.all(_SPENT, prefix=prefix, current=current, since=current - since)


async def take_all(tx: Tx, uses: Sequence[Use], *, hastily: bool = False) -> list[Throttled | None]:
    """Take many uses in one statement; for each, in order, None or why it was one too many.

    Unlike `take` it counts those that are refused, too: the outcome is returned, so it commits.
    `hastily`: whatever else the transaction changes does not wait for the disk either.
    """
    seconds = int(tx.now.timestamp())
    wanted = Counter((use.bucket, seconds - seconds % use.window_s) for use in uses)
    rows = await tx.all(
        _TAKE_ALL_HASTILY if hastily else _TAKE_ALL,
        buckets=[bucket for bucket, _ in wanted],
        window_starts=[datetime.fromtimestamp(start, UTC) for _, start in wanted],
        useds=list(wanted.values()),
    )
    before = {
        key: row.used - wanted[key]
        for row in rows
        for key in [(row.bucket, int(row.window_start.timestamp()))]
    }
    outcomes: list[Throttled | None] = []
    for use in uses:
        start = seconds - seconds % use.window_s
        before[use.bucket, start] += 1
        is_over = before[use.bucket, start] > use.limit
        outcomes.append(Throttled(start + use.window_s - seconds) if is_over else None)
    return outcomes


async def forget(tx: Tx) -> int:
    """Delete windows that are long over; gives how many."""
    return await tx.run(_FORGET, before=tx.now - KEPT + timedelta(seconds=1))


SWEEPS = (Sweep("kit.rates", _OLDEST, forget, lambda oldest: oldest + KEPT),)
