"""Statements of apps."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- apps --------------------------------------------------------------------------------------


class AppRow(NamedTuple):
    id: int
    key: str
    service_id: int
    owner_id: int
    name: str
    about: str
    redirect_url: str
    scopes: Any
    allowed_ips: list[str]
    created_at: datetime


class SecretRow(NamedTuple):
    serial: int
    sealed: bytes
    created_at: datetime
    ends_at: datetime | None


ADD_APP = command("""
    insert into apps.app (id, key, service_id, owner_id, name, about, redirect_url, scopes,
        allowed_ips, created_at, changed_at)
    values (:id, :key, :service_id, :owner_id, :name, :about, :redirect_url, :scopes,
        :allowed_ips, :now, :now)""")
CHANGE_APP = command("""
    update apps.app set name = :name, about = :about, redirect_url = :redirect_url,
        scopes = :scopes, allowed_ips = :allowed_ips, changed_at = :now
    where id = :id""")
APP = query(
    """
    select id, key, service_id, owner_id, name, about, redirect_url, scopes, allowed_ips,
        created_at
    from apps.app where id = :id""",
    AppRow,
    hot=True,
)
APP_BY_KEY = query(
    """
    select id, key, service_id, owner_id, name, about, redirect_url, scopes, allowed_ips,
        created_at
    from apps.app where key = :key""",
    AppRow,
    hot=True,
)
APP_BY_SERVICE = query(
    """
    select id, key, service_id, owner_id, name, about, redirect_url, scopes, allowed_ips,
        created_at
    from apps.app where service_id = :service_id""",
    AppRow,
    hot=True,
)
APPS_BY_ID = query(
    """
    select id, key, service_id, owner_id, name, about, redirect_url, scopes, allowed_ips,
        created_at
    from apps.app where id = any(:ids::bigint[])""",
    AppRow,
    hot=True,
)
APPS_OF_OWNER = query(
    """
    select id, key, service_id, owner_id, name, about, redirect_url, scopes, allowed_ips,
        created_at
    from apps.app where owner_id = :owner_id order by id desc""",
    AppRow,
    hot=True,
)
ADD_SECRET = command("""
    insert into apps.secret (app_id, serial, sealed, created_at)
    values (:app_id, :serial, :sealed, :now)""")
SECRETS = query(
    """
    select serial, sealed, created_at, ends_at from apps.secret
    where app_id = :app_id and (ends_at is null or ends_at > :now) order by serial desc""",
    SecretRow,
    hot=True,
)
LAST_SERIAL = query("select max(serial) from apps.secret where app_id = :app_id", int)
LOCK_APP = query("select id from apps.app where id = :id for no key update", int)
END_SECRETS = command("""
    update apps.secret set ends_at = least(coalesce(ends_at, :ends_at), :ends_at)
    where app_id = :app_id""")

# -- access: what a call stands for ------------------------------------------------------------


class AccessRow(NamedTuple):
    id: int
    key: str
    service_id: int
    owner_id: int
    name: str
    about: str
    redirect_url: str
    scopes: Any
    allowed_ips: list[str]
    created_at: datetime
    serials: list[int]
    sealed: list[bytes]
    person_id: int | None
    party: str | None
    consented: list[str] | None
    shop_ids: list[int] | None
    granted_at: datetime | None
    ends_at: datetime | None
    expires_at: datetime | None


ACCESS = query(
    """
    select a.id, a.key, a.service_id, a.owner_id, a.name, a.about, a.redirect_url, a.scopes,
        a.allowed_ips, a.created_at, s.serials, s.sealed, c.person_id, c.party,
        c.scopes as consented, c.shop_ids, c.granted_at, c.ends_at, t.expires_at
    from apps.app a
    cross join lateral (
        select array_agg(serial order by serial desc) as serials,
            array_agg(sealed order by serial desc) as sealed
        from apps.secret where app_id = a.id and (ends_at is null or ends_at > :now)) s
    left join apps.token t on t.person_id = :person_id and t.digest = :digest
        and t.app_id = a.id and t.kind = 'ACCESS'
    left join apps.consent c on c.person_id = t.person_id and c.app_id = t.app_id
        and c.party = t.party and c.ended_at is null
    where a.key = :key""",
    AccessRow,
    hot=True,
)

# -- consents and tokens -----------------------------------------------------------------------


class ConsentRow(NamedTuple):
    person_id: int
    app_id: int
    party: str
    scopes: list[str]
    shop_ids: list[int]
    granted_at: datetime
    ends_at: datetime | None


class PassRow(NamedTuple):
    party: str
    expires_at: datetime


class ShopConsentRow(NamedTuple):
    app_id: int
    person_id: int
    granted_at: datetime


KEEP_CONSENT = command("""
    insert into apps.consent (person_id, app_id, party, scopes, shop_ids, granted_at, ends_at,
        warn_at)
    values (:person_id, :app_id, :party, :scopes, :shop_ids, :now, :ends_at, :warn_at)
    on conflict (person_id, app_id, party) do update set scopes = excluded.scopes,
        shop_ids = excluded.shop_ids, granted_at = excluded.granted_at,
        ends_at = excluded.ends_at, warn_at = excluded.warn_at, ended_at = null, ended_by = null""")
CONSENT = query(
    """
    select person_id, app_id, party, scopes, shop_ids, granted_at, ends_at from apps.consent
    where person_id = :person_id and app_id = :app_id and party = :party and ended_at is null""",
    ConsentRow,
    hot=True,
)
CONSENTS = query(
    """
    select person_id, app_id, party, scopes, shop_ids, granted_at, ends_at from apps.consent
    where person_id = :person_id and ended_at is null order by granted_at desc, app_id""",
    ConsentRow,
    hot=True,
)
END_CONSENT = command("""
    update apps.consent set ended_at = :now, ended_by = :ended_by
    where person_id = :person_id and app_id = :app_id and party = :party and ended_at is null""")
LEAVE_SHOP = command("""
    update apps.consent set shop_ids = array_remove(shop_ids, :shop_id::bigint)
    where person_id = :person_id and app_id = :app_id and party = 'SELLER' and ended_at is null""")
CONSENTS_TO_APP = query(
    """
    select person_id, app_id, party, scopes, shop_ids, granted_at, ends_at from apps.consent
    where app_id = :app_id and ended_at is null order by granted_at desc, person_id
    limit :count""",
    ConsentRow,
    scatter="a developer sees who let the app in, whoever it was",
    hot=True,
)
OVER = query(
    """
    select person_id, app_id, party, scopes, shop_ids, granted_at, ends_at from apps.consent
    where ended_at is null and ends_at <= :now order by ends_at limit :count""",
    ConsentRow,
    scatter="the sweep ends what is over, whoever gave it",
)
CONSENT_DUE = query(
    "select min(ends_at) from apps.consent where ended_at is null",
    datetime,
    scatter="the sweep looks for the next end of all",
)
ADD_SHOP_CONSENTS = command("""
    insert into apps.shop_consent (shop_id, app_id, person_id, granted_at)
    select shop_id, :app_id, :person_id, :now from unnest(:shop_ids::bigint[]) as shop_id
    on conflict (shop_id, app_id, person_id) do update set granted_at = excluded.granted_at""")
END_SHOP_CONSENTS = command("""
    delete from apps.shop_consent
    where shop_id = any(:shop_ids::bigint[]) and app_id = :app_id and person_id = :person_id""")
APPS_OF_SHOP = query(
    """
    select app_id, person_id, granted_at from apps.shop_consent
    where shop_id = :shop_id order by granted_at desc, app_id""",
    ShopConsentRow,
    hot=True,
)
ADD_CODE = command("""
    insert into apps.auth_code (person_id, digest, app_id, party, expires_at)
    values (:person_id, :digest, :app_id, :party, :expires_at)""")
USE_CODE = query(
    """
    delete from apps.auth_code
    where person_id = :person_id and digest = :digest and app_id = :app_id
    returning party, expires_at""",
    PassRow,
)
ADD_TOKEN = command("""
    insert into apps.token (person_id, digest, app_id, party, kind, issued_at, expires_at)
    values (:person_id, :digest, :app_id, :party, 'ACCESS', :now, :expires_at)""")
ADD_TOKENS = command("""
    insert into apps.token (person_id, digest, app_id, party, kind, issued_at, expires_at)
    select :person_id, t.digest, :app_id, :party, t.kind, :now, t.expires_at
    from unnest(:digests::bytea[], :kinds::text[], :ends::timestamptz[])
        as t(digest, kind, expires_at)""")
USE_REFRESH = query(
    """
    delete from apps.token where person_id = :person_id and digest = :digest
        and app_id = :app_id and kind = 'REFRESH'
    returning party, expires_at""",
    PassRow,
)
DROP_PASSES = command("""
    with codes as (
        delete from apps.auth_code
        where person_id = :person_id and app_id = :app_id and party = :party
    )
    delete from apps.token
    where person_id = :person_id and app_id = :app_id and party = :party""")
FORGET_PASSES = command(
    """
    with codes as (delete from apps.auth_code where expires_at <= :before)
    delete from apps.token where expires_at <= :before""",
    scatter="the sweep forgets what is long over, whoever's it was",
)
PASSES_DUE = query(
    """
    select least((select min(expires_at) from apps.token),
        (select min(expires_at) from apps.auth_code))""",
    datetime,
    scatter="the sweep looks for the oldest of all",
)

# -- webhooks ----------------------------------------------------------------------------------


class WebhookRow(NamedTuple):
    shop_id: int
    app_id: int
    event_type: str
    address: str
    created_at: datetime
    changed_at: datetime


SET_WEBHOOK = command("""
    insert into apps.webhook (shop_id, app_id, event_type, address, created_at, changed_at)
    values (:shop_id, :app_id, :event_type, :address, :now, :now)
    on conflict (shop_id, app_id, event_type)
    do update set address = excluded.address, changed_at = excluded.changed_at""")
WEBHOOKS = query(
    """
    select shop_id, app_id, event_type, address, created_at, changed_at from apps.webhook
    where shop_id = :shop_id and app_id = :app_id order by event_type""",
    WebhookRow,
    hot=True,
)
REMOVE_WEBHOOK = command("""
    delete from apps.webhook
    where shop_id = :shop_id and app_id = :app_id and event_type = :event_type""")
WEBHOOKS_OF_SHOPS = query(
    """
    select shop_id, app_id, event_type, address, created_at, changed_at from apps.webhook
    where shop_id = any(:shop_ids::bigint[]) order by shop_id, app_id, event_type""",
    WebhookRow,
    hot=True,
)

# -- the log of requests -----------------------------------------------------------------------


class SummedRow(NamedTuple):
    calls: int
    failed: int
    limited: int
    middle_us: int | None
    slow_us: int | None


class RequestRow(NamedTuple):
    id: int
    at: datetime
    method: str
    path: str
    shop_id: int | None
    status: int
    code: int
    message: str
    took_us: int
    request_id: str


ADD_REQUESTS = command("""
    insert into apps.request (person_id, app_id, id, at, method, path, shop_id, status, code,
        message, took_us, request_id)
    select * from unnest(:person_ids::bigint[], :app_ids::bigint[], :ids::bigint[],
        :ats::timestamptz[], :methods::text[], :paths::text[], :shop_ids::bigint[],
        :statuses::int[], :codes::bigint[], :messages::text[], :took::int[],
        :request_ids::text[])""")
REQUESTS = Listing(
    """
    select id, at, method, path, shop_id, status, code, message, took_us, request_id
    from apps.request where person_id = :person_id and app_id = :app_id""",
    RequestRow,
    filters={
        "shop_id": "shop_id = :shop_id",
        "failed": "(code <> 0) = :failed",
        "path": "starts_with(path, :path)",
        "code": "code = :code",
    },
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    hot=True,
)
REQUESTS_SUMMED = query(
    """
    select count(*)::int as calls, (count(*) filter (where code <> 0))::int as failed,
        (count(*) filter (where status = 429))::int as limited,
        percentile_disc(0.5) within group (order by took_us) as middle_us,
        percentile_disc(0.95) within group (order by took_us) as slow_us
    from (
        select code, status, took_us from apps.request
        where person_id = :person_id and app_id = :app_id order by id desc limit :count) r""",
    SummedRow,
    hot=True,
)
FORGET_REQUESTS = command(
    "delete from apps.request where at <= :before",
    scatter="the sweep forgets what is long over, whichever app asked",
)
REQUESTS_DUE = query(
    "select min(at) from apps.request",
    datetime,
    scatter="the sweep looks for the oldest of all",
)
