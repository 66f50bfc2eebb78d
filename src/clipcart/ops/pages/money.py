"""The money proof, and where one order's money is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clipcart import ledger, orders, sellers, settlement
from clipcart.doorway import Shell
from clipcart.doorway.pages import when_text
from clipcart.kit import eventlog
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, ShopId, parse_id
from clipcart.kit.money import Money
from clipcart.ops import runbooks
from clipcart.ops.desk import Desk
from clipcart.ops.runbooks import Runbook
from clipcart.ops.words import plain
from clipcart.settlement import Check, MoneyStory, Proof

HEADLINES: Final = {
    "Processor = captured less refunded": "Taken from buyers",
    "Owed to buyers, sellers, state, platform = held": "Held",
    "Paid out = the bank's book": "Paid out",
}
"""The checks whose amounts stand in the sign; all of them are in the table."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One comparison: what the books say, what the others say."""

    name: str
    currency: str
    left: Money
    right: Money
    difference: Money | None


@dataclass(frozen=True, slots=True)
class ProofView:
    """The proof as the sign shows it."""

    holds: bool
    sums: tuple[tuple[str, str], ...]
    checked: str
    summary: str
    problem_count: int
    runbook: Runbook


@dataclass(frozen=True, slots=True)
class ProofFragment:
    """ops/_proof.html, alone."""

    proof: ProofView


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """ops/money.html."""

    shell: Shell
    proof: ProofView
    checks: tuple[CheckRow, ...]
    problems: tuple[str, ...]
    number: str
    error: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the story, for the timeline."""

    title: str
    state: str
    when: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry in the book."""

    at: datetime
    kind: str
    account: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True, slots=True)
class OrderMoneyPage:
    """ops/order_money.html."""

    shell: Shell
    order_id: OrderId
    shop_id: ShopId
    shop_name: str
    state: str
    buyer: str
    total: Money
    placed_at: datetime
    steps: tuple[StepView, ...]
    could_move: tuple[str, ...]
    expected_at: datetime | None
    arrives: str | None
    entries: tuple[EntryView, ...]


async def proof_fragment(desk: Desk) -> ProofFragment:
    """The sign alone, for the overview."""
    async with desk.visit.reading() as tx:
        return ProofFragment(_view(desk, await settlement.prove(tx), tx.now))


async def money_page(desk: Desk, number: str = "", error: str | None = None) -> MoneyPage:
    """The proof, made now."""
    async with desk.visit.reading() as tx:
        proof = await settlement.prove(tx)
        now = tx.now
    return MoneyPage(
        desk.shell("Money", "Money"),
        _view(desk, proof, now),
        tuple(map(_row, proof.checks)),
        proof.problems,
        number,
        error,
    )


def _view(desk: Desk, proof: Proof, now: datetime) -> ProofView:
    language = desk.visit.market.language
    codes = {check.left.currency.code for check in proof.checks}
    return ProofView(
        proof.holds,
        tuple(
            (
                f"{HEADLINES[check.name]}, {check.left.currency.code}"
                if len(codes) > 1
                else HEADLINES[check.name],
                check.left.format(language),
            )
            for check in proof.checks
            if check.name in HEADLINES
        ),
        when_text(now, desk.visit.market.time_zone),
        proof.summary,
        len(proof.problems) + sum(not check.agrees for check in proof.checks),
        runbooks.MONEY,
    )


def _row(check: Check) -> CheckRow:
    return CheckRow(
        check.name,
        check.left.currency.code,
        check.left,
        check.right,
        None if check.agrees else check.left - check.right,
    )


def _arrives(story: MoneyStory) -> str | None:
    """Words where no day is expected: it is there, or nobody can say yet."""
    if story.expected_at is not None:
        return None
    is_over = all(step.is_done for step in story.steps)
    return "Nothing is outstanding" if is_over else "No day can be named yet"


async def find_order(tx: Tx, text: str) -> tuple[ShopId, OrderId] | None:
    """The order of a number as people copy it, with or without other words around it."""
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    number = parse_id(digits)
    if number is None:
        return None
    page = await eventlog.log(tx, order="oldest", limit=1, subject=f"order:{number}")
    return (ShopId(page.items[0].shop_id), OrderId(number)) if page.items else None


async def order_money_page(desk: Desk, shop_id: ShopId, order_id: OrderId) -> OrderMoneyPage:
    """Where the money of an order is, in words and in entries. Raises Absent."""
    async with desk.visit.reading() as tx:
        order = await orders.order_for(tx, desk.actor, shop_id, order_id)
        story = await settlement.where_is_my_money(tx, desk.actor, shop_id, order_id)
        entries = await ledger.entries_of_order(tx, shop_id, order_id)
        shops = await sellers.shops(tx, [shop_id])
    if shop_id not in shops:
        raise Absent("order")
    zone = desk.visit.market.time_zone
    return OrderMoneyPage(
        desk.shell(f"Money of order {order_id}", "Money"),
        order_id,
        shop_id,
        shops[shop_id].name,
        order.state.value,
        order.ship_to.name,
        order.total,
        order.placed_at,
        tuple(
            StepView(
                step.sentence(),
                "reached" if step.is_done else "future",
                None if step.at is None else when_text(step.at, zone),
            )
            for step in story.steps
        ),
        tuple(step.sentence() for step in story.could_move),
        story.expected_at,
        _arrives(story),
        tuple(
            EntryView(
                entry.posted_at,
                plain(entry.kind),
                plain(entry.account),
                entry.amount if entry.amount.minor > 0 else None,
                -entry.amount if entry.amount.minor < 0 else None,
            )
            for entry in entries
        ),
    )
