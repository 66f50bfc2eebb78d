"""Staff mode, the outbox of e-mails, invitations to work in a shop."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import identity, sellers
from clipcart.doorway import Visit
from clipcart.doorway.answers import status_of
from clipcart.identity import OPERATOR, Session
from clipcart.kit.errors import Absent, Invalid, Refusal
from clipcart.sellers import AlreadyStaff, InvitationForSomeoneElse, InvitationVoid
from clipcart.web.account.filled import fresh, refused
from clipcart.web.account.guard import own_session
from clipcart.web.account.pages.doors import invitation_page, outbox_page, staff_mode_page
from clipcart.web.account.pages.signing import has_outbox


def _operator(visit: Visit) -> Session:
    """The session of somebody with the role; for others this door does not exist."""
    session = own_session(visit)
    if OPERATOR not in session.actor.roles:
        raise Absent("page")
    return session


@get("/staff-mode", include_in_schema=False)
async def staff_mode_form(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form to enter staff mode."""
    _operator(visit)
    return visit.html("account/staff_mode.html", await staff_mode_page(visit, fresh()))


@post("/staff-mode", include_in_schema=False)
async def enter_staff_mode(visit: NamedDependency[Visit]) -> Response[Any]:
    """Be an operator for a while, for a reason."""
    session, reason = _operator(visit), visit.form.text("reason")
    try:
        await visit.do(lambda tx: identity.enter_staff_mode(tx, visit.actor, session.id, reason))
    except Invalid as refusal:
        page = await staff_mode_page(visit, refused(visit.form, refusal))
        return visit.html("account/staff_mode.html", page, status=422)
    return visit.redirect("/ops")


@post("/ops/staff-mode/leave", include_in_schema=False)
async def leave_staff_mode(visit: NamedDependency[Visit]) -> Response[Any]:
    """Be an ordinary person again."""
    session = _operator(visit)
    await visit.do(lambda tx: identity.leave_staff_mode(tx, visit.actor, session.id))
    return visit.redirect("/account", "Staff mode is off.")


@get("/outbox", include_in_schema=False)
async def outbox(visit: NamedDependency[Visit]) -> Response[Any]:
    """E-mails of an installation that sends none out; elsewhere there is no such page."""
    if not has_outbox(visit):
        raise Absent("page")
    return visit.html("account/outbox.html", await outbox_page(visit))


@get("/seller/invitations/{token:str}", include_in_schema=False)
async def invitation(visit: NamedDependency[Visit], token: FromPath[str]) -> Response[Any]:
    """What one is invited to."""
    return visit.html("account/invitation.html", await invitation_page(visit, token))


@post("/seller/invitations/{token:str}", include_in_schema=False)
async def accept_invitation(visit: NamedDependency[Visit], token: FromPath[str]) -> Response[Any]:
    """Start working in the shop."""
    own_session(visit)
    try:
        await visit.do(lambda tx: sellers.accept_invitation(tx, visit.actor, token))
    except (InvitationVoid, InvitationForSomeoneElse, AlreadyStaff) as refusal:
        return await _not_accepted(visit, token, refusal)
    return visit.redirect("/sell", "Welcome to the team. The shop is in your list.")


async def _not_accepted(visit: Visit, token: str, refusal: Refusal) -> Response[Any]:
    is_for_another = isinstance(refusal, InvitationForSomeoneElse)
    page = await invitation_page(visit, token, refusal, is_for_another=is_for_another)
    return visit.html("account/invitation.html", page, status=status_of(refusal))


ROUTES = (
    staff_mode_form,
    enter_staff_mode,
    leave_staff_mode,
    outbox,
    invitation,
    accept_invitation,
)
