"""Pages that open a door: staff mode, invitations, and the outbox that shows links of e-mails."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clipcart import identity, sellers
from clipcart.doorway import Shell, Visit
from clipcart.kit.errors import Refusal
from clipcart.kit.text import sentence
from clipcart.sellers import Role
from clipcart.web.account.filled import Filled
from clipcart.web.storefront.frame import frame
from clipcart.web.storefront.words import moment_text

_ADDRESS: Final = re.compile(r"(https?://[^\s<>\"]+)")
_OWN_PAGES: Final = re.compile(r"https?://[^/]+(/(?:password/reset|seller/invitations)/[^/?#]+)")

ROLES: Final = {
    Role.OWNER: ("Owner", "Everything, with staff and bank account."),
    Role.MANAGER: ("Manager", "Products, stock, orders, money and settings."),
    Role.PACKER: ("Packer", "Stock, and shipping of orders."),
    Role.SUPPORT: ("Support", "Sees orders and cancels them."),
    Role.BOOKKEEPER: ("Bookkeeper", "Sees orders, statements and payouts."),
}
"""Each role of a shop in words: what it is called and what it may do."""


@dataclass(frozen=True, slots=True)
class StaffModePage:
    """Enter staff mode; `until` when it is on already."""

    shell: Shell
    form: Filled
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MailView:
    """An e-mail: its text in pieces, each with its address here if it is a link."""

    id: int
    recipient: str
    subject: str
    written: str
    parts: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The e-mails of an installation that sends none out."""

    shell: Shell
    mails: tuple[MailView, ...]
    older_url: str | None


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """An invitation to work in a shop, or why it cannot be taken up."""

    shell: Shell
    token: str
    shop_name: str
    role: str
    role_note: str
    is_signed_in: bool
    email: str
    refusal: str | None
    is_for_another: bool


async def staff_mode_page(visit: Visit, form: Filled) -> StaffModePage:
    """The page to enter staff mode."""
    async with visit.reading() as tx:
        shell = await frame(visit, tx, "Staff mode")
    return StaffModePage(shell, form, visit.session.staff_until if visit.session else None)


async def outbox_page(visit: Visit) -> OutboxPage:
    """E-mails, newest first."""
    async with visit.reading() as tx:
        found = await identity.outbox(tx, visit.actor, visit.query("after"), is_local=True)
        shell = await frame(visit, tx, "Outbox")
    return OutboxPage(
        shell,
        tuple(
            MailView(
                mail.id,
                mail.recipient,
                mail.subject,
                moment_text(visit.market, mail.created_at),
                parts_of(mail.body or ""),
            )
            for mail in found.items
        ),
        f"/outbox?after={found.next_cursor}" if found.next_cursor else None,
    )


def parts_of(body: str) -> tuple[tuple[str, str | None], ...]:
    """A text in pieces; addresses of our pages become paths, so that they work however this
    installation is reached. Other addresses stay text."""
    pieces = []
    for piece in _ADDRESS.split(body):
        own = _OWN_PAGES.fullmatch(piece)
        pieces.append((piece, own.group(1) if own else None))
    return tuple(pieces)


async def invitation_page(
    visit: Visit, token: str, refusal: Refusal | None = None, *, is_for_another: bool = False
) -> InvitationPage:
    """The page of an invitation's link. A void one says so."""
    shop_name, role = "", None
    async with visit.reading() as tx:
        try:
            shop, role = await sellers.invited_to(tx, token)
            shop_name = shop.name
        except sellers.InvitationVoid as void:
            refusal = refusal or void
        shell = await frame(visit, tx, f"Work with {shop_name}" if shop_name else "Invitation")
    label, note = ROLES[role] if role else ("", "")
    return InvitationPage(
        shell,
        token,
        shop_name,
        label,
        note,
        visit.session is not None,
        visit.session.email if visit.session else "",
        sentence(refusal.code, refusal.facts) if refusal else None,
        is_for_another,
    )
