"""Statements about the people who work in shops: staff, memberships, invitations."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query


class StaffRow(NamedTuple):
    person_id: int
    role: str
    joined_at: datetime


class MembershipRow(NamedTuple):
    shop_id: int
    role: str


class InvitationRow(NamedTuple):
    id: int
    email: str
    role: str
    invited_at: datetime
    expires_at: datetime


ADD_STAFF = command("""
    insert into sellers.staff (shop_id, person_id, role, joined_at, added_by)
    values (:shop_id, :person_id, :role, :now, :added_by) on conflict do nothing""")
SET_MEMBERSHIP = command("""
    insert into sellers.membership as m (person_id, shop_id, role)
    values (:person_id, :shop_id, :role)
    on conflict (person_id, shop_id) do update set role = excluded.role""")
STAFF_ROLE = query(
    "select role from sellers.staff where shop_id = :shop_id and person_id = :person_id", str
)
CHANGE_ROLE = command("""
    update sellers.staff set role = :role
    where shop_id = :shop_id and person_id = :person_id and role <> 'OWNER'""")
REMOVE_STAFF = command("""
    delete from sellers.staff
    where shop_id = :shop_id and person_id = :person_id and role <> 'OWNER'""")
REMOVE_MEMBERSHIP = command("""
    delete from sellers.membership where person_id = :person_id and shop_id = :shop_id""")
STAFF = query(
    """
    select person_id, role, joined_at from sellers.staff
    where shop_id = :shop_id order by joined_at, person_id""",
    StaffRow,
)
MEMBERSHIPS = query(
    "select shop_id, role from sellers.membership where person_id = :person_id order by shop_id",
    MembershipRow,
    hot=True,
)
REPLACE_INVITATION = command("""
    update sellers.invitation set state = 'REPLACED'
    where shop_id = :shop_id and email = :email and state = 'PENDING'""")
ADD_INVITATION = command("""
    insert into sellers.invitation (shop_id, id, email, role, digest, state, invited_at,
        invited_by, expires_at)
    values (:shop_id, :id, :email, :role, :digest, 'PENDING', :now, :invited_by, :expires_at)""")
INVITATION_OF_DIGEST = query(
    """
    select id, email, role, invited_at, expires_at from sellers.invitation
    where shop_id = :shop_id and digest = :digest and state = 'PENDING' and expires_at > :now""",
    InvitationRow,
)
ACCEPT_INVITATION = query(
    """
    update sellers.invitation set state = 'ACCEPTED', accepted_by = :person_id
    where shop_id = :shop_id and id = :id and state = 'PENDING' and expires_at > :now
    returning role""",
    str,
)
REVOKE_INVITATION = command("""
    update sellers.invitation set state = 'REVOKED'
    where shop_id = :shop_id and id = :id and state = 'PENDING'""")
INVITATIONS = query(
    """
    select id, email, role, invited_at, expires_at from sellers.invitation
    where shop_id = :shop_id and state = 'PENDING' and expires_at > :now order by id""",
    InvitationRow,
)
