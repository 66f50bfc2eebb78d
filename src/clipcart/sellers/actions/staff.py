"""People who work in a shop: invited by e-mail, with a role."""

from clipcart import identity, markets
from clipcart.identity import Actor, clean_email, email_problem, own_id, require, write_mail
from clipcart.kit.crypto import digest, new_secret
from clipcart.kit.db import Tx
from clipcart.kit.errors import check
from clipcart.kit.ids import PersonId, ShopId, new_id, parse_id
from clipcart.sellers import _sql, _sql_staff
from clipcart.sellers.errors import (
    AlreadyStaff,
    InvitationForSomeoneElse,
    InvitationVoid,
    NoSuchInvitation,
    NoSuchShop,
    NoSuchStaff,
    OwnerStays,
)
from clipcart.sellers.events import (
    InvitationRevoked,
    StaffInvited,
    StaffJoined,
    StaffRemoved,
    StaffRoleChanged,
)
from clipcart.sellers.model import Invitation, Membership, Role
from clipcart.sellers.policy import may_accept_invitation, may_edit_staff


async def invite_staff(
    tx: Tx, actor: Actor, shop_id: ShopId, email: str, role: Role, base_url: str
) -> Invitation:
    """Invite somebody by e-mail; an earlier open invitation to the same address is void then.

    `base_url` is how people reach this installation. Raises Invalid, OwnerStays, AlreadyStaff.
    """
    require(may_edit_staff(actor, shop_id), "staff.edit", actor)
    email = clean_email(email)
    check([email_problem(email)])
    if role is Role.OWNER:
        raise OwnerStays
    shop = await tx.maybe(_sql.SHOP, shop_id=shop_id)
    if shop is None:
        raise NoSuchShop
    known = await identity.person_by_email(tx, email)
    if known is not None:
        role_now = await tx.maybe(_sql_staff.STAFF_ROLE, shop_id=shop_id, person_id=known.id)
        if role_now is not None:
            raise AlreadyStaff
    ttl = markets.get(shop.market_id).at(tx.now).staff_invitation_ttl
    invitation = Invitation(new_id(), email, role, tx.now, tx.now + ttl)
    token = f"{shop_id}.{new_secret()}"
    await tx.run(_sql_staff.REPLACE_INVITATION, shop_id=shop_id, email=email)
    await tx.run(
        _sql_staff.ADD_INVITATION,
        shop_id=shop_id,
        id=invitation.id,
        email=email,
        role=role,
        digest=digest(token),
        now=tx.now,
        invited_by=actor.label,
        expires_at=invitation.expires_at,
    )
    names = await identity.people(tx, [own_id(actor)])
    inviter = names.get(own_id(actor))
    await write_mail(
        tx,
        own_id(actor),
        email,
        "sellers_invitation",
        shop=shop.name,
        role=role.value.lower(),
        inviter=inviter.name if inviter else shop.name,
        until=f"{invitation.expires_at:%d %B %Y, %H:%M} UTC",
        url=f"{base_url}/seller/invitations/{token}",
    )
    tx.announce(actor, StaffInvited(shop_id, invitation.id, role.value, invitation.expires_at))
    return invitation


async def revoke_invitation(tx: Tx, actor: Actor, shop_id: ShopId, invitation_id: int) -> None:
    """Take an open invitation back. Raises NoSuchInvitation."""
    require(may_edit_staff(actor, shop_id), "staff.edit", actor)
    if not await tx.run(_sql_staff.REVOKE_INVITATION, shop_id=shop_id, id=invitation_id):
        raise NoSuchInvitation
    tx.announce(actor, InvitationRevoked(shop_id, invitation_id))


async def accept_invitation(tx: Tx, actor: Actor, token: str) -> Membership:
    """Take up an invitation by the link's token; it works once.

    Raises InvitationVoid, InvitationForSomeoneElse, AlreadyStaff.
    """
    require(may_accept_invitation(actor), "invitation.accept", actor)
    shop_id, person_id = ShopId(parse_id(token.partition(".")[0]) or 0), own_id(actor)
    found = await tx.maybe(
        _sql_staff.INVITATION_OF_DIGEST, shop_id=shop_id, digest=digest(token), now=tx.now
    )
    if found is None:
        raise InvitationVoid
    person = await identity.person(tx, person_id)
    if person is None or person.email != found.email:
        raise InvitationForSomeoneElse
    role = await tx.maybe(
        _sql_staff.ACCEPT_INVITATION, shop_id=shop_id, id=found.id, person_id=person_id, now=tx.now
    )
    if role is None:
        raise InvitationVoid
    if not await tx.run(
        _sql_staff.ADD_STAFF,
        shop_id=shop_id,
        person_id=person_id,
        role=role,
        now=tx.now,
        added_by=f"invitation:{found.id}",
    ):
        raise AlreadyStaff
    await tx.run(_sql_staff.SET_MEMBERSHIP, person_id=person_id, shop_id=shop_id, role=role)
    tx.announce(actor, StaffJoined(shop_id, person_id, role))
    return Membership(shop_id, Role(role))


async def change_role(
    tx: Tx, actor: Actor, shop_id: ShopId, person_id: PersonId, role: Role
) -> None:
    """Give somebody another role. Raises OwnerStays, NoSuchStaff."""
    require(may_edit_staff(actor, shop_id), "staff.edit", actor)
    if role is Role.OWNER:
        raise OwnerStays
    if not await tx.run(_sql_staff.CHANGE_ROLE, shop_id=shop_id, person_id=person_id, role=role):
        await _raise_for(tx, shop_id, person_id)
    await tx.run(_sql_staff.SET_MEMBERSHIP, person_id=person_id, shop_id=shop_id, role=role)
    tx.announce(actor, StaffRoleChanged(shop_id, person_id, role.value))


async def remove_staff(tx: Tx, actor: Actor, shop_id: ShopId, person_id: PersonId) -> None:
    """End somebody's work in the shop, from their next click on. Raises OwnerStays, NoSuchStaff."""
    require(may_edit_staff(actor, shop_id), "staff.edit", actor)
    if not await tx.run(_sql_staff.REMOVE_STAFF, shop_id=shop_id, person_id=person_id):
        await _raise_for(tx, shop_id, person_id)
    await tx.run(_sql_staff.REMOVE_MEMBERSHIP, person_id=person_id, shop_id=shop_id)
    tx.announce(actor, StaffRemoved(shop_id, person_id))


async def _raise_for(tx: Tx, shop_id: ShopId, person_id: PersonId) -> None:
    if await tx.maybe(_sql_staff.STAFF_ROLE, shop_id=shop_id, person_id=person_id) is None:
        raise NoSuchStaff
    raise OwnerStays
