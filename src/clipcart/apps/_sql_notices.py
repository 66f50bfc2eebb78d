"""Statements of what apps are told: the log of a shop, lines, deliveries, attempts."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- who hears what ----------------------------------------------------------------------------


class HearerRow(NamedTuple):
    shop_id: int
    app_id: int
    person_id: int


class GivenRow(NamedTuple):
    person_id: int
    app_id: int
    scopes: list[str]
    shop_ids: list[int]
    ends_at: datetime | None


class AppWebhookRow(NamedTuple):
    app_id: int
    event_type: str
    address: str
    created_at: datetime
    changed_at: datetime


HEARERS = query(
    """
    select shop_id, app_id, person_id from apps.shop_consent
    where shop_id = any(:shop_ids::bigint[])""",
    HearerRow,
    hot=True,
)
GIVEN = query(
    """
    select person_id, app_id, scopes, shop_ids, ends_at from apps.consent
    where person_id = any(:person_ids::bigint[]) and party = 'SELLER' and ended_at is null""",
    GivenRow,
    hot=True,
)
APP_WEBHOOKS = query(
    """
    select app_id, event_type, address, created_at, changed_at from apps.app_webhook
    where app_id = any(:app_ids::bigint[]) order by app_id, event_type""",
    AppWebhookRow,
    hot=True,
)
SET_APP_WEBHOOK = command("""
    insert into apps.app_webhook (app_id, event_type, address, created_at, changed_at)
    values (:app_id, :event_type, :address, :now, :now)
    on conflict (app_id, event_type)
    do update set address = excluded.address, changed_at = excluded.changed_at
    where app_webhook.address <> excluded.address""")
REMOVE_APP_WEBHOOK = command(
    "delete from apps.app_webhook where app_id = :app_id and event_type = :event_type"
)

# -- the log of a shop -------------------------------------------------------------------------


class NoticeRow(NamedTuple):
    seq: int
    type: int
    body: str
    made_at: datetime


class NumberRow(NamedTuple):
    shop_id: int
    last_seq: int


ADD_NUMBERS = command("""
    insert into apps.notice_number (shop_id, last_seq)
    select shop_id, 0 from unnest(:shop_ids::bigint[]) as shop_id order by shop_id
    on conflict (shop_id) do nothing""")
LOCK_NUMBERS = query(
    """
    select shop_id, last_seq from apps.notice_number
    where shop_id = any(:shop_ids::bigint[]) order by shop_id for update""",
    NumberRow,
    hot=True,
)
MOVE_NUMBERS = command("""
    update apps.notice_number n set last_seq = u.last_seq
    from unnest(:shop_ids::bigint[], :last_seqs::bigint[]) as u(shop_id, last_seq)
    where n.shop_id = u.shop_id""")
LAST_NUMBER = query("select last_seq from apps.notice_number where shop_id = :shop_id", int)
ADD_NOTICES = command("""
    insert into apps.notice (shop_id, seq, id, event_id, app_id, type, body, happened_at, made_at)
    select u.shop_id, u.seq, u.id, u.event_id, u.app_id, u.type, u.body, u.happened_at, :now
    from unnest(:shop_ids::bigint[], :seqs::bigint[], :ids::bigint[], :event_ids::bigint[],
        :app_ids::bigint[], :types::int[], :bodies::text[], :happened_ats::timestamptz[])
        as u(shop_id, seq, id, event_id, app_id, type, body, happened_at)""")
NOTICES = query(
    """
    select seq, type, body, made_at from apps.notice
    where shop_id = :shop_id and seq > :after and made_at >= :since
        and type = any(:types::int[])
        and (app_id is null or app_id = :app_id)
    order by seq limit :size""",
    NoticeRow,
    hot=True,
)
FIRST_NUMBER = query(
    "select min(seq) from apps.notice where shop_id = :shop_id and made_at >= :since", int
)
FORGET_NOTICES = command(
    """
    delete from apps.notice where (shop_id, seq) in (
        select shop_id, seq from apps.notice where made_at <= :before order by made_at limit :size)
    """,
    scatter="the sweep forgets what is long over, whichever shop's it was",
)
NOTICES_DUE = query(
    "select min(made_at) from apps.notice",
    datetime,
    scatter="the sweep looks for the oldest of all",
)

# -- lines and deliveries ----------------------------------------------------------------------


class LineRow(NamedTuple):
    person_id: int
    app_id: int
    shop_id: int
    is_scheduled: bool
    failures: int
    failing_since: datetime | None
    retry_at: datetime | None
    problem: str | None


class WaitingRow(NamedTuple):
    id: int
    shop_id: int
    seq: int
    type: int
    body: str
    is_test: bool
    attempts: int
    due_since: datetime


ADD_LINES = command("""
    insert into apps.line (person_id, app_id, shop_id)
    select u.person_id, u.app_id, u.shop_id
    from unnest(:person_ids::bigint[], :app_ids::bigint[], :shop_ids::bigint[])
        as u(person_id, app_id, shop_id)
    order by u.person_id, u.app_id, u.shop_id
    on conflict do nothing""")
LOCK_LINES = query(
    """
    select l.person_id, l.app_id, l.shop_id, l.is_scheduled, l.failures, l.failing_since,
        l.retry_at, l.problem
    from apps.line l
    join unnest(:person_ids::bigint[], :app_ids::bigint[], :shop_ids::bigint[])
        as u(person_id, app_id, shop_id)
        on l.person_id = u.person_id and l.app_id = u.app_id and l.shop_id = u.shop_id
    order by l.person_id, l.app_id, l.shop_id for update of l""",
    LineRow,
    hot=True,
)
LINE = query(
    """
    select person_id, app_id, shop_id, is_scheduled, failures, failing_since, retry_at, problem
    from apps.line where person_id = :person_id and app_id = :app_id and shop_id = :shop_id""",
    LineRow,
    hot=True,
)
LINES_FAILING = query(
    """
    select person_id, app_id, shop_id, is_scheduled, failures, failing_since, retry_at, problem
    from apps.line where person_id = :person_id and app_id = :app_id and retry_at is not null
    order by failing_since limit 200 for update""",
    LineRow,
)
FAILING = query(
    """
    select person_id, app_id, shop_id, is_scheduled, failures, failing_since, retry_at, problem
    from apps.line where person_id = :person_id and app_id = :app_id and retry_at is not null
    order by failing_since limit 50""",
    LineRow,
)
LINES_DUE = query(
    """
    select person_id, app_id, shop_id, is_scheduled, failures, failing_since, retry_at, problem
    from apps.line where retry_at <= :now and not is_scheduled
    order by retry_at limit :size for update skip locked""",
    LineRow,
    scatter="the sweep wakes every line whose pause is over",
)
LINE_DUE = query(
    "select min(retry_at) from apps.line where not is_scheduled",
    datetime,
    scatter="the sweep looks for the next of all",
)
SCHEDULE = command("""
    update apps.line l set is_scheduled = true, retry_at = null
    from unnest(:person_ids::bigint[], :app_ids::bigint[], :shop_ids::bigint[])
        as u(person_id, app_id, shop_id)
    where l.person_id = u.person_id and l.app_id = u.app_id and l.shop_id = u.shop_id""")
REST = command("""
    update apps.line set is_scheduled = false
    where person_id = :person_id and app_id = :app_id and shop_id = :shop_id""")
LINE_WORKS = command("""
    update apps.line set failures = 0, failing_since = null, retry_at = null, problem = null
    where person_id = :person_id and app_id = :app_id and shop_id = :shop_id and failures > 0""")
LINE_FAILS = command("""
    update apps.line set is_scheduled = false, failures = failures + 1, retry_at = :retry_at,
        failing_since = coalesce(failing_since, :now), problem = :problem
    where person_id = :person_id and app_id = :app_id and shop_id = :shop_id""")

ADD_DELIVERIES = command("""
    insert into apps.delivery (person_id, app_id, id, shop_id, seq, notice_id, type, body,
        is_test, state, made_at, due_since)
    select u.person_id, u.app_id, u.id, u.shop_id, u.seq, u.notice_id, u.type, u.body,
        :is_test, 'WAITING', :now, :now
    from unnest(:person_ids::bigint[], :app_ids::bigint[], :ids::bigint[], :shop_ids::bigint[],
        :seqs::bigint[], :notice_ids::bigint[], :types::int[], :bodies::text[])
        as u(person_id, app_id, id, shop_id, seq, notice_id, type, body)""")
WAITING = query(
    """
    select id, shop_id, seq, type, body, is_test, attempts, due_since from apps.delivery
    where person_id = :person_id and app_id = :app_id and shop_id = :shop_id
        and state = 'WAITING'
    order by seq, id limit :size""",
    WaitingRow,
    hot=True,
)
END_DELIVERY = command("""
    update apps.delivery set state = :state, attempts = attempts + :sent, problem = :problem,
        ended_at = :now
    where person_id = :person_id and app_id = :app_id and id = :id and state = 'WAITING'""")
FAIL_DELIVERY = command("""
    update apps.delivery set attempts = attempts + 1, problem = :problem
    where person_id = :person_id and app_id = :app_id and id = :id and state = 'WAITING'""")
GIVE_UP_OLD = command("""
    update apps.delivery set state = 'DEAD', problem = :problem, ended_at = :now
    where person_id = :person_id and app_id = :app_id and shop_id = :shop_id
        and state = 'WAITING' and due_since <= :before""")
ADD_ATTEMPT = command("""
    insert into apps.attempt (person_id, app_id, delivery_id, number, at, address, signature,
        status, answer, problem, took_us)
    select :person_id, :app_id, :delivery_id, coalesce(max(number), 0) + 1, :now, :address,
        :signature, :status::int, :answer, :problem, :took_us
    from apps.attempt
    where person_id = :person_id and app_id = :app_id and delivery_id = :delivery_id""")


class RevivedRow(NamedTuple):
    id: int
    shop_id: int


REVIVE = query(
    """
    update apps.delivery set state = 'WAITING', ended_at = null, due_since = :now, attempts = 0,
        problem = null
    where person_id = :person_id and app_id = :app_id and state = 'DEAD'
        and id in (select id from apps.delivery
            where person_id = :person_id and app_id = :app_id and state = 'DEAD'
                and (:id::bigint is null or id = :id) order by id limit :size)
    returning id, shop_id""",
    RevivedRow,
)
AGAIN = query(
    """
    update apps.delivery set state = 'WAITING', ended_at = null, due_since = :now, attempts = 0,
        problem = null
    where person_id = :person_id and app_id = :app_id and id = :id and state <> 'WAITING'
    returning id, shop_id""",
    RevivedRow,
)
SET_ASIDE = query(
    """
    update apps.delivery set state = 'DEAD', problem = :problem, ended_at = :now
    where person_id = :person_id and app_id = :app_id and id = :id and state = 'WAITING'
    returning id, shop_id""",
    RevivedRow,
)
FORGET_DELIVERIES = command(
    """
    delete from apps.delivery where (person_id, app_id, id) in (
        select person_id, app_id, id from apps.delivery where ended_at <= :before
        order by ended_at limit :size)""",
    scatter="the sweep forgets what is long over, whichever app's it was",
)
DELIVERIES_DUE = query(
    "select min(ended_at) from apps.delivery where ended_at is not null",
    datetime,
    scatter="the sweep looks for the oldest of all",
)


class DeliveryRow(NamedTuple):
    id: int
    shop_id: int
    notice_id: int
    type: int
    body: str
    is_test: bool
    state: str
    attempts: int
    problem: str | None
    made_at: datetime
    ended_at: datetime | None


class AttemptRow(NamedTuple):
    number: int
    at: datetime
    address: str
    signature: str
    status: int | None
    answer: str
    problem: str | None
    took_us: int


class TallyRow(NamedTuple):
    state: str
    total: int


_DELIVERY = """
    select id, shop_id, notice_id, type, body, is_test, state, attempts, problem, made_at, ended_at
    from apps.delivery where person_id = :person_id and app_id = :app_id"""
DELIVERIES = Listing(
    _DELIVERY,
    DeliveryRow,
    filters={"state": "state = :state", "type": "type = :type", "shop_id": "shop_id = :shop_id"},
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    hot=True,
)
DELIVERY = query(_DELIVERY + " and id = :id", DeliveryRow, hot=True)
ATTEMPTS = query(
    """
    select number, at, address, signature, status, answer, problem, took_us from apps.attempt
    where person_id = :person_id and app_id = :app_id and delivery_id = :delivery_id
    order by number desc limit 50""",
    AttemptRow,
    hot=True,
)
TALLY = query(
    """
    select state, count(*) as total from apps.delivery
    where person_id = :person_id and app_id = :app_id group by state""",
    TallyRow,
    hot=True,
)

# -- consents that end soon --------------------------------------------------------------------


class EndingRow(NamedTuple):
    person_id: int
    app_id: int
    shop_ids: list[int]
    ends_at: datetime


ENDING = query(
    """
    update apps.consent set warn_at = date_trunc('day', :now::timestamptz, 'UTC')
        + interval '1 day'
    where (person_id, app_id, party) in (
        select person_id, app_id, party from apps.consent
        where ended_at is null and warn_at <= :now order by warn_at limit :size
        for update skip locked)
    returning person_id, app_id, shop_ids, ends_at""",
    EndingRow,
    scatter="the sweep warns of every consent that ends soon",
)
WARNING_DUE = query(
    "select min(warn_at) from apps.consent where ended_at is null",
    datetime,
    scatter="the sweep looks for the next of all",
)
