"""Reads: shops for everybody, verification and staff for those who may see them."""

from collections.abc import Collection, Mapping
from typing import Final

from clipcart import identity, markets
from clipcart.identity import Actor, require
from clipcart.kit.crypto import digest
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem
from clipcart.kit.ids import DocumentId, PersonId, ShopId, parse_id
from clipcart.kit.listing import Page
from clipcart.sellers import _sql, _sql_staff
from clipcart.sellers.errors import InvitationVoid, NoSuchShop
from clipcart.sellers.model import (
    CURRENT,
    GRANTS,
    BankAccount,
    Business,
    Checklist,
    ChecklistItem,
    Document,
    DocumentState,
    Invitation,
    Membership,
    QueueItem,
    Requirement,
    RequirementState,
    Role,
    Shop,
    ShopState,
    StaffMember,
    documents_missing,
)
from clipcart.sellers.policy import (
    may_edit_staff,
    may_read_bank_number,
    may_view_bank,
    may_view_papers,
    may_view_queue,
    may_view_shop,
)

_BUSINESS_MISSING: Final = Problem(
    "business", "the business data are missing", "fill in the form with the registered data"
)
_BANK_MISSING: Final = Problem(
    "bank_account", "the bank account is missing", "name an account of the registered business"
)
_FORM_MISSING: Final = Problem(
    "documents",
    "which papers are needed depends on the legal form",
    "hand in the business data first",
)

# -- shops -------------------------------------------------------------------------------------


def _shop(row: _sql.ShopRow) -> Shop:
    fields = row._asdict()
    del fields["shop_id"]
    return Shop(**{**fields, "id": ShopId(row.shop_id), "state": ShopState(row.state)})


async def shop(tx: Tx, shop_id: ShopId) -> Shop:
    """A shop in whatever state. Raises NoSuchShop."""
    row = await tx.maybe(_sql.SHOP, shop_id=shop_id)
    if row is None:
        raise NoSuchShop
    return _shop(row)


async def shop_by_handle(tx: Tx, handle: str) -> Shop:
    """The shop of a handle, in whatever state. Raises NoSuchShop."""
    shop_id = await tx.maybe(_sql.SHOP_ID_OF_HANDLE, handle=handle)
    if shop_id is None:
        raise NoSuchShop
    return await shop(tx, ShopId(shop_id))


async def shops(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, Shop]:
    """Shops by id, in whatever state; unknown ones are left out."""
    return _by_id(await tx.all(_sql.SHOPS, shop_ids=list(shop_ids)))


async def live_shops(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, Shop]:
    """Those of the shops that may sell now."""
    return _by_id(await tx.all(_sql.LIVE_SHOPS, shop_ids=list(shop_ids)))


def _by_id(rows: Collection[_sql.ShopRow]) -> Mapping[ShopId, Shop]:
    return {ShopId(row.shop_id): _shop(row) for row in rows}


async def directory(tx: Tx, cursor: str | None = None, limit: int = 50) -> Page[Shop]:
    """Every live shop, newest first."""
    page = await _sql.DIRECTORY.page(tx, order="newest", cursor=cursor, limit=limit)
    return page.map(_shop)


async def every_shop(
    tx: Tx,
    actor: Actor,
    *,
    state: ShopState | None = None,
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Shop]:
    """Shops in whatever state, newest first; `text` is a part of name or handle.

    Raises BadCursor.
    """
    require(may_view_queue(actor), "queue.view", actor)
    page = await _sql.EVERY_SHOP.page(
        tx,
        order="newest",
        cursor=cursor,
        limit=limit,
        filters={"state": None if state is None else state.value, "text": text or None},
    )
    return page.map(_shop)


# -- who works where ---------------------------------------------------------------------------


async def memberships_of(tx: Tx, person_id: PersonId) -> tuple[Membership, ...]:
    """The shops that a person works in, oldest first."""
    rows = await tx.all(_sql_staff.MEMBERSHIPS, person_id=person_id)
    return tuple(Membership(ShopId(row.shop_id), Role(row.role)) for row in rows)


async def with_memberships(tx: Tx, actor: Actor) -> Actor:
    """The actor with the grants that their roles give, shop by shop; doors call it."""
    if actor.person_id is None:
        return actor
    found = await memberships_of(tx, actor.person_id)
    return actor.with_memberships({each.shop_id: GRANTS[each.role] for each in found})


async def staff_of(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[StaffMember, ...]:
    """Who works in the shop, longest first."""
    require(may_view_shop(actor, shop_id), "shop.view", actor)
    rows = await tx.all(_sql_staff.STAFF, shop_id=shop_id)
    names = await identity.people(tx, [PersonId(row.person_id) for row in rows])
    return tuple(
        StaffMember(person_id, names[person_id].name, Role(row.role), row.joined_at)
        for row in rows
        if (person_id := PersonId(row.person_id)) in names
    )


async def invitations_of(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[Invitation, ...]:
    """Open invitations, oldest first."""
    require(may_edit_staff(actor, shop_id), "staff.edit", actor)
    return tuple(
        Invitation(row.id, row.email, Role(row.role), row.invited_at, row.expires_at)
        for row in await tx.all(_sql_staff.INVITATIONS, shop_id=shop_id, now=tx.now)
    )


async def invited_to(tx: Tx, token: str) -> tuple[Shop, Role]:
    """Where the link's token leads: whoever holds it may know. Raises InvitationVoid."""
    shop_id = ShopId(parse_id(token.partition(".")[0]) or 0)
    found = await tx.maybe(
        _sql_staff.INVITATION_OF_DIGEST, shop_id=shop_id, digest=digest(token), now=tx.now
    )
    if found is None:
        raise InvitationVoid
    return await shop(tx, shop_id), Role(found.role)


# -- verification ------------------------------------------------------------------------------


async def verification_queue(
    tx: Tx, actor: Actor, cursor: str | None = None, limit: int = 50
) -> Page[QueueItem]:
    """Shops that wait for an operator, longest first."""
    require(may_view_queue(actor), "queue.view", actor)
    page = await _sql.QUEUE.page(tx, order="waiting", cursor=cursor, limit=limit)
    return page.map(
        lambda row: QueueItem(
            ShopId(row.shop_id),
            row.handle,
            row.name,
            row.market_id,
            ShopState(row.state),
            row.waiting_since,
        )
    )


async def checklist_for(tx: Tx, actor: Actor, shop_id: ShopId) -> Checklist:
    """What the shop still has to do before it sells. Raises NoSuchShop."""
    require(may_view_shop(actor, shop_id), "shop.view", actor)
    found = await shop(tx, shop_id)
    rows = {
        Requirement(row.requirement): row
        for row in await tx.all(_sql.REQUIREMENTS, shop_id=shop_id)
    }
    business = await tx.maybe(_sql.BUSINESS, shop_id=shop_id)
    current = await tx.all(_sql.CURRENT_KINDS, shop_id=shop_id)
    required = markets.get(found.market_id).at(tx.now).documents_required
    papers = required[business.legal_form] if business else None
    return Checklist(
        shop_id,
        found.state,
        tuple(
            _item(requirement, rows[requirement], papers, current) for requirement in Requirement
        ),
    )


def _item(
    requirement: Requirement,
    row: _sql.RequirementRow,
    papers: Collection[str] | None,
    current: Collection[str],
) -> ChecklistItem:
    state = RequirementState(row.state)
    missing: tuple[Problem, ...] = ()
    if state is RequirementState.MISSING:
        missing = _missing(requirement, papers, current)
    return ChecklistItem(requirement, state, row.reason, row.decided_by, row.decided_at, missing)


def _missing(
    requirement: Requirement, papers: Collection[str] | None, current: Collection[str]
) -> tuple[Problem, ...]:
    if requirement is Requirement.BUSINESS:
        return (_BUSINESS_MISSING,)
    if requirement is Requirement.BANK_ACCOUNT:
        return (_BANK_MISSING,)
    if papers is None:
        return (_FORM_MISSING,)
    return tuple(
        Problem(kind, f"the paper {kind.replace('_', ' ')} is missing", "upload it")
        for kind in documents_missing(papers, current)
    )


async def business_for(tx: Tx, actor: Actor, shop_id: ShopId) -> Business | None:
    """The business data, once they were handed in."""
    require(may_view_papers(actor, shop_id), "papers.view", actor)
    row = await tx.maybe(_sql.BUSINESS, shop_id=shop_id)
    return None if row is None else Business(**row._asdict())


def _document(row: _sql.DocumentRow) -> Document:
    fields = row._asdict()
    return Document(**{**fields, "id": DocumentId(row.id), "state": DocumentState(row.state)})


async def documents_for(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[Document, ...]:
    """Current and expired papers, oldest first."""
    require(may_view_papers(actor, shop_id), "papers.view", actor)
    return tuple(map(_document, await tx.all(_sql.DOCUMENTS, shop_id=shop_id)))


async def document_for(tx: Tx, actor: Actor, shop_id: ShopId, document_id: DocumentId) -> Document:
    """One paper, to show its file. Raises Absent."""
    require(may_view_papers(actor, shop_id), "papers.view", actor)
    row = await tx.maybe(_sql.DOCUMENT, shop_id=shop_id, id=document_id)
    if row is None:
        raise Absent("document")
    return _document(row)


def is_current(document: Document) -> bool:
    """It counts towards the requirement."""
    return document.state in CURRENT


def _bank_account(row: _sql.BankRow) -> BankAccount:
    fields = row._asdict()
    del fields["state"]
    return BankAccount(**fields, is_approved=row.state == "APPROVED")


async def bank_accounts_for(tx: Tx, actor: Actor, shop_id: ShopId) -> tuple[BankAccount, ...]:
    """The account in use and the one that waits for approval, masked."""
    require(may_view_bank(actor, shop_id), "bank.view", actor)
    return tuple(map(_bank_account, await tx.all(_sql.BANK_ACCOUNTS, shop_id=shop_id)))


async def bank_account(tx: Tx, shop_id: ShopId) -> BankAccount | None:
    """The approved account that payouts go to, masked. None: payouts have to wait."""
    return (await bank_accounts(tx, [shop_id])).get(shop_id)


async def bank_accounts(tx: Tx, shop_ids: Collection[ShopId]) -> Mapping[ShopId, BankAccount]:
    """The approved accounts of these shops, masked; shops without one are left out."""
    rows = await tx.all(_sql.APPROVED_BANK_ACCOUNTS, shop_ids=sorted(shop_ids))
    return {ShopId(row.shop_id): _bank_account(_sql.BankRow._make(row[1:])) for row in rows}


async def bank_number(tx: Tx, actor: Actor, shop_id: ShopId) -> str | None:
    """The full number of the approved account, for the bank only."""
    return (await bank_numbers(tx, actor, [shop_id])).get(shop_id)


async def bank_numbers(tx: Tx, actor: Actor, shop_ids: Collection[ShopId]) -> Mapping[ShopId, str]:
    """The full numbers of these shops' approved accounts, for the bank only."""
    require(may_read_bank_number(actor), "bank.number", actor)
    rows = await tx.all(_sql.BANK_NUMBERS, shop_ids=sorted(shop_ids))
    return {ShopId(row.shop_id): row.number_full for row in rows}


async def is_empty(tx: Tx) -> bool:
    """Whether no shop was ever opened here."""
    return not await tx.one(_sql.ANY_SHOP)
