"""Shops that were verified elsewhere arrive: opened, handed in and decided on, in sets.

Each goes through the same gate as a shop that opens here: the same checks, requirements, papers
and announcements. Only the statements are shared, so that thousands can come.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain

from clipcart import markets
from clipcart.identity import Actor, as_person, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import DocumentId, PersonId, ShopId, new_id
from clipcart.kit.text import slug
from clipcart.sellers import _sql_arrivals as sql
from clipcart.sellers.actions.shops import free_cancel_hours, handle_problem, look_problems
from clipcart.sellers.errors import HandleTaken, HolderNameDiffers
from clipcart.sellers.events import (
    BankAccountChanged,
    DocumentAdded,
    RequirementDecided,
    RequirementSubmitted,
    ShopOpened,
    ShopWentLive,
)
from clipcart.sellers.model import (
    Arrival,
    DocumentState,
    Requirement,
    RequirementState,
    Role,
    ShopState,
    documents_missing,
    masked,
)
from clipcart.sellers.policy import may_admit
from clipcart.sellers.rules import bank_problems, business_problems, document_problems


@dataclass(frozen=True, slots=True)
class _New:
    """An arrival, tidied, with its ids."""

    shop_id: ShopId
    handle: str
    arrival: Arrival
    document_ids: tuple[DocumentId, ...]

    @property
    def owner(self) -> PersonId:
        return self.arrival.owner_id


async def admit_shops(tx: Tx, operator: Actor, arrivals: Sequence[Arrival]) -> list[ShopId]:
    """Open shops for their owners, with everything that the market asks for, approved and live.

    An operator answers for it, and never for a shop of their own. Raises Invalid, HandleTaken,
    HolderNameDiffers, NoSuchMarket; all or nothing.
    """
    owners = {arrival.owner_id for arrival in arrivals}
    require(may_admit(operator, owners), "shop.admit", operator)
    new = [_tidied(arrival) for arrival in arrivals]
    for each in new:
        check(_problems(tx, each))
        holder, name = each.arrival.bank.holder_name, each.arrival.business.legal_name
        if holder != name:
            raise HolderNameDiffers(holder, name)
    async with tx.savepoint():
        claimed = await tx.all(
            sql.CLAIM_HANDLES,
            handles=[each.handle for each in new],
            shop_ids=[each.shop_id for each in new],
        )
        if len(claimed) < len(new):
            won = set(claimed)
            raise HandleTaken(next(each.handle for each in new if each.shop_id not in won))
    await _store(tx, operator, new)
    for each in new:
        _announce(tx, operator, each)
    return [each.shop_id for each in new]


def _tidied(arrival: Arrival) -> _New:
    """As the single verbs tidy what is typed."""
    name = " ".join(arrival.shop.name.split())
    fields = {key: " ".join(value.split()) for key, value in asdict(arrival.business).items()}
    bank = arrival.bank
    tidied = replace(
        arrival,
        shop=replace(arrival.shop, name=name, accent=arrival.shop.accent.lower()),
        business=replace(arrival.business, **fields),
        bank=replace(
            bank,
            holder_name=" ".join(bank.holder_name.split()),
            bank_name=" ".join(bank.bank_name.split()),
            routing_code=bank.routing_code.strip(),
            number="".join(bank.number.split()).upper(),
        ),
    )
    return _New(
        ShopId(new_id()),
        arrival.shop.handle or slug(name, 40),
        tidied,
        tuple(DocumentId(new_id()) for _ in arrival.documents),
    )


def _problems(tx: Tx, new: _New) -> list[Problem | None]:
    arrival = new.arrival
    shop = arrival.shop
    market = markets.get(shop.market_id)
    rules = market.at(tx.now)
    today = markets.local_day(market, tx.now)
    required = rules.documents_required.get(arrival.business.legal_form, ())
    missing = documents_missing(required, [paper.kind for paper in arrival.documents])
    return [
        *look_problems(shop.name, shop.tagline, shop.story, shop.accent),
        handle_problem(new.handle),
        *business_problems(rules, arrival.business),
        *chain.from_iterable(
            document_problems(rules, paper, today=today) for paper in arrival.documents
        ),
        *bank_problems(arrival.bank),
        None
        if not missing
        else Problem("documents", f"missing: {', '.join(sorted(missing))}", "hand them in"),
    ]


async def _store(tx: Tx, operator: Actor, new: Sequence[_New]) -> None:
    rules = {each.shop_id: markets.get(each.arrival.shop.market_id) for each in new}
    await tx.run(
        sql.ADD_SHOPS,
        shop_ids=[each.shop_id for each in new],
        owner_ids=[each.owner for each in new],
        handles=[each.handle for each in new],
        names=[each.arrival.shop.name for each in new],
        taglines=[each.arrival.shop.tagline for each in new],
        stories=[each.arrival.shop.story for each in new],
        market_ids=[each.arrival.shop.market_id for each in new],
        currencies=[rules[each.shop_id].currency.code for each in new],
        hours=[free_cancel_hours(rules[each.shop_id].at(tx.now)) for each in new],
        accents=[each.arrival.shop.accent for each in new],
        requirements=list(Requirement),
        approved=RequirementState.APPROVED,
        decided_by=operator.label,
        live=ShopState.LIVE,
        role=Role.OWNER,
        now=tx.now,
    )
    await tx.run(
        sql.ADD_BUSINESSES,
        shop_ids=[each.shop_id for each in new],
        owner_ids=[each.owner for each in new],
        legal_forms=[each.arrival.business.legal_form for each in new],
        legal_names=[each.arrival.business.legal_name for each in new],
        tax_numbers=[each.arrival.business.tax_number for each in new],
        representatives=[each.arrival.business.representative for each in new],
        line1s=[each.arrival.business.line1 for each in new],
        line2s=[each.arrival.business.line2 for each in new],
        districts=[each.arrival.business.district for each in new],
        cities=[each.arrival.business.city for each in new],
        regions=[each.arrival.business.region for each in new],
        postal_codes=[each.arrival.business.postal_code for each in new],
        phones=[each.arrival.business.phone for each in new],
        now=tx.now,
    )
    await _store_papers(tx, new)
    await _store_accounts(tx, new)


async def _store_papers(tx: Tx, new: Sequence[_New]) -> None:
    papers = [
        (each, document_id, paper)
        for each in new
        for document_id, paper in zip(each.document_ids, each.arrival.documents, strict=True)
    ]
    await tx.run(
        sql.ADD_DOCUMENTS,
        shop_ids=[each.shop_id for each, _, _ in papers],
        owner_ids=[each.owner for each, _, _ in papers],
        ids=[document_id for _, document_id, _ in papers],
        kinds=[paper.kind for _, _, paper in papers],
        file_keys=[paper.file_key for _, _, paper in papers],
        content_types=[paper.content_type for _, _, paper in papers],
        sizes=[paper.size_bytes for _, _, paper in papers],
        expires_ons=[paper.expires_on for _, _, paper in papers],
        expires_ats=[
            markets.end_of_day(markets.get(each.arrival.shop.market_id), paper.expires_on)
            if paper.expires_on
            else None
            for each, _, paper in papers
        ],
        state=DocumentState.APPROVED,
        now=tx.now,
    )


async def _store_accounts(tx: Tx, new: Sequence[_New]) -> None:
    await tx.run(
        sql.ADD_BANK_ACCOUNTS,
        shop_ids=[each.shop_id for each in new],
        owner_ids=[each.owner for each in new],
        ids=[new_id() for _ in new],
        holders=[each.arrival.bank.holder_name for each in new],
        banks=[each.arrival.bank.bank_name for each in new],
        codes=[each.arrival.bank.routing_code for each in new],
        maskeds=[masked(each.arrival.bank.number) for each in new],
        numbers=[each.arrival.bank.number for each in new],
        now=tx.now,
    )


def _announce(tx: Tx, operator: Actor, new: _New) -> None:
    owner, shop_id, arrival = as_person(new.owner), new.shop_id, new.arrival
    currency = markets.get(arrival.shop.market_id).currency.code
    tx.announce(
        owner,
        ShopOpened(shop_id, new.owner, new.handle, arrival.shop.market_id, currency),
        RequirementSubmitted(shop_id, Requirement.BUSINESS.value),
        *(
            DocumentAdded(shop_id, document_id, paper.kind)
            for document_id, paper in zip(new.document_ids, arrival.documents, strict=True)
        ),
        RequirementSubmitted(shop_id, Requirement.DOCUMENTS.value),
        BankAccountChanged(shop_id, masked(arrival.bank.number)),
        RequirementSubmitted(shop_id, Requirement.BANK_ACCOUNT.value),
    )
    tx.announce(
        operator,
        *(RequirementDecided(shop_id, each.value, True, "") for each in Requirement),
        ShopWentLive(shop_id),
    )
