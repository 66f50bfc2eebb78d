"""Statements of identity."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import command, query

# -- people ------------------------------------------------------------------------------------


class PersonRow(NamedTuple):
    person_id: int
    email: str
    name: str
    market_id: str
    created_at: datetime


class NameRow(NamedTuple):
    person_id: int
    name: str


class CredentialRow(NamedTuple):
    person_id: int
    password_hash: str


CLAIM_EMAIL = query(
    """
    insert into identity.email (email, person_id) values (:email, :person_id)
    on conflict (email) do nothing returning person_id""",
    int,
)
PERSON_ID_OF_EMAIL = query("select person_id from identity.email where email = :email", int)
ADD_PERSON = command("""
    insert into identity.person (person_id, email, name, market_id, password_hash, created_at)
    values (:person_id, :email, :name, :market_id, :password_hash, :now)""")
CLAIM_EMAILS = query(
    """
    insert into identity.email (email, person_id)
    select u.email, u.person_id from unnest(:emails::text[], :person_ids::bigint[])
        as u(email, person_id)
    order by u.email
    on conflict (email) do nothing returning person_id""",
    int,
)
ADD_PEOPLE = command("""
    insert into identity.person (person_id, email, name, market_id, password_hash, created_at)
    select u.person_id, u.email, u.name, u.market_id, :password_hash, :now
    from unnest(:person_ids::bigint[], :emails::text[], :names::text[], :market_ids::text[])
        as u(person_id, email, name, market_id)""")
PERSON = query(
    """
    select person_id, email, name, market_id, created_at from identity.person
    where person_id = :person_id""",
    PersonRow,
)
NAMES = query(
    "select person_id, name from identity.person where person_id = any(:person_ids::bigint[])",
    NameRow,
    hot=True,
)
CREDENTIAL = query(
    "select person_id, password_hash from identity.person where person_id = :person_id",
    CredentialRow,
)
SET_PASSWORD = command("""
    update identity.person set password_hash = :password_hash where person_id = :person_id""")

# -- roles and staff mode ----------------------------------------------------------------------

GRANT_ROLE = command("""
    insert into identity.role (person_id, role, granted_at, granted_by)
    values (:person_id, :role, :now, :granted_by) on conflict do nothing""")
REVOKE_ROLE = command("delete from identity.role where person_id = :person_id and role = :role")
ROLES = query("select role from identity.role where person_id = :person_id order by role", str)


class StaffRow(NamedTuple):
    person_id: int
    id: int


ENTER_STAFF_MODE = query(
    """
    update identity.session set staff_until = :until
    where person_id = :person_id and id = :session_id and expires_at > :now returning id""",
    int,
)
LEAVE_STAFF_MODE = query(
    """
    update identity.session set staff_until = null
    where person_id = :person_id and id = :session_id and staff_until is not null returning id""",
    int,
)
END_STAFF_MODES = query(
    """
    update identity.session set staff_until = null
    where person_id = :person_id and staff_until is not null returning person_id, id""",
    StaffRow,
)
EXPIRE_STAFF_MODES = query(
    """
    update identity.session s set staff_until = null
    from (select person_id, id from identity.session where staff_until <= :now
        order by staff_until limit :size) due
    where s.person_id = due.person_id and s.id = due.id and s.staff_until <= :now
    returning s.person_id, s.id""",
    StaffRow,
    scatter="deadlines of every person",
)
STAFF_MODE_DUE = query(
    """
    select min(staff_until) from identity.session where staff_until is not null""",
    datetime,
    scatter="deadlines of every person",
)

# -- sessions ----------------------------------------------------------------------------------


class ActorRow(NamedTuple):
    person_id: int
    name: str
    email: str
    market_id: str
    roles: list[str]
    id: int
    csrf_secret: str
    seen_at: datetime
    staff_until: datetime | None


class SessionRow(NamedTuple):
    id: int
    ip: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    staff_until: datetime | None


ADD_SESSION = command("""
    insert into identity.session
        (person_id, id, digest, csrf_secret, ip, created_at, seen_at, expires_at)
    values (:person_id, :id, :digest, :csrf_secret, :ip, :now, :now, :expires_at)""")
ACTOR_OF_SESSION = query(
    """
    select p.person_id, p.name, p.email, p.market_id,
        array(select r.role from identity.role r where r.person_id = p.person_id) as roles,
        s.id, s.csrf_secret, s.seen_at, s.staff_until
    from identity.session s join identity.person p on p.person_id = s.person_id
    where s.person_id = :person_id and s.digest = :digest and s.expires_at > :now""",
    ActorRow,
    hot=True,
)
TOUCH_SESSION = command("""
    update identity.session set seen_at = :now, expires_at = :expires_at
    where person_id = :person_id and id = :session_id""")
END_SESSION = query(
    """
    delete from identity.session where person_id = :person_id and id = :session_id
    returning staff_until is not null and staff_until > :now""",
    bool,
)
SESSION_OF_COOKIE = query(
    "select id from identity.session where person_id = :person_id and digest = :digest", int
)
END_SESSIONS = command("delete from identity.session where person_id = :person_id")
SESSIONS = query(
    """
    select id, ip, created_at, seen_at, expires_at, staff_until from identity.session
    where person_id = :person_id and expires_at > :now order by seen_at desc, id desc""",
    SessionRow,
)
FORGET_SESSIONS = command(
    """
    delete from identity.session s
    using (select person_id, id from identity.session
        where expires_at <= :now and staff_until is null order by expires_at limit :size) due
    where s.person_id = due.person_id and s.id = due.id""",
    scatter="deadlines of every person",
)

# -- password resets ---------------------------------------------------------------------------

ADD_RESET = command("""
    insert into identity.password_reset (person_id, digest, created_at, expires_at)
    values (:person_id, :digest, :now, :expires_at)""")
USE_RESET = query(
    """
    delete from identity.password_reset
    where person_id = :person_id and digest = :digest and expires_at > :now returning person_id""",
    int,
)
FORGET_RESETS_OF = command("delete from identity.password_reset where person_id = :person_id")
FORGET_RESETS = command(
    """
    delete from identity.password_reset r
    using (select person_id, digest from identity.password_reset
        where expires_at <= :now order by expires_at limit :size) due
    where r.person_id = due.person_id and r.digest = due.digest""",
    scatter="deadlines of every person",
)
EXPIRY_DUE = query(
    """
    select least((select min(expires_at) from identity.session where staff_until is null),
        (select min(expires_at) from identity.password_reset))""",
    datetime,
    scatter="deadlines of every person",
)

# -- tokens ------------------------------------------------------------------------------------


class TokenActorRow(NamedTuple):
    place: int
    person_id: int
    id: int
    scopes: list[str]
    last_used_at: datetime | None
    roles: list[str]
    staff_mode: bool


class TokenRow(NamedTuple):
    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


ADD_TOKEN = command("""
    insert into identity.token (person_id, id, name, digest, scopes, created_at, expires_at)
    values (:person_id, :id, :name, :digest, :scopes, :now, :expires_at)""")
ACTORS_OF_TOKENS = query(
    """
    select u.place::int as place, t.person_id, t.id, t.scopes, t.last_used_at,
        array(select r.role from identity.role r where r.person_id = t.person_id) as roles,
        exists (select 1 from identity.session s
            where s.person_id = t.person_id and s.staff_until > :now
                and s.expires_at > :now) as staff_mode
    from unnest(:person_ids::bigint[], :digests::bytea[])
        with ordinality as u(person_id, digest, place)
    join identity.token t on t.person_id = u.person_id and t.digest = u.digest
        and t.revoked_at is null and t.expires_at > :now""",
    TokenActorRow,
    hot=True,
)
TOUCH_TOKENS = command("""
    update identity.token t set last_used_at = :now
    from unnest(:person_ids::bigint[], :ids::bigint[]) as u(person_id, id)
    where t.person_id = u.person_id and t.id = u.id""")
REVOKE_TOKEN = command("""
    update identity.token set revoked_at = :now
    where person_id = :person_id and id = :id and revoked_at is null""")
TOKENS = query(
    """
    select id, name, scopes, created_at, expires_at, last_used_at from identity.token
    where person_id = :person_id and revoked_at is null order by id desc""",
    TokenRow,
)

# -- addresses ---------------------------------------------------------------------------------


class AddressRow(NamedTuple):
    id: int
    market_id: str
    name: str
    line1: str
    line2: str
    district: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


ADD_ADDRESSES = command("""
    insert into identity.address (person_id, id, market_id, name, line1, line2, district, city,
        region, postal_code, country, phone, created_at)
    select u.person_id, u.id, u.market_id, u.name, u.line1, u.line2, u.district, u.city, u.region,
        u.postal_code, u.country, u.phone, :now
    from unnest(:person_ids::bigint[], :ids::bigint[], :market_ids::text[], :names::text[],
        :line1s::text[], :line2s::text[], :districts::text[], :cities::text[], :regions::text[],
        :postal_codes::text[], :countries::text[], :phones::text[])
        as u(person_id, id, market_id, name, line1, line2, district, city, region, postal_code,
            country, phone)""")
ADDRESSES = query(
    """
    select id, market_id, name, line1, line2, district, city, region, postal_code, country, phone
    from identity.address where person_id = :person_id order by id desc""",
    AddressRow,
)
ADDRESS = query(
    """
    select id, market_id, name, line1, line2, district, city, region, postal_code, country, phone
    from identity.address where person_id = :person_id and id = :id""",
    AddressRow,
)
REMOVE_ADDRESS = command("""
    delete from identity.address where person_id = :person_id and id = :id""")

# -- e-mail ------------------------------------------------------------------------------------


class MailRow(NamedTuple):
    person_id: int
    id: int
    recipient: str
    subject: str
    body: str | None
    created_at: datetime
    sent_at: datetime | None


ADD_MAIL = command("""
    insert into identity.outbox (person_id, id, recipient, subject, body, created_at)
    values (:person_id, :id, :recipient, :subject, :body, :now)""")
MAIL_TO_SEND = query(
    """
    select person_id, id, recipient, subject, body, created_at, sent_at from identity.outbox
    where person_id = :person_id and id = :id and sent_at is null""",
    MailRow,
)
MARK_SENT = command("""
    update identity.outbox
    set sent_at = :now, body = case when :keeps_body::boolean then body end
    where person_id = :person_id and id = :id and sent_at is null""")
OUTBOX = Listing(
    """
    select person_id, id, recipient, subject, body, created_at, sent_at from identity.outbox""",
    MailRow,
    orders={"newest": Order((Key("id", "bigint"),), down=True)},
    scatter="the outbox page shows everybody's e-mails",
)
