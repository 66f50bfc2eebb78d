"""Statements of sellers."""

from datetime import date, datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- shops -------------------------------------------------------------------------------------


class ShopRow(NamedTuple):
    shop_id: int
    handle: str
    name: str
    tagline: str
    story: str
    market_id: str
    currency: str
    state: str
    free_cancel_hours: int
    accent: str
    avatar_key: str | None
    banner_key: str | None
    opened_at: datetime
    live_at: datetime | None


CLAIM_HANDLE = query(
    """
    insert into sellers.handle (handle, shop_id) values (:handle, :shop_id)
    on conflict (handle) do nothing returning shop_id""",
    int,
)
SHOP_ID_OF_HANDLE = query("select shop_id from sellers.handle where handle = :handle", int)
ADD_SHOP = command("""
    insert into sellers.shop (shop_id, handle, name, tagline, story, market_id, currency, state,
        free_cancel_hours, accent, opened_at, opened_by)
    values (:shop_id, :handle, :name, :tagline, :story, :market_id, :currency, 'ONBOARDING',
        :free_cancel_hours, :accent, :now, :opened_by)""")
ADD_REQUIREMENTS = command("""
    insert into sellers.requirement (shop_id, requirement, state, reason)
    select :shop_id::bigint, r, 'MISSING', '' from unnest(:requirements::text[]) r""")
SHOP = query(
    """
    select shop_id, handle, name, tagline, story, market_id, currency, state, free_cancel_hours,
        accent, avatar_key, banner_key, opened_at, live_at
    from sellers.shop where shop_id = :shop_id""",
    ShopRow,
    hot=True,
)
SHOPS = query(
    """
    select shop_id, handle, name, tagline, story, market_id, currency, state, free_cancel_hours,
        accent, avatar_key, banner_key, opened_at, live_at
    from sellers.shop where shop_id = any(:shop_ids::bigint[])""",
    ShopRow,
    hot=True,
)
LIVE_SHOPS = query(
    """
    select shop_id, handle, name, tagline, story, market_id, currency, state, free_cancel_hours,
        accent, avatar_key, banner_key, opened_at, live_at
    from sellers.shop where shop_id = any(:shop_ids::bigint[]) and state = 'LIVE'""",
    ShopRow,
    hot=True,
)
DIRECTORY = Listing(
    """
    select shop_id, handle, name, tagline, story, market_id, currency, state, free_cancel_hours,
        accent, avatar_key, banner_key, opened_at, live_at
    from sellers.shop where state = 'LIVE'""",
    ShopRow,
    orders={"newest": Order((Key("live_at", "timestamptz"), Key("shop_id", "bigint")), down=True)},
    scatter="the directory shows every live shop",
)
EVERY_SHOP = Listing(
    """
    select shop_id, handle, name, tagline, story, market_id, currency, state, free_cancel_hours,
        accent, avatar_key, banner_key, opened_at, live_at
    from sellers.shop""",
    ShopRow,
    filters={
        "state": "state = :state",
        "text": "strpos(lower(name), lower(:text)) > 0 or strpos(handle, lower(:text)) > 0",
    },
    orders={
        "newest": Order((Key("opened_at", "timestamptz"), Key("shop_id", "bigint")), down=True)
    },
    scatter="operators look through all shops",
)
UPDATE_SETTINGS = command("""
    update sellers.shop
    set name = :name, tagline = :tagline, story = :story, accent = :accent,
        avatar_key = :avatar_key, banner_key = :banner_key, free_cancel_hours = :free_cancel_hours
    where shop_id = :shop_id""")
SUSPEND = command("""
    update sellers.shop set state = 'SUSPENDED', suspension_reason = :reason
    where shop_id = :shop_id and state = 'LIVE'""")
REINSTATE = command("""
    update sellers.shop set state = 'LIVE', suspension_reason = null
    where shop_id = :shop_id and state = 'SUSPENDED'""")

# -- the gate ----------------------------------------------------------------------------------


class GateRow(NamedTuple):
    shop_id: int
    market_id: str
    state: str
    waiting_since: datetime | None


class RequirementRow(NamedTuple):
    requirement: str
    state: str
    reason: str
    decided_by: str | None
    decided_at: datetime | None


LOCK_GATE = query(
    """
    select shop_id, market_id, state, waiting_since from sellers.shop
    where shop_id = :shop_id for no key update""",
    GateRow,
)
REQUIREMENTS = query(
    """
    select requirement, state, reason, decided_by, decided_at from sellers.requirement
    where shop_id = :shop_id""",
    RequirementRow,
)
SUBMIT_REQUIREMENT = command("""
    update sellers.requirement
    set state = 'SUBMITTED', reason = '', submitted_at = :now, decided_at = null, decided_by = null
    where shop_id = :shop_id and requirement = :requirement""")
REOPEN_REQUIREMENT = command("""
    update sellers.requirement
    set state = 'MISSING', reason = '', submitted_at = null, decided_at = null,
        decided_by = null
    where shop_id = :shop_id and requirement = :requirement""")
DECIDE_REQUIREMENT = command("""
    update sellers.requirement
    set state = :state, reason = :reason, decided_at = :now, decided_by = :decided_by
    where shop_id = :shop_id and requirement = :requirement""")
MOVE_SHOP = command("""
    update sellers.shop
    set state = :state, waiting_since = :waiting_since,
        live_at = case when :state = 'LIVE' then coalesce(live_at, :now) else live_at end
    where shop_id = :shop_id""")


class QueueRow(NamedTuple):
    shop_id: int
    handle: str
    name: str
    market_id: str
    state: str
    waiting_since: datetime


QUEUE = Listing(
    """
    select shop_id, handle, name, market_id, state, waiting_since
    from sellers.shop where waiting_since is not null""",
    QueueRow,
    orders={"waiting": Order((Key("waiting_since", "timestamptz"), Key("shop_id", "bigint")))},
    scatter="operators see every shop that waits",
)

# -- business ----------------------------------------------------------------------------------


class BusinessRow(NamedTuple):
    legal_form: str
    legal_name: str
    tax_number: str
    representative: str
    line1: str
    line2: str
    district: str
    city: str
    region: str
    postal_code: str
    phone: str


SET_BUSINESS = command("""
    insert into sellers.business as b (shop_id, legal_form, legal_name, tax_number, representative,
        line1, line2, district, city, region, postal_code, phone, submitted_at, submitted_by)
    values (:shop_id, :legal_form, :legal_name, :tax_number, :representative,
        :line1, :line2, :district, :city, :region, :postal_code, :phone, :now, :submitted_by)
    on conflict (shop_id) do update
    set legal_form = excluded.legal_form, legal_name = excluded.legal_name,
        tax_number = excluded.tax_number, representative = excluded.representative,
        line1 = excluded.line1, line2 = excluded.line2, district = excluded.district,
        city = excluded.city, region = excluded.region, postal_code = excluded.postal_code,
        phone = excluded.phone, submitted_at = excluded.submitted_at,
        submitted_by = excluded.submitted_by""")
BUSINESS = query(
    """
    select legal_form, legal_name, tax_number, representative, line1, line2, district, city,
        region, postal_code, phone
    from sellers.business where shop_id = :shop_id""",
    BusinessRow,
)

# -- documents ---------------------------------------------------------------------------------


class DocumentRow(NamedTuple):
    id: int
    kind: str
    file_key: str
    content_type: str
    size_bytes: int
    state: str
    expires_on: date | None
    added_at: datetime


class ExpiredRow(NamedTuple):
    id: int
    kind: str


REPLACE_DOCUMENT = command("""
    update sellers.document set state = 'REPLACED'
    where shop_id = :shop_id and kind = :kind and state in ('SUBMITTED', 'APPROVED')""")
ADD_DOCUMENT = command("""
    insert into sellers.document (shop_id, id, kind, file_key, content_type, size_bytes, state,
        expires_on, expires_at, added_at, added_by)
    values (:shop_id, :id, :kind, :file_key, :content_type, :size_bytes, 'SUBMITTED',
        :expires_on, :expires_at, :now, :added_by)""")
DOCUMENTS = query(
    """
    select id, kind, file_key, content_type, size_bytes, state, expires_on, added_at
    from sellers.document
    where shop_id = :shop_id and state in ('SUBMITTED', 'APPROVED', 'EXPIRED') order by id""",
    DocumentRow,
)
DOCUMENT = query(
    """
    select id, kind, file_key, content_type, size_bytes, state, expires_on, added_at
    from sellers.document where shop_id = :shop_id and id = :id""",
    DocumentRow,
)
CURRENT_KINDS = query(
    """
    select kind from sellers.document
    where shop_id = :shop_id and state in ('SUBMITTED', 'APPROVED')""",
    str,
)
APPROVE_DOCUMENTS = command("""
    update sellers.document set state = 'APPROVED'
    where shop_id = :shop_id and state = 'SUBMITTED'""")
SHOPS_WITH_EXPIRED = query(
    """
    select shop_id from sellers.document
    where expires_at <= :now and state in ('SUBMITTED', 'APPROVED')
    group by shop_id order by min(expires_at) limit :size""",
    int,
    scatter="deadlines of every shop",
)
EXPIRE_DOCUMENTS = query(
    """
    update sellers.document set state = 'EXPIRED'
    where shop_id = :shop_id and expires_at <= :now and state in ('SUBMITTED', 'APPROVED')
    returning id, kind""",
    ExpiredRow,
)
EXPIRY_DUE = query(
    """
    select min(expires_at) from sellers.document
    where state in ('SUBMITTED', 'APPROVED') and expires_at is not null""",
    datetime,
    scatter="deadlines of every shop",
)

# -- bank account ------------------------------------------------------------------------------


class BankRow(NamedTuple):
    id: int
    holder_name: str
    bank_name: str
    routing_code: str
    number_masked: str
    state: str
    added_at: datetime


ADD_BANK_ACCOUNT = command("""
    insert into sellers.bank_account (shop_id, id, holder_name, bank_name, routing_code,
        number_masked, number_full, state, added_at, added_by)
    values (:shop_id, :id, :holder_name, :bank_name, :routing_code,
        :number_masked, :number_full, 'SUBMITTED', :now, :added_by)""")
MOVE_BANK_ACCOUNT = command("""
    update sellers.bank_account set state = :state
    where shop_id = :shop_id and state = :from_state""")
DROP_OTHER_HOLDERS = query(
    """
    update sellers.bank_account set state = 'REPLACED'
    where shop_id = :shop_id and state in ('SUBMITTED', 'APPROVED')
        and holder_name <> :legal_name returning id""",
    int,
)
BANK_ACCOUNTS = query(
    """
    select id, holder_name, bank_name, routing_code, number_masked, state, added_at
    from sellers.bank_account
    where shop_id = :shop_id and state in ('SUBMITTED', 'APPROVED') order by id""",
    BankRow,
)


class NumberRow(NamedTuple):
    shop_id: int
    number_full: str


BANK_NUMBERS = query(
    """
    select shop_id, number_full from sellers.bank_account
    where shop_id = any(:shop_ids::bigint[]) and state = 'APPROVED'""",
    NumberRow,
    hot=True,
)


class ShopBankRow(NamedTuple):
    shop_id: int
    id: int
    holder_name: str
    bank_name: str
    routing_code: str
    number_masked: str
    state: str
    added_at: datetime


APPROVED_BANK_ACCOUNTS = query(
    """
    select shop_id, id, holder_name, bank_name, routing_code, number_masked, state, added_at
    from sellers.bank_account
    where shop_id = any(:shop_ids::bigint[]) and state = 'APPROVED'""",
    ShopBankRow,
    hot=True,
)

ANY_SHOP = query(
    "select exists (select 1 from sellers.shop)", bool, scatter="asked once, when starting"
)
