"""Where is my money: the story of one order from the buyer's payment to the seller's bank."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from clipcart import ledger, markets, orders, payments, sellers
from clipcart.identity import SYSTEM, Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.money import Money
from clipcart.settlement import policy
from clipcart.settlement._sql import money as money_sql
from clipcart.settlement._sql import sales as sql
from clipcart.settlement.actions.booking import sale_of
from clipcart.settlement.model import Account, PayoutState, Sale, midnight_after
from clipcart.settlement.queries import balance_of
from clipcart.settlement.words import Fact, MoneyStep, MoneyStory

BANK_TAKES: Final = timedelta(days=1)
"""What a forecast allows the bank, after the payout of the midnight that follows a release."""
PAYOUTS_LOOKED_AT: Final = 20


@dataclass(slots=True)
class _Teller:
    """The story while it is told."""

    zone: ZoneInfo
    steps: list[MoneyStep] = field(default_factory=list)
    could_move: list[MoneyStep] = field(default_factory=list)
    expected_at: datetime | None = None

    def tell(
        self, key: str, *, at: datetime | None = None, done: bool = True, **facts: Fact
    ) -> None:
        """Add a step; `at` is both its time and a fact of its sentence."""
        self.steps.append(self._step(key, at, done, facts))

    def warn(self, key: str, *, at: datetime | None = None, **facts: Fact) -> None:
        """Add something that could move the date."""
        self.could_move.append(self._step(key, at, False, facts))

    def expect(self, released_at: datetime) -> None:
        """The bank should have it after the midnight that follows this release."""
        self.expected_at = midnight_after(released_at) + BANK_TAKES
        self.tell("forecast", at=self.expected_at, done=False)

    def _step(
        self, key: str, at: datetime | None, done: bool, facts: Mapping[str, Fact]
    ) -> MoneyStep:
        told = facts if at is None else {**facts, "at": at}
        return MoneyStep(key, done, at, told, self.zone)


async def where_is_my_money(tx: Tx, actor: Actor, shop_id: ShopId, order_id: OrderId) -> MoneyStory:
    """Every step of an order's money, in words, and when the rest is expected. Raises Absent."""
    require(policy.may_view(actor, shop_id), "finance.view", actor)
    order = await orders.order_for(tx, SYSTEM, shop_id, order_id)
    teller = _Teller(markets.get(order.market_id).time_zone)
    rows = await tx.all(sql.SALES, shop_ids=[shop_id], order_ids=[order_id])
    if not rows or (rows[0].captured_at is None and rows[0].paid_at is None):
        teller.tell("not_paid", done=False)
    else:
        await _tell_sale(tx, teller, order, rows[0])
    return MoneyStory(
        shop_id, order_id, tuple(teller.steps), teller.expected_at, tuple(teller.could_move)
    )


async def _tell_sale(tx: Tx, teller: _Teller, order: orders.Order, row: sql.SaleRow) -> None:
    sale = sale_of(row)
    if row.paid_at is None:
        captured = Money(sale.captured_minor, sale.currency)
        teller.tell("paid_too_late", at=row.captured_at, amount=captured)
        await _tell_refunds(tx, teller, sale)
        return
    _tell_payment(teller, order, sale, row.paid_at)
    if row.cancelled_at is not None:
        teller.tell("cancelled", at=row.cancelled_at)
    is_refunding = await _tell_refunds(tx, teller, sale)
    if row.cancelled_at is not None:
        return
    if row.released_at is None:
        await _tell_waiting(tx, teller, order, row, is_refunding=is_refunding)
    else:
        await _tell_released(tx, teller, sale, row)


def _tell_payment(teller: _Teller, order: orders.Order, sale: Sale, paid_at: datetime) -> None:
    unit = sale.currency
    tax, fee = Money(sale.tax_minor, unit), Money(sale.fee_minor, unit)
    paid = Money(sale.paid_minor, unit)
    teller.tell("paid", at=paid_at, amount=paid)
    if not tax.is_zero:
        rules = markets.get(order.market_id).at(order.placed_at)
        teller.tell("tax", amount=tax, tax_name=rules.tax_name)
    if not fee.is_zero:
        teller.tell("fee", amount=fee)
    teller.tell("share", amount=paid - tax - fee)


async def _tell_refunds(tx: Tx, teller: _Teller, sale: Sale) -> bool:
    """What went back; whether more is on its way."""
    for refund in await tx.all(sql.REFUNDS, shop_id=sale.shop_id, order_id=sale.order_id):
        amount = Money(refund.amount_minor, sale.currency)
        teller.tell("refunded", at=refund.settled_at, amount=amount)
    if sale.refund_fee_kept:
        teller.tell("refund_fee", amount=Money(sale.refund_fee_kept, sale.currency))
    if sale.is_paid and sale.refunded_minor:
        teller.tell("share_left", amount=Money(sale.share, sale.currency))
    paid = await payments.payment_of_order(tx, sale.shop_id, sale.order_id)
    if paid is None or not paid.refunding.is_positive:
        return False
    teller.tell("refund_open", done=False, amount=paid.refunding)
    return True


async def _tell_waiting(
    tx: Tx, teller: _Teller, order: orders.Order, row: sql.SaleRow, *, is_refunding: bool
) -> None:
    if row.delivered_at is not None and row.release_due_at is not None:
        days = (row.release_due_at - row.delivered_at).days
        teller.tell("delivered", at=row.delivered_at)
        teller.tell("held_until", at=row.release_due_at, done=False, days=days)
        if not is_refunding:
            teller.expect(max(row.release_due_at, tx.now))
        teller.warn("moves_refund")
    else:
        days = (await balance_of(tx, order.shop_id)).terms.settlement_days
        if order.clocks.deliver_by is None:
            teller.tell("not_shipped", done=False, days=days)
        else:
            by = order.clocks.deliver_by
            teller.tell("to_deliver", at=by, done=False, days=days)
            if not is_refunding:
                teller.expect(max(by, tx.now) + timedelta(days=days))
        teller.warn("moves_delivery")
        teller.warn("moves_refund")
    await _warn_of_shop(tx, teller, order.shop_id)


async def _tell_released(tx: Tx, teller: _Teller, sale: Sale, row: sql.SaleRow) -> None:
    lines = await tx.all(money_sql.LINES_OF_ORDER, shop_id=sale.shop_id, order_id=sale.order_id)
    first = next((line for line in lines if line.kind == "ORDER"), None)
    if row.delivered_at is not None:
        teller.tell("delivered", at=row.delivered_at)
    if first is None:
        return
    teller.tell("released", at=first.at, amount=Money.of(first.amount_minor, first.currency))
    if sale.reserve_left and row.reserve_until is not None:
        left = Money(sale.reserve_left, sale.currency)
        teller.tell("reserve_held", at=row.reserve_until, done=False, amount=left)
    elif row.reserve_released_at is not None:
        teller.tell("reserve_released", at=row.reserve_released_at)
    if first.statement_id is None:
        teller.tell("to_state", done=False, day=first.at.date())
        teller.expect(tx.now)
        await _warn_of_shop(tx, teller, sale.shop_id)
        return
    found = await tx.one(money_sql.STATEMENT, shop_id=sale.shop_id, id=first.statement_id)
    closing = Money.of(found.closing_minor, found.currency)
    teller.tell("stated", day=found.day, amount=closing)
    if not await _tell_payouts(tx, teller, sale.shop_id, found.closed_at):
        teller.tell("payout_waiting", done=False)
        teller.expect(tx.now)
        await _warn_of_shop(tx, teller, sale.shop_id)


async def _tell_payouts(tx: Tx, teller: _Teller, shop_id: ShopId, closed_at: datetime) -> bool:
    """Whether a payout took it: those that came back are told, and the one that did not."""
    rows = await tx.all(
        money_sql.PAYOUTS_SINCE, shop_id=shop_id, closed_at=closed_at, size=PAYOUTS_LOOKED_AT
    )
    for row in rows:
        amount = Money.of(row.amount_minor, row.currency)
        if row.state == PayoutState.FAILED:
            reason = (row.failure or "").replace("_", " ")
            teller.tell("payout_failed", at=row.ended_at, amount=amount, reason=reason)
        elif row.state == PayoutState.PAID:
            teller.tell("payout_paid", at=row.ended_at, amount=amount, number=row.number_masked)
            return True
        else:
            number = row.number_masked
            teller.tell(
                "payout_under_way", at=row.requested_at, done=False, amount=amount, number=number
            )
            teller.expected_at = max(row.requested_at, tx.now) + BANK_TAKES
            return True
    return False


async def _warn_of_shop(tx: Tx, teller: _Teller, shop_id: ShopId) -> None:
    """What in the shop's own affairs keeps payouts back."""
    shop = await sellers.shop(tx, shop_id)
    if await sellers.bank_account(tx, shop_id) is None:
        teller.warn("moves_bank_account")
    accounts = (await ledger.balances(tx, [shop_id])).get(shop_id, {})
    threshold = markets.get(shop.market_id).at(tx.now).payout_threshold
    available = -accounts.get(Account.SELLER_AVAILABLE, Money.zero(threshold.currency))
    if available.is_negative:
        teller.warn("moves_negative", amount=available)
    elif available < threshold:
        teller.warn("moves_threshold", amount=threshold)
    for hold in await ledger.holds(tx, SYSTEM, shop_id):
        if hold.is_in_force(tx.now):
            teller.warn("moves_hold", at=hold.until, amount=hold.amount, cause=hold.cause)
