"""What happens to an order's money while it is sold, shipped, delivered, cancelled, refunded.

Each handler takes a set of facts, changes the sales they are about by one guarded statement, and
posts the difference between the positions before and after. A fact heard twice finds its guard
closed and posts nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from clipcart import markets, orders, sellers
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.events import Delivered
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.money import total
from clipcart.markets import Rules
from clipcart.orders import OrderPaid
from clipcart.settlement._sql import money as money_sql
from clipcart.settlement._sql import sales as sql
from clipcart.settlement.actions.booking import book_steps, sale_of
from clipcart.settlement.model import Sale

ACTOR = job_actor("settlement.sales")


async def on_captured(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """The provider took an order's part of a payment: it is with us, in escrow."""
    facts = {(each.fact.shop_id, each.fact.order_id): each for each in delivered}
    rows = await tx.all(
        sql.CAPTURE,
        shop_ids=[shop_id for shop_id, _ in facts],
        order_ids=[order_id for _, order_id in facts],
        currencies=[each.fact.currency for each in facts.values()],
        amounts=[each.fact.amount_minor for each in facts.values()],
        ats=[each.at for each in facts.values()],
    )
    steps = [
        (replace(sale, captured_minor=0), sale, f"captured:{sale.order_id}")
        for sale in map(sale_of, rows)
    ]
    await book_steps(tx, ACTOR, "captured", steps)


async def on_paid(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """The order stands: escrow is shared out into tax, fee and the seller's pending share."""
    facts = {(each.fact.shop_id, each.fact.order_id): each for each in delivered}
    shops = await sellers.shops(tx, {shop_id for shop_id, _ in facts})
    found = sorted(shops)
    await tx.run(
        money_sql.ENSURE_SHOPS,
        shop_ids=found,
        market_ids=[shops[shop_id].market_id for shop_id in found],
        currencies=[shops[shop_id].currency for shop_id in found],
    )
    refund_fees = await _refund_fees(tx, facts, shops)
    rows = await tx.all(
        sql.PAY,
        shop_ids=[shop_id for shop_id, _ in facts],
        order_ids=[order_id for _, order_id in facts],
        currencies=[each.fact.currency for each in facts.values()],
        market_ids=[shops[shop_id].market_id for shop_id, _ in facts],
        paids=[each.fact.paid_minor for each in facts.values()],
        taxes=[each.fact.tax_minor for each in facts.values()],
        fees=[each.fact.fee_minor for each in facts.values()],
        refund_fees=[refund_fees[key] for key in facts],
        ats=[each.at for each in facts.values()],
    )
    steps = [(_unpaid(sale), sale, f"paid:{sale.order_id}") for sale in map(sale_of, rows)]
    await book_steps(tx, ACTOR, "paid", steps)


def _unpaid(sale: Sale) -> Sale:
    return replace(sale, is_paid=False, paid_minor=0, tax_minor=0, fee_minor=0, refund_fee_minor=0)


async def _refund_fees(
    tx: Tx,
    facts: Mapping[tuple[ShopId, OrderId], Delivered],
    shops: Mapping[ShopId, sellers.Shop],
) -> Mapping[tuple[ShopId, OrderId], int]:
    """What the platform keeps of its fee if all of an order came back after it had left.

    Of each line's fee the market's share, at most the market's cap per SKU; by the rules of the
    moment when the order was paid, like everything else that is frozen.
    """
    lines = await orders.lines_of(tx, list(facts))
    found = {}
    for key, each in facts.items():
        fact: OrderPaid = each.fact
        rules = markets.get(shops[key[0]].market_id).at(each.at)
        found[key] = _refund_fee(rules, lines.get(key[1], ()), fact)
    return found


def _refund_fee(rules: Rules, lines: Sequence[orders.Line], fact: OrderPaid) -> int:
    cap = rules.refund_fee_cap
    kept = [
        min(
            orders.fee_on(
                line.amount, line.tax, tax_included=line.tax_included, fee_bps=line.fee_bps
            ).share(rules.refund_fee_share),
            cap,
        )
        for line in lines
    ]
    return min(total(kept, cap.currency).minor, fact.fee_minor)


async def _shops(tx: Tx, delivered: Sequence[Delivered]) -> Mapping[int, money_sql.ShopRow]:
    shop_ids = sorted({each.fact.shop_id for each in delivered})
    return {row.shop_id: row for row in await tx.all(money_sql.SHOPS, shop_ids=shop_ids)}


async def _begin(tx: Tx, delivered: Sequence[Delivered], currencies: Sequence[str]) -> None:
    """A fact that overtook the payment it follows from, begins the sale, so that it is not lost.

    Of a shop that sold nothing before, even the first payment is missing: then it waits its turn
    as a failure.
    """
    await tx.run(
        sql.ENSURE,
        shop_ids=[each.fact.shop_id for each in delivered],
        order_ids=[each.fact.order_id for each in delivered],
        currencies=currencies,
    )


async def on_shipped(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """A carrier has the first parcel: from now on a refund is late."""
    shops = await _shops(tx, delivered)
    await _begin(tx, delivered, [shops[each.fact.shop_id].currency for each in delivered])
    await tx.run(
        sql.SHIP,
        shop_ids=[each.fact.shop_id for each in delivered],
        order_ids=[each.fact.order_id for each in delivered],
        ats=[each.at for each in delivered],
    )


async def on_delivered(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """The days until release, and those of the reserve, run from here by the shop's terms."""
    shops = await _shops(tx, delivered)
    await _begin(tx, delivered, [shops[each.fact.shop_id].currency for each in delivered])
    due, until, levels = [], [], []
    for each in delivered:
        shop = shops[each.fact.shop_id]
        rules = markets.get(shop.market_id).at(each.at)
        days = rules.settlement_days if shop.settlement_days is None else shop.settlement_days
        levels.append(shop.reserve_level)
        due.append(each.at + timedelta(days=days))
        until.append(each.at + timedelta(days=rules.reserve_level(shop.reserve_level).days))
    await tx.run(
        sql.DELIVER,
        shop_ids=[each.fact.shop_id for each in delivered],
        order_ids=[each.fact.order_id for each in delivered],
        ats=[each.at for each in delivered],
        due_ats=due,
        levels=levels,
        reserve_untils=until,
    )


async def on_cancelled(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """Nothing is released any more, and what goes back goes back without a refund fee.

    An order that was never paid has no sale: nothing is written for it.
    """
    paid = [each for each in delivered if each.fact.was_paid]
    await _begin(tx, paid, [each.fact.currency for each in paid])
    await tx.run(
        sql.CANCEL,
        shop_ids=[each.fact.shop_id for each in delivered],
        order_ids=[each.fact.order_id for each in delivered],
        ats=[each.at for each in delivered],
    )


async def on_refund_settled(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """Money went back to the buyer: tax, fee and share give their parts, one journal a refund."""
    facts = {(each.fact.shop_id, each.fact.refund_id): each for each in delivered}
    shop_ids = [shop_id for shop_id, _ in facts]
    order_ids = [each.fact.order_id for each in facts.values()]
    await tx.run(
        sql.ENSURE,
        shop_ids=shop_ids,
        order_ids=order_ids,
        currencies=[each.fact.currency for each in facts.values()],
    )
    fresh = await tx.all(
        sql.ADD_REFUNDS,
        shop_ids=shop_ids,
        refund_ids=[refund_id for _, refund_id in facts],
        order_ids=order_ids,
        amounts=[each.fact.amount_minor for each in facts.values()],
        ats=[each.at for each in facts.values()],
    )
    by_order: dict[tuple[int, int], list[sql.FreshRefundRow]] = defaultdict(list)
    for row in sorted(fresh, key=lambda row: row.refund_id):
        by_order[row.shop_id, row.order_id].append(row)
    keys = sorted(by_order)
    rows = await tx.all(
        sql.REFUND,
        shop_ids=[key[0] for key in keys],
        order_ids=[key[1] for key in keys],
        amounts=[sum(row.amount_minor for row in by_order[key]) for key in keys],
        lates=[sum(row.amount_minor for row in by_order[key] if row.is_late) for key in keys],
    )
    steps = [one for sale in map(sale_of, rows) for one in _back(sale, by_order)]
    await book_steps(tx, ACTOR, "refunded", steps)


def _back(
    sale: Sale, by_order: Mapping[tuple[int, int], Sequence[sql.FreshRefundRow]]
) -> list[tuple[Sale, Sale, str]]:
    """The steps that the new refunds of one order made, oldest first."""
    steps = []
    for refund in reversed(by_order[sale.shop_id, sale.order_id]):
        late = refund.amount_minor if refund.is_late else 0
        before = replace(
            sale,
            refunded_minor=sale.refunded_minor - refund.amount_minor,
            refunded_late_minor=sale.refunded_late_minor - late,
        )
        steps.append((before, sale, f"refunded:{refund.refund_id}"))
        sale = before
    return steps[::-1]


async def on_refund_failed(tx: Tx, delivered: Sequence[Delivered]) -> None:
    """The refund is not open any more: what waited for it is looked at again."""
    await tx.run(
        sql.LOOK_AGAIN,
        shop_ids=[each.fact.shop_id for each in delivered],
        order_ids=[each.fact.order_id for each in delivered],
    )
