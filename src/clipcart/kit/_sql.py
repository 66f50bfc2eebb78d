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


CLAIM_JOBS = query(
    """
    update kit.job set leased_until = clock_timestamp() + :lease_s * interval '1 second',
        attempts = attempts + 1
    where id in (
        select j.id from kit.job j
        where j.lane = :lane and j.state = 'queued' and j.run_at <= :now
            and (j.leased_until is null or j.leased_until < clock_timestamp())
            and (j.serial_key is null or not exists (
                select 1 from kit.job o where o.state = 'queued'
                    and o.serial_key = j.serial_key and o.id < j.id))
        order by j.run_at, j.id limit :size for update skip locked)
    returning id, kind, payload, attempts, max_attempts""",
    JobRow,
)

FINISH_JOB = command("delete from kit.job where id = :id")

# `attempts` is the claim's number: who lost the lease meanwhile finds another one, changes nothing.
RENEW_JOB = command("""
    update kit.job set leased_until = clock_timestamp() + :lease_s * interval '1 second'
    where id = :id and attempts = :attempts and state = 'queued'""")

RETRY_JOB = command("""
    update kit.job set leased_until = null, run_at = :run_at, error = :error
    where id = :id and attempts = :attempts and state = 'queued'""")

POSTPONE_JOB = command("""
    update kit.job set leased_until = null, run_at = :run_at, error = :error,
        attempts = attempts - 1
    where id = :id and attempts = :attempts and state = 'queued'""")

BURY_JOB = command("""
    update kit.job set leased_until = null, state = 'dead', error = :error
    where id = :id and attempts = :attempts and state = 'queued'""")

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
    """
    select exists (select 1 from kit.event_pending) as has_facts,
        exists (select 1 from kit.event_failure where retry_at <= :now) as has_failures,
        array(select distinct lane from kit.job where state = 'queued' and run_at <= :now
            and (leased_until is null or leased_until < clock_timestamp())) as lanes""",
    BusyRow,
    scatter="the dispatcher serves every shop",
)

READ_OFFSET = query("select offset_us from kit.clock", int)
MOVE_CLOCK = command("update kit.clock set offset_us = :offset_us")
NEXT_NODE = query("select nextval('kit.node')", int)
