"""Shops that wait for a decision, and the complete record that it is made on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from clipcart import identity, markets, sellers
from clipcart.doorway import Shell
from clipcart.identity import PersonName
from clipcart.kit import eventlog
from clipcart.kit.db import Tx
from clipcart.kit.eventlog import LogRow
from clipcart.kit.ids import PersonId, ShopId
from clipcart.ops import words
from clipcart.ops.desk import FRESH, Desk, Typed, address, later
from clipcart.sellers import (
    BankAccount,
    Business,
    ChecklistItem,
    Document,
    Requirement,
    RequirementState,
    Role,
    Shop,
    StaffMember,
)

PATH = "/ops/verification"
HISTORY_SHOWN = 40


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A shop that waits."""

    name: str
    handle: str
    url: str
    market: str
    state: str
    waiting_since: datetime
    age: str | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """ops/verification.html."""

    shell: Shell
    rows: tuple[QueueRow, ...]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One requirement and what can be decided about it."""

    code: str
    title: str
    state: str
    reason: str
    decided: str | None
    decided_at: datetime | None
    missing: tuple[str, ...]
    may_decide: bool
    may_reopen: bool


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A paper. Pictures can be looked at in the browser, other files are saved."""

    kind: str
    state: str
    added_at: datetime
    expires_on: date | None
    size: str
    url: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """A bank account, masked, and whether its holder is the business, letter by letter."""

    bank: str
    routing_code: str
    number: str
    holder: str
    is_same_name: bool
    is_approved: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """Something that happened to the shop, for the timeline; newest first."""

    title: str
    when: str
    note: str | None
    state: str = "reached"


@dataclass(frozen=True, slots=True)
class RecordPage:
    """ops/record.html: everything a decision needs."""

    shell: Shell
    shop: Shop
    market: str
    owner: str | None
    is_insider: bool
    requirements: tuple[RequirementView, ...]
    business: tuple[tuple[str, str], ...]
    documents: tuple[DocumentView, ...]
    accounts: tuple[AccountView, ...]
    history: tuple[HistoryStep, ...]
    typed: Typed
    typed_for: str

    @property
    def url(self) -> str:
        """Where this record is."""
        return f"{PATH}/{self.shop.id}"


async def queue_page(desk: Desk, cursor: str | None) -> QueuePage:
    """The queue, longest waiting first. One statement."""
    async with desk.visit.reading() as tx:
        page = await sellers.verification_queue(tx, desk.actor, cursor, limit=25)
        now = tx.now
    return QueuePage(
        desk.shell("Verification", "Verification"),
        tuple(
            QueueRow(
                each.name,
                each.handle,
                f"{PATH}/{each.shop_id}",
                markets.get(each.market_id).name,
                each.state.value,
                each.waiting_since,
                words.age(now, each.waiting_since),
            )
            for each in page.items
        ),
        later(PATH, page.previous_cursor),
        later(PATH, page.next_cursor),
    )


async def record_page(
    desk: Desk, shop_id: ShopId, typed: Typed = FRESH, typed_for: str = ""
) -> RecordPage:
    """The record of a shop. The number of statements does not depend on it. Raises NoSuchShop."""
    async with desk.visit.reading() as tx:
        shop = await sellers.shop(tx, shop_id)
        checklist = await sellers.checklist_for(tx, desk.actor, shop_id)
        business = await sellers.business_for(tx, desk.actor, shop_id)
        documents = await sellers.documents_for(tx, desk.actor, shop_id)
        accounts = await sellers.bank_accounts_for(tx, desk.actor, shop_id)
        staff = await sellers.staff_of(tx, desk.actor, shop_id)
        rows = await past_of(tx, shop_id)
        labels = [*(row.actor for row in rows), *(item.decided_by for item in checklist.items)]
        people = await identity.people(tx, words.person_ids(labels))
    is_insider = any(member.person_id == desk.actor.person_id for member in staff)
    return RecordPage(
        desk.shell(shop.name, "Verification"),
        shop,
        markets.get(shop.market_id).name,
        _owner(staff),
        is_insider,
        tuple(_requirement(item, people, is_insider=is_insider) for item in checklist.items),
        _business(business),
        tuple(_document(shop_id, each) for each in documents if each.state != "REPLACED"),
        tuple(_account(each, business) for each in accounts),
        history(desk, rows, people),
        typed,
        typed_for,
    )


async def past_of(tx: Tx, shop_id: ShopId) -> Sequence[LogRow]:
    """What sellers and operators did about the shop itself, newest first."""
    page = await eventlog.log(
        tx, limit=HISTORY_SHOWN, shop_id=shop_id, subject=f"shop:{shop_id}", prefix="sellers."
    )
    return page.items


def history(
    desk: Desk, rows: Sequence[LogRow], people: Mapping[PersonId, PersonName]
) -> tuple[HistoryStep, ...]:
    """What happened to a shop, newest first, with who did it."""
    steps = []
    for row in rows:
        title, note = words.happened(row)
        local = row.at.astimezone(desk.visit.market.time_zone)
        when = f"{local.day} {local:%b %Y, %H:%M}, {words.who(row.actor, people)}"
        steps.append(HistoryStep(title, when, note or None))
    return tuple(steps)


def _owner(staff: Sequence[StaffMember]) -> str | None:
    return next((member.name for member in staff if member.role is Role.OWNER), None)


def _requirement(
    item: ChecklistItem, people: Mapping[PersonId, PersonName], *, is_insider: bool
) -> RequirementView:
    return RequirementView(
        item.requirement.value,
        words.REQUIREMENTS[item.requirement.value],
        item.state.value,
        item.reason,
        words.who(item.decided_by, people) if item.decided_by else None,
        item.decided_at,
        tuple(f"{problem.rule[:1].upper()}{problem.rule[1:]}." for problem in item.missing),
        item.state is RequirementState.SUBMITTED and not is_insider,
        item.state is RequirementState.APPROVED and not is_insider,
    )


def _business(business: Business | None) -> tuple[tuple[str, str], ...]:
    if business is None:
        return ()
    fields = {name: value for name, value in asdict(business).items() if value}
    place = [fields.pop(name, "") for name in ("city", "region", "postal_code")]
    street = [fields.pop(name, "") for name in ("line1", "line2", "district")]
    fields["legal_form"] = words.plain(fields["legal_form"])
    known = [(words.plain(name), value) for name, value in fields.items()]
    return (*known, ("Address", ", ".join(filter(None, (*street, " ".join(filter(None, place)))))))


def _document(shop_id: ShopId, paper: Document) -> DocumentView:
    return DocumentView(
        words.plain(paper.kind),
        paper.state.value,
        paper.added_at,
        paper.expires_on,
        words.size(paper.size_bytes),
        f"{PATH}/{shop_id}/documents/{paper.id}",
        paper.content_type in ("image/jpeg", "image/png"),
    )


def _account(account: BankAccount, business: Business | None) -> AccountView:
    return AccountView(
        account.bank_name,
        account.routing_code,
        account.number_masked,
        account.holder_name,
        business is not None and account.holder_name == business.legal_name,
        account.is_approved,
        account.added_at,
    )


def requirement_of(code: str) -> Requirement | None:
    """The requirement that an address names."""
    return Requirement(code) if code in Requirement.__members__ else None


def record_url(shop_id: ShopId, **more: str) -> str:
    """Where the record of a shop is."""
    return address(f"{PATH}/{shop_id}", **more)
