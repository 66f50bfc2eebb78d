"""Statements and payments of a shop."""

from typing import Any, Final

from clipcart import settlement
from clipcart.kit.money import Money
from clipcart.open_api.call import Call
from clipcart.open_api.paging import Place, moment, paging
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, page_token, wire_amount, wire_id, wire_time, wire_times
from clipcart.settlement import LineKind, Payout, PayoutState, StatementSummary

_SALES: Final = (
    LineKind.ORDER,
    LineKind.REFUND,
    LineKind.RESERVE_COLLECTED,
    LineKind.RESERVE_RELEASED,
    LineKind.ADJUSTMENT,
)


def sort_by(call: Call, field: str) -> None:
    """The list has one order; another one is a wrong `sort_field`."""
    if call.query["sort_field"] != field:
        raise call.wrong("sort_field", f"the list is kept by {field}", f"send {field}")


@serves("GET", "/finance/202309/statements")
async def get_statements(call: Call) -> dict[str, Any]:
    """One for each day (UTC) on which money moved, oldest first if nothing else is asked."""
    sort_by(call, "statement_time")
    size, state = call.page_size(1, 100, 20), call.query.get("payment_status")
    async with call.reading() as tx:
        with paging(call):
            page = await settlement.search_statements(
                tx,
                call.actor,
                call.shop_id,
                closed_from=moment(call, "statement_time_ge"),
                closed_below=moment(call, "statement_time_lt"),
                payout_state=None if state is None else PayoutState(state),
                newest_first=call.query.get("sort_order") == "DESC",
                cursor=call.cursor,
                limit=size,
            )
    return {
        "statements": [_statement(each) for each in page.items],
        "next_page_token": page_token(page.next_cursor),
    }


def _statement(found: StatementSummary) -> dict[str, Any]:
    """What the day came to before payouts. Which part of it is fees only orders know."""
    payout = found.payouts[-1] if found.payouts else None
    paid_at = payout.ended_at if payout and payout.state is PayoutState.PAID else None
    return known(
        id=wire_id(found.statement.id),
        statement_time=wire_time(found.statement.closed_at),
        currency=found.statement.opening.currency.code,
        settlement_amount=wire_amount(found.sum_of(*_SALES)),
        adjustment_amount=wire_amount(found.sum_of(LineKind.ADJUSTMENT)),
        payment_id=wire_id(payout.id) if payout else None,
        payment_status=payout.state.value if payout else None,
        **wire_times(payment_time=paid_at),
    )


@serves("GET", "/finance/202309/payments")
async def get_payments(call: Call) -> dict[str, Any]:
    """Payouts to the shop's bank account, oldest first if nothing else is asked."""
    sort_by(call, "create_time")
    size = call.page_size(1, 100, 20)
    async with call.reading() as tx:
        with paging(call):
            page = await settlement.search_payouts(
                tx,
                call.actor,
                call.shop_id,
                asked_from=moment(call, "create_time_ge"),
                asked_below=moment(call, "create_time_lt"),
                newest_first=call.query.get("sort_order") == "DESC",
                cursor=call.cursor,
                limit=size,
            )
    return {
        "payments": [_payment(each) for each in page.items],
        "next_page_token": page_token(page.next_cursor),
    }


def _value(amount: Money) -> dict[str, str]:
    return {"value": wire_amount(amount), "currency": amount.currency.code}


def _payment(payout: Payout) -> dict[str, Any]:
    return {
        "id": wire_id(payout.id),
        "status": payout.state.value,
        "amount": _value(payout.amount),
        "settlement_amount": _value(payout.amount),
        "bank_account": payout.number_masked,
        "create_time": wire_time(payout.requested_at),
        **wire_times(paid_time=payout.ended_at if payout.state is PayoutState.PAID else None),
    }


_WITHDRAWN: Final = {"PROCESSING": "PROCESSING", "PAID": "SUCCESS", "FAILED": "FAILED"}


@serves("GET", "/finance/202309/withdrawals")
async def list_payouts(call: Call) -> dict[str, Any]:
    """Payouts, as withdrawals from the shop's balance, newest first; other types there are none."""
    size, place = call.page_size(1, 100, 20), Place.of(call)
    if "WITHDRAW" not in call.query["types"]:
        return {"withdrawals": [], "next_page_token": "", "total_count": 0}
    since, below = moment(call, "create_time_ge"), moment(call, "create_time_lt")
    async with call.reading() as tx:
        with paging(call):
            page = await settlement.search_payouts(
                tx,
                call.actor,
                call.shop_id,
                asked_from=since,
                asked_below=below,
                cursor=place.cursor,
                limit=size,
            )
        count = place.count
        if count is None:
            count = await settlement.count_payouts(
                tx, call.actor, call.shop_id, asked_from=since, asked_below=below
            )
    return {
        "withdrawals": [
            {
                "id": wire_id(each.id),
                "type": "WITHDRAW",
                "amount": wire_amount(each.amount),
                "currency": each.amount.currency.code,
                "status": _WITHDRAWN[each.state.value],
                "create_time": wire_time(each.requested_at),
            }
            for each in page.items
        ],
        "next_page_token": Place(page.next_cursor, count).token,
        "total_count": count,
    }
