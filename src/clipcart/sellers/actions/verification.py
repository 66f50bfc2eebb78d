"""Verification: what the seller hands in, and what an operator decides about it."""

from dataclasses import asdict, replace
from typing import Final

from clipcart import markets
from clipcart.identity import Actor, job_actor, own_id, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import DocumentId, ShopId, new_id
from clipcart.sellers import _sql, _sql_staff
from clipcart.sellers.actions.gate import Gate, gate_of
from clipcart.sellers.errors import (
    BusinessMissing,
    BusinessSettled,
    CannotReinstate,
    CannotSuspend,
    HolderNameDiffers,
    NoSuchShop,
    NothingToDecide,
)
from clipcart.sellers.events import (
    BankAccountChanged,
    DocumentAdded,
    DocumentExpired,
    ShopReinstated,
    ShopSuspended,
)
from clipcart.sellers.model import (
    Business,
    NewBankAccount,
    NewDocument,
    Requirement,
    RequirementState,
    ShopState,
    documents_missing,
    masked,
)
from clipcart.sellers.policy import may_decide, may_edit_bank, may_edit_shop
from clipcart.sellers.rules import bank_problems, business_problems, document_problems

SWEEP_SIZE: Final = 50


async def submit_business(tx: Tx, actor: Actor, shop_id: ShopId, business: Business) -> None:
    """Hand in the business data, or correct them while they are not approved.

    A bank account in another name and papers that do not suit the legal form have to be handed in
    again. Raises Invalid, BusinessSettled, NoSuchShop.
    """
    require(may_edit_shop(actor, shop_id), "shop.edit", actor)
    gate = await gate_of(tx, shop_id)
    if gate[Requirement.BUSINESS] is RequirementState.APPROVED:
        raise BusinessSettled
    fields = {name: " ".join(value.split()) for name, value in asdict(business).items()}
    business = Business(**fields)
    check(business_problems(markets.get(gate.market_id).at(tx.now), business))
    await tx.run(
        _sql.SET_BUSINESS, shop_id=shop_id, now=tx.now, submitted_by=own_id(actor), **fields
    )
    await gate.submit(tx, actor, Requirement.BUSINESS)
    if await tx.all(_sql.DROP_OTHER_HOLDERS, shop_id=shop_id, legal_name=business.legal_name):
        await gate.reopen(tx, actor, Requirement.BANK_ACCOUNT)
    await _follow_documents(tx, actor, gate, business.legal_form, is_new=False)
    await gate.close(tx, actor)


async def add_document(tx: Tx, actor: Actor, shop_id: ShopId, new: NewDocument) -> DocumentId:
    """Hand in one paper; it replaces the current one of its kind.

    The bytes are stored and checked already. Raises Invalid, NoSuchShop.
    """
    require(may_edit_shop(actor, shop_id), "shop.edit", actor)
    gate = await gate_of(tx, shop_id)
    market = markets.get(gate.market_id)
    check(document_problems(market.at(tx.now), new, today=markets.local_day(market, tx.now)))
    document_id = DocumentId(new_id())
    await tx.run(_sql.REPLACE_DOCUMENT, shop_id=shop_id, kind=new.kind)
    await tx.run(
        _sql.ADD_DOCUMENT,
        shop_id=shop_id,
        id=document_id,
        expires_at=markets.end_of_day(market, new.expires_on) if new.expires_on else None,
        now=tx.now,
        added_by=own_id(actor),
        **asdict(new),
    )
    tx.announce(actor, DocumentAdded(shop_id, document_id, new.kind))
    business = await tx.maybe(_sql.BUSINESS, shop_id=shop_id)
    if business is not None:
        await _follow_documents(tx, actor, gate, business.legal_form, is_new=True)
    await gate.close(tx, actor)
    return document_id


async def _follow_documents(
    tx: Tx, actor: Actor, gate: Gate, legal_form: str, *, is_new: bool
) -> None:
    """Submitted as soon as all papers of the legal form are there; reopened when one is missing."""
    required = markets.get(gate.market_id).at(tx.now).documents_required[legal_form]
    current = await tx.all(_sql.CURRENT_KINDS, shop_id=gate.shop_id)
    if documents_missing(required, current):
        await gate.reopen(tx, actor, Requirement.DOCUMENTS)
    elif is_new or gate[Requirement.DOCUMENTS] is RequirementState.MISSING:
        await gate.submit(tx, actor, Requirement.DOCUMENTS)


async def submit_bank_account(tx: Tx, actor: Actor, shop_id: ShopId, new: NewBankAccount) -> None:
    """Name the account for payouts. An approved one stays in use until the new one is approved.

    Holder and registered legal name must be equal, letter by letter. Raises Invalid,
    BusinessMissing, HolderNameDiffers, NoSuchShop.
    """
    require(may_edit_bank(actor, shop_id), "bank.edit", actor)
    gate = await gate_of(tx, shop_id)
    number = "".join(new.number.split()).upper()
    new = replace(new, holder_name=" ".join(new.holder_name.split()), number=number)
    check(bank_problems(new))
    business = await tx.maybe(_sql.BUSINESS, shop_id=shop_id)
    if business is None:
        raise BusinessMissing
    if new.holder_name != business.legal_name:
        raise HolderNameDiffers(new.holder_name, business.legal_name)
    await tx.run(_sql.MOVE_BANK_ACCOUNT, shop_id=shop_id, from_state="SUBMITTED", state="REPLACED")
    await tx.run(
        _sql.ADD_BANK_ACCOUNT,
        shop_id=shop_id,
        id=new_id(),
        holder_name=new.holder_name,
        bank_name=" ".join(new.bank_name.split()),
        routing_code=new.routing_code.strip(),
        number_masked=masked(number),
        number_full=number,
        now=tx.now,
        added_by=own_id(actor),
    )
    tx.announce(actor, BankAccountChanged(shop_id, masked(number)))
    await gate.submit(tx, actor, Requirement.BANK_ACCOUNT)
    await gate.close(tx, actor)


async def decide(
    tx: Tx,
    operator: Actor,
    shop_id: ShopId,
    requirement: Requirement,
    approved: bool,
    reason: str = "",
) -> ShopState:
    """Approve or reject what was handed in; a rejection says why. Gives the shop's state then.

    Raises Invalid, NothingToDecide, NoSuchShop.
    """
    await _require_outsider(tx, operator, shop_id)
    reason = reason.strip()
    check([None if approved else _reason_problem(reason)])
    gate = await gate_of(tx, shop_id)
    if gate[requirement] is not RequirementState.SUBMITTED:
        raise NothingToDecide(requirement.value, gate[requirement].value)
    if requirement is Requirement.BANK_ACCOUNT:
        await _settle_bank_account(tx, shop_id, approved)
    elif requirement is Requirement.DOCUMENTS and approved:
        await tx.run(_sql.APPROVE_DOCUMENTS, shop_id=shop_id)
    await gate.decide(tx, operator, requirement, is_approved=approved, reason=reason)
    return await gate.close(tx, operator)


async def _settle_bank_account(tx: Tx, shop_id: ShopId, approved: bool) -> None:
    if approved:
        await tx.run(
            _sql.MOVE_BANK_ACCOUNT, shop_id=shop_id, from_state="APPROVED", state="REPLACED"
        )
    await tx.run(
        _sql.MOVE_BANK_ACCOUNT,
        shop_id=shop_id,
        from_state="SUBMITTED",
        state="APPROVED" if approved else "REJECTED",
    )


async def reopen(
    tx: Tx, operator: Actor, shop_id: ShopId, requirement: Requirement, reason: str
) -> None:
    """Take an approval back, as when a business changed its name; the seller hands in anew.

    A live shop stays live meanwhile, but nothing is paid out to an account taken back. Raises
    Invalid, NothingToDecide, NoSuchShop.
    """
    await _require_outsider(tx, operator, shop_id)
    reason = reason.strip()
    check([_reason_problem(reason)])
    gate = await gate_of(tx, shop_id)
    if gate[requirement] is not RequirementState.APPROVED:
        raise NothingToDecide(requirement.value, gate[requirement].value)
    if requirement is Requirement.BANK_ACCOUNT:
        await tx.run(
            _sql.MOVE_BANK_ACCOUNT, shop_id=shop_id, from_state="APPROVED", state="REJECTED"
        )
    await gate.take_back(tx, operator, requirement, reason=reason)
    await gate.close(tx, operator)


async def suspend(tx: Tx, operator: Actor, shop_id: ShopId, reason: str) -> None:
    """Stop a live shop from selling. Raises Invalid, CannotSuspend, NoSuchShop."""
    await _require_outsider(tx, operator, shop_id)
    reason = reason.strip()
    check([_reason_problem(reason)])
    if not await tx.run(_sql.SUSPEND, shop_id=shop_id, reason=reason):
        raise CannotSuspend(await _state(tx, shop_id))
    tx.announce(operator, ShopSuspended(shop_id, reason))


async def reinstate(tx: Tx, operator: Actor, shop_id: ShopId, reason: str) -> None:
    """Let a suspended shop sell again. Raises Invalid, CannotReinstate, NoSuchShop."""
    await _require_outsider(tx, operator, shop_id)
    reason = reason.strip()
    check([_reason_problem(reason)])
    if not await tx.run(_sql.REINSTATE, shop_id=shop_id):
        raise CannotReinstate(await _state(tx, shop_id))
    tx.announce(operator, ShopReinstated(shop_id, reason))


async def _state(tx: Tx, shop_id: ShopId) -> str:
    shop = await tx.maybe(_sql.SHOP, shop_id=shop_id)
    if shop is None:
        raise NoSuchShop
    return shop.state


async def _require_outsider(tx: Tx, operator: Actor, shop_id: ShopId) -> None:
    """Operators never decide about a shop they work in, whatever the actor knows of it."""
    require(may_decide(operator, shop_id), "requirement.decide", operator)
    role = await tx.maybe(_sql_staff.STAFF_ROLE, shop_id=shop_id, person_id=own_id(operator))
    require(role is None, "requirement.decide", operator)


def _reason_problem(reason: str) -> Problem | None:
    if reason:
        return None
    return Problem("reason", "no reason is given", "say what is wrong and what the seller can do")


async def expire_documents(tx: Tx) -> int:
    """Papers past their last day have to be handed in again; gives how many expired."""
    actor, expired = job_actor("sellers.documents"), 0
    for shop_id in sorted(await tx.all(_sql.SHOPS_WITH_EXPIRED, now=tx.now, size=SWEEP_SIZE)):
        gate = await gate_of(tx, ShopId(shop_id))
        rows = await tx.all(_sql.EXPIRE_DOCUMENTS, shop_id=shop_id, now=tx.now)
        for row in rows:
            tx.announce(actor, DocumentExpired(gate.shop_id, DocumentId(row.id), row.kind))
        business = await tx.maybe(_sql.BUSINESS, shop_id=shop_id)
        if business is not None:
            await _follow_documents(tx, actor, gate, business.legal_form, is_new=False)
        await gate.close(tx, actor)
        expired += len(rows)
    return expired
