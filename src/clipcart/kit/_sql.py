"""Statements of the engine: facts to deliver, jobs to run, the clock."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class PendingRow(NamedTuple):
    shop_id: int
    id: int
    at: datetime
    name: str
    actor: str
    payload: Any


PENDING = query(
    """
    select e.shop_id, e.id, e.at, e.name, e.actor, e.payload
    from kit.event_pending p join kit.event e on e.shop_id = p.shop_id and e.id = p.id
    order by p.id limit :size""",
    PendingRow,
    scatter="the dispatcher serves every shop",
)

EVENTS_BY_ID = query(
    """
    select shop_id, id, at, name, actor, payload from kit.event
    where shop_id = :shop_id and id = :id""",
    PendingRow,
)

MARK_DONE = query(
    """
    with alive as (
        select p.shop_id, p.id from kit.event_pending p
        join unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
            on p.shop_id = u.shop_id and p.id = u.id
        for key share of p)
    insert into kit.event_done (shop_id, event_id, subscriber)
    select shop_id, id, :subscriber from alive
    on conflict do nothing returning event_id""",
    int,
)

FORGET_PENDING = command("""
    with gone as (
        delete from kit.event_pending p
        using unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
        where p.shop_id = u.shop_id and p.id = u.id)
    delete from kit.event_done d
    using unnest(:shop_ids::bigint[], :ids::bigint[]) as u(shop_id, id)
    where d.shop_id = u.shop_id and d.event_id = u.id""")

RECORD_FAILURE = command("""
    insert into kit.event_failure
        (shop_id, event_id, subscriber, attempts, retry_at, error, failed_at)
    values (:shop_id, :event_id, :subscriber, 1, :retry_at, :error, :now)
    on conflict (shop_id, event_id, subscriber) do nothing""")

# Only while the failure stands as it was tried: another process may have made it good.
FAILED_AGAIN = command("""
    update kit.event_failure set attempts = :attempts, retry_at = :retry_at, error = :error,
        failed_at = :now
    where shop_id = :shop_id and event_id = :event_id and subscriber = :subscriber
        and attempts = :attempts - 1""")


class FailureRow(NamedTuple):
    shop_id: int
    event_id: int
    subscriber: str
    attempts: int


FAILURES_DUE = query(
    """
    select shop_id, event_id, subscriber, attempts from kit.event_failure
    where retry_at <= :now order by retry_at limit :size""",
    FailureRow,
    scatter="the dispatcher serves every shop",
)

FORGET_FAILURE = command("""
    delete from kit.event_failure
    where shop_id = :shop_id and event_id = :event_id and subscriber = :subscriber""")


class JobRow(NamedTuple):
    id: int
    kind: str
    payload: Any
    attempts: int
    max_attempts: int


WORKERS = 0x636C6970
"""The class of the advisory locks that workers hold while they live."""

# Free is what nobody leased, whose lease is over, or whose worker has no session any more. The
# array of workers is made only when a lease has to be judged by it.
_FREE = f"""(j.leased_until is null or j.leased_until < clock_timestamp()
                or j.leased_by <> all (array(select l.objid::bigint from pg_locks l
                    where l.locktype = 'advisory' and l.classid = {WORKERS} and l.objsubid = 2
                        and l.database = (select d.oid from pg_database d
                            where d.datname = current_database()))))"""
_MAY_BEGIN = f"""{_FREE}
            and (j.serial_key is null or not exists (
                select 1 from kit.job o where o.state = 'queued'
                    and o.serial_key = j.serial_key and o.id < j.id))"""

CLAIM_JOBS = query(
    f"""
    with single as (
        select j.id from kit.job j
        where j.lane = :lane and j.state = 'queued' and j.run_at <= :now
            and j.kind <> all(:many_kinds::text[]) and {_MAY_BEGIN}
        order by j.run_at, j.id limit :size for update skip locked
    ), of_set as (
        select j.id from kit.job j
        where j.lane = :lane and j.state = 'queued' and j.run_at <= :now
            and j.kind = any(:many_kinds::text[]) and {_MAY_BEGIN}
        order by j.run_at, j.id limit :many for update skip locked
    )
    update kit.job set leased_until = clock_timestamp() + :lease_s * interval '1 second',
        leased_by = :worker, attempts = attempts + 1
    where id = any(array(select id from single union all select id from of_set))
    returning id, kind, payload, attempts, max_attempts""",
    JobRow,
)

# `attempts` is the claim's number: who lost the lease meanwhile finds another one, changes nothing.
RENEW_JOB = command("""
    update kit.job set leased_until = clock_timestamp() + :lease_s * interval '1 second'
    where id = :id and attempts = :attempts and state = 'queued'""")

# A done job is gone for everybody: what a second worker does meanwhile must be no more than that.
FINISH_JOBS = command("""
    delete from kit.job j using unnest(:ids::bigint[]) as u(id) where j.id = u.id""")

POSTPONE_JOBS = command("""
    update kit.job j set leased_until = null, leased_by = null, run_at = u.run_at, error = u.error,
        attempts = j.attempts - 1
    from unnest(:ids::bigint[], :attempts::int[], :run_ats::timestamptz[], :errors::text[])
        as u(id, attempts, run_at, error)
    where j.id = u.id and j.attempts = u.attempts and j.state = 'queued'""")

# Without a time to run again, it goes to the graveyard.
FAIL_JOBS = command("""
    update kit.job j set leased_until = null, leased_by = null, error = u.error,
        run_at = coalesce(u.run_at, j.run_at),
        state = case when u.run_at is null then 'dead' else 'queued' end
    from unnest(:ids::bigint[], :attempts::int[], :run_ats::timestamptz[], :errors::text[])
        as u(id, attempts, run_at, error)
    where j.id = u.id and j.attempts = u.attempts and j.state = 'queued'""")

SIGN_ON = command(f"select pg_advisory_lock({WORKERS}, :worker::int)")

NEXT_JOB_DUE = query("select min(run_at) from kit.job where state = 'queued'", datetime)
NEXT_FAILURE_DUE = query(
    "select min(retry_at) from kit.event_failure where retry_at is not null",
    datetime,
    scatter="the dispatcher serves every shop",
)


class BusyRow(NamedTuple):
    has_facts: bool
    has_failures: bool
    lanes: list[str]


BUSY = query(
    f"""
    select exists (select 1 from kit.event_pending) as has_facts,
        exists (select 1 from kit.event_failure where retry_at <= :now) as has_failures,
        array(select distinct j.lane from kit.job j where j.state = 'queued'
            and j.run_at <= :now and {_FREE}) as lanes""",
    BusyRow,
    scatter="the dispatcher serves every shop",
)

READ_OFFSET = query("select offset_us from kit.clock", int)
MOVE_CLOCK = command("update kit.clock set offset_us = :offset_us")
NEXT_NODE = query("select nextval('kit.node')", int)
