"""Statements of the graveyard: what waits, what fails, what was given up, and its way back."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query

WHY = "the operator looks after every shop"


class PulseRow(NamedTuple):
    part: str
    name: str
    total: int
    oldest: datetime | None


PULSE = query(
    """
    select 'pending' as part, '' as name, count(*)::int as total,
        (select e.at from kit.event_pending o join kit.event e
            on e.shop_id = o.shop_id and e.id = o.id order by o.id limit 1) as oldest
    from kit.event_pending
    union all
    select case when retry_at is null then 'given_up' else 'retrying' end, subscriber,
        count(*)::int, min(failed_at)
    from kit.event_failure group by 1, 2
    union all
    select case when run_at <= :now then 'due' else 'later' end, lane, count(*)::int, min(run_at)
    from kit.job where state = 'queued' group by 1, 2
    union all
    select 'failing', lane, count(*)::int, min(enqueued_at)
    from kit.job where state = 'queued' and error is not null and attempts > 0 group by 1, 2
    union all
    select 'dead', kind, count(*)::int, min(enqueued_at)
    from kit.job where state = 'dead' group by 1, 2
    order by 1, 2""",
    PulseRow,
    scatter=WHY,
)


class JobLineRow(NamedTuple):
    id: int
    kind: str
    lane: str
    state: str
    payload: Any
    run_at: datetime
    attempts: int
    max_attempts: int
    error: str | None
    enqueued_at: datetime


JOBS = Listing(
    """
    select id, kind, lane, state, payload, run_at, attempts, max_attempts, error, enqueued_at
    from kit.job""",
    JobLineRow,
    filters={
        "state": "state = :state",
        "kind": "kind = :kind",
        "lane": "lane = :lane",
        # A job that merely waits for somebody else's answer says so too, but has not failed.
        "has_error": "(error is not null and attempts > 0) = :has_error",
    },
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
)


class FailureLineRow(NamedTuple):
    shop_id: int
    event_id: int
    subscriber: str
    attempts: int
    retry_at: datetime | None
    error: str
    failed_at: datetime
    name: str
    subject: str


FAILURES = Listing(
    """
    select f.shop_id, f.event_id, f.subscriber, f.attempts, f.retry_at, f.error, f.failed_at,
        e.name, e.subject
    from kit.event_failure f join kit.event e on e.shop_id = f.shop_id and e.id = f.event_id""",
    FailureLineRow,
    filters={
        "is_given_up": "(f.retry_at is null) = :is_given_up",
        "shop_id": "f.shop_id = :shop_id",
        "event_id": "f.event_id = :event_id",
    },
    orders={
        "newest": Order(
            (
                Key("event_id", "bigint", "f.event_id"),
                Key("subscriber", "text", "f.subscriber"),
            ),
            down=True,
        )
    },
    scatter=WHY,
)


class ReplayedRow(NamedTuple):
    id: int
    kind: str
    error: str | None


# A dead job whose twin is queued again, or dead beside it, stays: one of them is enough at a time.
REPLAY_JOBS = query(
    """
    update kit.job j set state = 'queued', attempts = 0, run_at = :now, leased_until = null
    from (select min(d.id) as id from kit.job d
        where d.state = 'dead' and d.kind = :kind and (:id::bigint is null or d.id = :id)
            and not exists (select 1 from kit.job o where o.state = 'queued'
                and o.kind = d.kind and o.dedupe_key = d.dedupe_key)
        group by coalesce(d.dedupe_key, d.id::text)) chosen
    where j.id = chosen.id and j.state = 'dead'
    returning j.id, j.kind, j.error""",
    ReplayedRow,
)

KIND_OF_DEAD = query("select kind from kit.job where id = :id and state = 'dead'", str)

DELETE_DEAD = query(
    "delete from kit.job where id = :id and state = 'dead' returning id, kind, error",
    ReplayedRow,
)


class FailureKeyRow(NamedTuple):
    shop_id: int
    event_id: int
    subscriber: str


REPLAY_FACT = query(
    """
    update kit.event_failure set attempts = 0, retry_at = :now
    where shop_id = :shop_id and event_id = :event_id and subscriber = :subscriber
        and retry_at is null
    returning shop_id, event_id, subscriber""",
    FailureKeyRow,
)

REPLAY_FACTS_OF = query(
    """
    update kit.event_failure set attempts = 0, retry_at = :now
    where subscriber = :subscriber and retry_at is null
    returning shop_id, event_id, subscriber""",
    FailureKeyRow,
    scatter=WHY,
)
