"""What moved a shop's money, by statement and by order, and what is still to be settled.

A move is goods and delivery without tax, less fees: `settlement_amount` is `revenue_amount` plus
`shipping_cost_amount` (what buyers paid for delivery) plus `fee_amount`, where what is taken from a
shop is negative. Parts by SKU share an order's out by price.
"""

from typing import Any, Final

from clipcart import settlement
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, StatementId
from clipcart.kit.money import Money, total
from clipcart.open_api.call import Call
from clipcart.open_api.finance.money import sort_by
from clipcart.open_api.paging import Place, moment, paging
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, page_token, wire_amount, wire_id, wire_time, wire_times
from clipcart.orders import Line, Order
from clipcart.settlement import LineKind, Parts, StatementSummary, Transaction, Unsettled

NOT_FOUND: Final = 36009004
_SALES: Final = (LineKind.ORDER, LineKind.REFUND)
_RESERVES: Final = (LineKind.RESERVE_COLLECTED, LineKind.RESERVE_RELEASED)
_RESERVE_STATES: Final = {
    LineKind.RESERVE_COLLECTED: "COLLECTED",
    LineKind.RESERVE_RELEASED: "RELEASED",
}


async def _of_statement(call: Call) -> tuple[StatementSummary, list[Transaction], dict[str, Any]]:
    sort_by(call, "order_create_time")
    order = call.query.get("sort_order", "ASC")
    if order not in ("ASC", "DESC"):
        raise call.wrong("sort_order", "there is no such order", "send ASC or DESC")
    size = call.page_size(1, 100, 20)
    async with call.reading() as tx:
        with paging(call):
            summary, page, count = await settlement.transactions_of_statement(
                tx,
                call.actor,
                call.shop_id,
                StatementId(call.id("statement_id")),
                newest_first=order == "DESC",
                cursor=call.cursor,
                limit=size,
            )
    paged = {"next_page_token": page_token(page.next_cursor), "total_count": count}
    return summary, list(page.items), paged


@serves(
    "GET",
    "/finance/202309/statements/{statement_id}/statement_transactions",
    refusals={Absent: NOT_FOUND},
)
async def get_transactions_by_statement(call: Call) -> dict[str, Any]:
    """The lines of a day without payouts, in the words of 202309."""
    summary, found, paged = await _of_statement(call)
    statement = summary.statement
    return {
        "statement_id": wire_id(statement.id),
        "statement_time": wire_time(statement.closed_at),
        "currency": statement.opening.currency.code,
        "settlement_amount": wire_amount(_settled(summary)),
        "adjustment_amount": wire_amount(summary.sum_of(LineKind.ADJUSTMENT)),
        "statement_transactions": [_flat(each) for each in found],
        **paged,
    }


@serves(
    "GET",
    "/finance/202501/statements/{statement_id}/statement_transactions",
    refusals={Absent: NOT_FOUND},
)
async def get_transactions_by_statement_broken_down(call: Call) -> dict[str, Any]:
    """The lines of a day without payouts, each with what it is made of."""
    summary, found, paged = await _of_statement(call)
    statement, reserve = summary.statement, summary.sum_of(*_RESERVES)
    payout = summary.payouts[-1] if summary.payouts else None
    return known(
        id=wire_id(statement.id),
        create_time=wire_time(statement.closed_at),
        currency=statement.opening.currency.code,
        status=payout.state.value if payout else None,
        payable_amount=wire_amount(_settled(summary)),
        total_reserve_amount=wire_amount(reserve),
        total_settlement_amount=wire_amount(_settled(summary) - reserve),
        total_settlement_breakdown={
            "total_adjustment_amount": wire_amount(summary.sum_of(LineKind.ADJUSTMENT))
        },
        transactions=[_broken_down(each) for each in found],
        **paged,
    )


def _settled(summary: StatementSummary) -> Money:
    return summary.sum_of(*_SALES, *_RESERVES, LineKind.ADJUSTMENT)


def _flat(found: Transaction) -> dict[str, Any]:
    """A line in the words of 202309."""
    line, order = found.line, found.order
    is_adjustment = line.kind is LineKind.ADJUSTMENT
    return known(
        id=wire_id(line.id),
        currency=line.amount.currency.code,
        settlement_amount=wire_amount(line.amount),
        adjustment_amount=wire_amount(line.amount) if is_adjustment else None,
        adjustment_id=wire_id(line.id) if is_adjustment else None,
        type="OTHER_ADJUSTMENT" if is_adjustment else None,
        order_id=wire_id(order.id) if order else None,
        order_create_time=wire_time(order.placed_at) if order else None,
        **(_flat_parts(found.parts) if found.parts else {}),
    )


def _flat_parts(parts: Parts) -> dict[str, str]:
    return {
        "revenue_amount": wire_amount(parts.goods),
        "net_sales_amount": wire_amount(parts.goods),
        "shipping_cost_amount": wire_amount(parts.delivery),
        "fee_amount": wire_amount(parts.fee),
        "customer_payment_amount": wire_amount(parts.paid),
        "customer_refund_amount": wire_amount(parts.refunded),
    }


def _broken_down(found: Transaction) -> dict[str, Any]:
    """A line in the words of 202501."""
    line, order, parts = found.line, found.order, found.parts
    is_adjustment = line.kind is LineKind.ADJUSTMENT
    is_reserve = line.kind in _RESERVES
    kind = "ORDER" if line.kind in _SALES else "RESERVE" if is_reserve else None
    return known(
        id=wire_id(line.id),
        type=kind,
        order_id=wire_id(order.id) if order else None,
        order_create_time=wire_time(order.placed_at) if order else None,
        settlement_amount=None if is_reserve else wire_amount(line.amount),
        adjustment_amount=wire_amount(line.amount) if is_adjustment else None,
        adjustment_id=wire_id(line.id) if is_adjustment else None,
        reserve_id=wire_id(line.id) if is_reserve else None,
        reserve_amount=wire_amount(line.amount) if is_reserve else None,
        reserve_status=_RESERVE_STATES.get(line.kind),
        **(_amounts(parts) if parts else {}),
    )


def _amounts(parts: Parts) -> dict[str, Any]:
    return {
        "revenue_amount": wire_amount(parts.goods),
        "shipping_cost_amount": wire_amount(parts.delivery),
        "shipping_cost_breakdown": {
            "customer_paid_shipping_fee_amount": wire_amount(parts.delivery)
        },
        "fee_tax_amount": wire_amount(parts.fee),
        "supplementary_component": {
            "customer_payment_amount": wire_amount(parts.paid),
            "customer_refund_amount": wire_amount(parts.refunded),
        },
    }


async def _of_order(call: Call) -> tuple[Order, tuple[Transaction, ...]]:
    async with call.reading() as tx:
        return await settlement.transactions_of_order(
            tx, call.actor, call.shop_id, OrderId(call.id("order_id"))
        )


@serves(
    "GET",
    "/finance/202309/orders/{order_id}/statement_transactions",
    refusals={Absent: NOT_FOUND},
)
async def get_transactions_by_order(call: Call) -> dict[str, Any]:
    """Every line that an order led to, in the words of 202309."""
    order, found = await _of_order(call)
    return {
        "order_id": wire_id(order.id),
        "order_create_time": wire_time(order.placed_at),
        "statement_transactions": [_flat_of_order(each) for each in found],
    }


def _flat_of_order(found: Transaction) -> dict[str, Any]:
    line, statement = found.line, found.statement
    skus = settlement.by_line(found.order, found.parts) if found.order and found.parts else ()
    return known(
        id=wire_id(line.id),
        currency=line.amount.currency.code,
        settlement_amount=wire_amount(line.amount),
        statement_id=wire_id(statement.id) if statement else None,
        statement_time=wire_time(statement.closed_at) if statement else None,
        **(_flat_parts(found.parts) if found.parts else {}),
        sku_statement_transactions=[
            {
                **_sku(each),
                "quantity": each.quantity,
                "currency": line.amount.currency.code,
                "settlement_amount": wire_amount(parts.share),
                **_flat_parts(parts),
            }
            for each, parts in skus
        ]
        or None,
    )


def _sku(line: Line) -> dict[str, str]:
    return {
        "sku_id": wire_id(line.sku_id),
        "sku_name": line.options_text,
        "product_name": line.title,
    }


@serves(
    "GET",
    "/finance/202501/orders/{order_id}/statement_transactions",
    refusals={Absent: NOT_FOUND},
)
async def get_transactions_by_order_and_sku(call: Call) -> dict[str, Any]:
    """What an order came to, by SKU and move."""
    order, found = await _of_order(call)
    moves = [
        (each, line, parts)
        for each in found
        if each.parts is not None
        for line, parts in settlement.by_line(order, each.parts)
    ]
    unit = order.currency
    every = [each.parts for each in found if each.parts is not None]
    return {
        "order_id": wire_id(order.id),
        "order_create_time": wire_time(order.placed_at),
        "currency": unit.code,
        "revenue_amount": wire_amount(total([each.goods for each in every], unit)),
        "shipping_cost_amount": wire_amount(total([each.delivery for each in every], unit)),
        "fee_and_tax_amount": wire_amount(total([each.fee for each in every], unit)),
        "settlement_amount": wire_amount(total([each.share for each in every], unit)),
        "sku_transactions": [_sku_move(each, line, parts) for each, line, parts in moves],
        "total_count": len(moves),
    }


def _sku_move(found: Transaction, line: Line, parts: Parts) -> dict[str, Any]:
    statement = found.statement
    amounts = _amounts(parts)
    del amounts["supplementary_component"]
    return known(
        **_sku(line),
        quantity=str(line.quantity),
        statement_id=wire_id(statement.id) if statement else None,
        settlement_amount=wire_amount(parts.share),
        **amounts,
    )


@serves("GET", "/finance/202507/orders/unsettled")
async def get_unsettled_transactions(call: Call) -> dict[str, Any]:
    """Sales that are paid and not settled, as they stand; `search_time` is by the payment.

    `total_count` counts no further than 10,000.
    """
    sort_by(call, "order_create_time")
    size, place = call.page_size(1, 100, 20), Place.of(call)
    between = {
        "paid_from": moment(call, "search_time_ge"),
        "paid_below": moment(call, "search_time_lt"),
    }
    async with call.reading() as tx:
        with paging(call):
            page = await settlement.search_unsettled(
                tx,
                call.actor,
                call.shop_id,
                newest_first=call.query.get("sort_order") == "DESC",
                cursor=place.cursor,
                limit=size,
                **between,
            )
        count = place.count
        if count is None:
            count = await settlement.count_unsettled(tx, call.actor, call.shop_id, **between)
    return {
        "transactions": [_unsettled(each) for each in page.items],
        "next_page_token": Place(page.next_cursor, count).token,
        "total_count": count,
    }


def _unsettled(found: Unsettled) -> dict[str, Any]:
    order, parts = found.order, found.parts
    return known(
        id=wire_id(order.id),
        type="ORDER",
        order_id=wire_id(order.id),
        currency=order.currency.code,
        est_revenue_amount=wire_amount(parts.goods),
        est_shipping_cost_amount=wire_amount(parts.delivery),
        est_fee_tax_amount=wire_amount(parts.fee),
        est_settlement_amount=wire_amount(parts.share),
        shipping_cost_breakdown={"customer_paid_shipping_fee_amount": wire_amount(parts.delivery)},
        **wire_times(order_create_time=order.placed_at, order_delivery_time=found.delivered_at),
    )
