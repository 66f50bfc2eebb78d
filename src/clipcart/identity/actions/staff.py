"""Roles on the platform, and the staff mode in which they count."""

from datetime import datetime

from clipcart.identity import _sql
from clipcart.identity.errors import NoSuchPerson, NoSuchSession
from clipcart.identity.events import RoleGranted, RoleRevoked, StaffModeEntered, StaffModeLeft
from clipcart.identity.model import OPERATOR, Actor, job_actor, require
from clipcart.identity.policy import may_enter_staff_mode, may_grant_roles, own_id
from clipcart.identity.records import STAFF_MODE
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import PersonId, SessionId

SWEEP_SIZE = 200


async def grant_role(tx: Tx, actor: Actor, person_id: PersonId, role: str = OPERATOR) -> None:
    """Give a role on the platform; nothing happens if it is there. Raises NoSuchPerson, Invalid."""
    require(may_grant_roles(actor), "role.grant", actor)
    _check_role(role)
    if await tx.maybe(_sql.PERSON, person_id=person_id) is None:
        raise NoSuchPerson
    if await tx.run(
        _sql.GRANT_ROLE, person_id=person_id, role=role, now=tx.now, granted_by=actor.label
    ):
        tx.announce(actor, RoleGranted(person_id, role))


async def revoke_role(tx: Tx, actor: Actor, person_id: PersonId, role: str = OPERATOR) -> None:
    """Take a role away, and end the staff mode that stood on it. Nothing happens without one."""
    require(may_grant_roles(actor), "role.grant", actor)
    _check_role(role)
    if not await tx.run(_sql.REVOKE_ROLE, person_id=person_id, role=role):
        return
    tx.announce(actor, RoleRevoked(person_id, role))
    for row in await tx.all(_sql.END_STAFF_MODES, person_id=person_id):
        tx.announce(actor, StaffModeLeft(person_id, SessionId(row.id), has_expired=False))


def _check_role(role: str) -> None:
    known = Problem("role", f"{role!r} is no role", f"the only one is {OPERATOR}")
    check([None if role == OPERATOR else known])


async def enter_staff_mode(tx: Tx, actor: Actor, session_id: SessionId, reason: str) -> datetime:
    """Act as an operator in this session for 30 minutes; gives until when.

    Announced with the reason. Entering again starts the time anew. Raises NoSuchSession, Invalid.
    """
    require(may_enter_staff_mode(actor), "staff_mode.enter", actor)
    reason = reason.strip()
    check([None if reason else Problem("reason", "no reason is given", "say what you will do")])
    person_id, until = own_id(actor), tx.now + STAFF_MODE
    if not await tx.maybe(
        _sql.ENTER_STAFF_MODE, person_id=person_id, session_id=session_id, until=until, now=tx.now
    ):
        raise NoSuchSession
    tx.announce(actor, StaffModeEntered(person_id, session_id, reason, until))
    return until


async def leave_staff_mode(tx: Tx, actor: Actor, session_id: SessionId) -> None:
    """Be an ordinary person again in this session; nothing happens outside staff mode."""
    require(may_enter_staff_mode(actor), "staff_mode.enter", actor)
    person_id = own_id(actor)
    if await tx.maybe(_sql.LEAVE_STAFF_MODE, person_id=person_id, session_id=session_id):
        tx.announce(actor, StaffModeLeft(person_id, session_id, has_expired=False))


async def expire_staff_modes(tx: Tx) -> int:
    """End staff modes whose time is over; gives how many."""
    rows = await tx.all(_sql.EXPIRE_STAFF_MODES, now=tx.now, size=SWEEP_SIZE)
    tx.announce(
        job_actor("identity.staff_modes"),
        *(
            StaffModeLeft(PersonId(row.person_id), SessionId(row.id), has_expired=True)
            for row in rows
        ),
    )
    return len(rows)


async def forget_expired(tx: Tx) -> int:
    """Delete sessions and reset links whose time is over; gives how many."""
    sessions = await tx.run(_sql.FORGET_SESSIONS, now=tx.now, size=SWEEP_SIZE)
    return sessions + await tx.run(_sql.FORGET_RESETS, now=tx.now, size=SWEEP_SIZE)
