"""Pages of setting up a shop: opening it, what is missing, business data, papers, bank account."""

from dataclasses import asdict, dataclass

from clipcart import markets, sellers
from clipcart.doorway import Shell, Visit
from clipcart.kit.db import Tx
from clipcart.kit.errors import SignInNeeded
from clipcart.kit.ids import ShopId
from clipcart.sellers import (
    BankAccount,
    Checklist,
    ChecklistItem,
    Document,
    Requirement,
    RequirementState,
    Shop,
)
from clipcart.web.account.filled import Filled, fresh
from clipcart.web.account.words import FieldView, address_rows
from clipcart.web.seller_center import onboarding_words as words
from clipcart.web.seller_center.frame import Desk, at_work, desk_shell, media, require_grant
from clipcart.web.storefront.frame import frame
from clipcart.web.storefront.words import day_text

SETUP = "/setup"


@dataclass(frozen=True, slots=True)
class OwnShop:
    """A shop that somebody works in."""

    name: str
    tagline: str
    url: str
    state: str
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class StartPage:
    """One's shops, and what it takes to open one."""

    shell: Shell
    shops: tuple[OwnShop, ...]
    is_signed_in: bool


@dataclass(frozen=True, slots=True)
class NewShopPage:
    """The form to open a shop."""

    shell: Shell
    markets: tuple[tuple[str, str], ...]
    form: Filled


@dataclass(frozen=True, slots=True)
class StepView:
    """A requirement as a step (ui/timeline.html)."""

    title: str
    note: str
    state: str
    url: str | None
    action: str | None


@dataclass(frozen=True, slots=True)
class SetupPage:
    """Where the shop stands, and what is left to do."""

    shell: Shell
    shop_name: str
    shop_state: str
    tone: str
    title: str
    text: str
    steps: tuple[StepView, ...]
    done: int
    settings_url: str | None
    store_url: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A requirement on its own page: its state and, if it was refused, why."""

    setup_url: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class BusinessPage:
    """The business data; `is_settled` when they are approved and only shown."""

    shell: Shell
    stage: Stage
    is_settled: bool
    facts: tuple[tuple[str, str], ...]
    legal_forms: tuple[dict[str, str], ...]
    rows: tuple[tuple[FieldView, ...], ...]
    form: Filled


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper that is asked for, and the one that is there."""

    kind: str
    label: str
    state: str
    note: str
    file_url: str | None


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """The papers; without a legal form nobody knows which."""

    shell: Shell
    stage: Stage
    papers: tuple[PaperView, ...]
    kinds: tuple[tuple[str, str], ...]
    limit_mb: int
    form: Filled


@dataclass(frozen=True, slots=True)
class AccountView:
    """A bank account, masked."""

    title: str
    number: str
    bank: str
    added: str
    is_approved: bool


@dataclass(frozen=True, slots=True)
class BankPage:
    """The account for payouts; `is_ready` once the business it must belong to is known."""

    shell: Shell
    stage: Stage
    accounts: tuple[AccountView, ...]
    legal_name: str
    is_ready: bool
    may_edit: bool
    form: Filled


async def start_page(visit: Visit) -> StartPage:
    """One's shops and the way to another one; also for people who are not signed in."""
    async with visit.reading() as tx:
        actor = await sellers.with_memberships(tx, visit.actor)
        found = await sellers.shops(tx, list(actor.memberships)) if actor.memberships else {}
        around = await frame(visit, tx, "Your shops" if found else "Sell on clipcart")
    shops = tuple(_own_shop(found[each]) for each in sorted(found))
    return StartPage(around, shops, visit.session is not None)


def _own_shop(shop: Shop) -> OwnShop:
    avatar = media(shop.avatar_key)
    return OwnShop(shop.name, shop.tagline, first_url(shop), shop.state.value, avatar)


async def new_shop_page(visit: Visit, form: Filled) -> NewShopPage:
    """The form to open a shop. Raises SignInNeeded."""
    if visit.session is None:
        raise SignInNeeded
    async with visit.reading() as tx:
        around = await frame(visit, tx, "Open a shop")
    found = tuple((each.id, f"{each.name}, in {each.currency.code}") for each in markets.all())
    return NewShopPage(around, found, form)


def first_url(shop: Shop) -> str:
    """Where work in a shop begins: with what is due, or with what is missing."""
    return f"/sell/{shop.id}" if shop.live_at else f"/sell/{shop.id}/setup"


async def setup_page(visit: Visit, shop_id: ShopId) -> SetupPage:
    """The checklist of the verification."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        checklist = await sellers.checklist_for(tx, desk.actor, shop_id)
    tone, title, text = words.STATES[checklist.state]
    may_edit = desk.may("shop.edit")
    return SetupPage(
        desk_shell(visit, desk, "Verification", SETUP),
        desk.shop.name,
        checklist.state.value,
        tone,
        title,
        text,
        _steps(desk, checklist),
        sum(item.state is RequirementState.APPROVED for item in checklist.items),
        f"/sell/{shop_id}/settings" if may_edit else None,
        f"/shops/{desk.shop.handle}" if desk.shop.is_live else None,
    )


_ACTIONS = {
    RequirementState.MISSING: "Start",
    RequirementState.REJECTED: "Correct it",
    RequirementState.SUBMITTED: "Look",
    RequirementState.APPROVED: "Look",
}
_WAITS_FOR_SELLER = frozenset({RequirementState.MISSING, RequirementState.REJECTED})


def _steps(desk: Desk, checklist: Checklist) -> tuple[StepView, ...]:
    todo = [item.requirement for item in checklist.items if item.state in _WAITS_FOR_SELLER]
    views = []
    for item in checklist.items:
        title, tail = words.REQUIREMENTS[item.requirement]
        grant = "finance.view" if item.requirement is Requirement.BANK_ACCOUNT else "shop.edit"
        is_next = bool(todo) and item.requirement is todo[0]
        state = {
            RequirementState.APPROVED: "reached",
            RequirementState.SUBMITTED: "reached",
            RequirementState.REJECTED: "late",
            RequirementState.MISSING: "current" if is_next else "future",
        }[item.state]
        url = f"/sell/{desk.shop.id}/setup/{tail}" if desk.may(grant) else None
        views.append(StepView(title, words.item_note(item), state, url, _ACTIONS[item.state]))
    return tuple(views)


async def _stage(tx: Tx, desk: Desk, requirement: Requirement) -> Stage:
    checklist = await sellers.checklist_for(tx, desk.actor, desk.shop.id)
    item: ChecklistItem = next(each for each in checklist.items if each.requirement is requirement)
    return Stage(f"/sell/{desk.shop.id}/setup", item.state.value, item.reason)


async def business_page(visit: Visit, shop_id: ShopId, form: Filled | None = None) -> BusinessPage:
    """The form of the business data, filled with what was handed in."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "shop.edit")
        stage = await _stage(tx, desk, Requirement.BUSINESS)
        business = await sellers.business_for(tx, desk.actor, shop_id)
        rules = desk.market.at(tx.now)
    kept = asdict(business) if business else {}
    rows = address_rows(desk.market, rules, name_label=None)
    labels = {field.name: field.label for row in rows for field in row}
    shown = {
        "legal_form": "Legal form",
        "legal_name": "Registered name",
        "tax_number": "Tax number",
        "representative": "Signs for it",
        **labels,
    }
    values = {**kept, "legal_form": words.form_word(kept.get("legal_form", ""))}
    return BusinessPage(
        desk_shell(visit, desk, "Business data", SETUP),
        stage,
        stage.state == RequirementState.APPROVED,
        tuple((label, values[name]) for name, label in shown.items() if values.get(name)),
        tuple(
            {"value": each, "label": words.form_word(each), "note": words.papers_text(papers)}
            for each, papers in rules.documents_required.items()
        ),
        rows,
        form or fresh(**kept),
    )


async def documents_page(
    visit: Visit, shop_id: ShopId, form: Filled | None = None
) -> DocumentsPage:
    """Which papers are there, and the form to hand one in."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "shop.edit")
        stage = await _stage(tx, desk, Requirement.DOCUMENTS)
        business = await sellers.business_for(tx, desk.actor, shop_id)
        found = await sellers.documents_for(tx, desk.actor, shop_id)
        rules = desk.market.at(tx.now)
    wanted = rules.documents_required.get(business.legal_form, ()) if business else ()
    current = {each.kind: each for each in found if sellers.is_current(each)}
    kinds = (*wanted, *(kind for kind in current if kind not in wanted))
    missing = [kind for kind in wanted if kind not in current]
    asked = visit.query("kind")
    first = asked if asked in wanted else next(iter(missing or wanted), "")
    return DocumentsPage(
        desk_shell(visit, desk, "Papers", SETUP),
        stage,
        tuple(_paper(desk, kind, current.get(kind), stage) for kind in kinds),
        tuple((kind, words.paper_word(kind)) for kind in wanted),
        rules.document_bytes_max // 1_000_000,
        form or fresh(kind=first),
    )


def _paper(desk: Desk, kind: str, document: Document | None, stage: Stage) -> PaperView:
    label = words.paper_word(kind)
    if document is None:
        return PaperView(kind, label, "MISSING", "Not handed in yet.", None)
    note = f"Handed in {day_text(desk.market, document.added_at)}"
    if document.expires_on:
        note += f", good until {document.expires_on:%d %b %Y}"
    state = document.state.value
    # A refusal is about all papers; until one is replaced, each of them may be meant.
    if stage.state == RequirementState.REJECTED and state == "SUBMITTED":
        state = "REJECTED"
    url = f"/sell/{desk.shop.id}/setup/documents/{document.id}"
    return PaperView(kind, label, state, f"{note}.", url)


async def bank_page(visit: Visit, shop_id: ShopId, form: Filled | None = None) -> BankPage:
    """The account for payouts. Its owner alone may name another one."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "finance.view")
        stage = await _stage(tx, desk, Requirement.BANK_ACCOUNT)
        accounts = await sellers.bank_accounts_for(tx, desk.actor, shop_id)
        may_edit = desk.may("bank.edit")
        business = await sellers.business_for(tx, desk.actor, shop_id) if may_edit else None
    legal_name = business.legal_name if business else ""
    return BankPage(
        desk_shell(visit, desk, "Bank account", SETUP),
        stage,
        tuple(_account(desk, each, stage) for each in accounts),
        legal_name,
        business is not None,
        may_edit,
        form or fresh(holder_name=legal_name),
    )


def _account(desk: Desk, account: BankAccount, stage: Stage) -> AccountView:
    waits = "Refused" if stage.state == RequirementState.REJECTED else "Waits for approval"
    return AccountView(
        "Payouts go here" if account.is_approved else waits,
        account.number_masked,
        f"{account.bank_name}, code {account.routing_code}",
        f"Held by {account.holder_name}, named {day_text(desk.market, account.added_at)}.",
        account.is_approved,
    )
