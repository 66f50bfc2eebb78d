"""Calling orders off, and answering buyers who ask for it.

A buyer's request has an id of its own. What a shop calls off at once is no request: the order's id
stands for it.
"""

from typing import Any, Final

from clipcart import orders
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.order.mapping import unit_ids
from clipcart.open_api.reasons import REJECT_KEYS, seller_reason
from clipcart.open_api.registry import serves
from clipcart.open_api.values import wire_id
from clipcart.orders import Cancellation, CancellationId, CancellationState, Order

NO_SUCH_REASON: Final = 25001014
NOT_FOR_STATUS: Final = 25001021
SINGLE_LINES: Final = 25005010
MORE_THAN_BOUGHT: Final = 25005011
NOT_FOUND: Final = 25007006
NO_PERMISSION: Final = 25020005
SUCCESS: Final = "CANCELLATION_REQUEST_SUCCESS"


@serves(
    "POST",
    "/return_refund/202309/cancellations",
    refusals={
        Absent: NO_PERMISSION,
        orders.CannotCancel: 25001051,
        orders.ReasonNotAllowed: NO_SUCH_REASON,
    },
)
async def cancel_order(call: Call) -> dict[str, Any]:
    """The shop calls off a whole order, until a carrier has a parcel of it."""
    body = call.body
    order_id = OrderId(parse_id(body["order_id"]) or 0)
    known = seller_reason(body["cancel_reason"])
    if known is None:
        raise call.refused(
            NO_SUCH_REASON, "cancel_reason: it is none that sellers give: take one of the contract."
        )
    reason, is_for_paid = known

    async def cancel(tx: Tx) -> dict[str, Any]:
        order = await orders.order_for(tx, call.actor, call.shop_id, order_id)
        if is_for_paid != (order.paid_at is not None):
            paid = "paid" if order.paid_at else "not paid"
            raise call.refused(
                NOT_FOR_STATUS, f"cancel_reason: the order is {paid}: take a reason for that."
            )
        _check_whole(call, order)
        await orders.cancel(tx, call.actor, call.shop_id, order_id, reason)
        return {"cancel_id": wire_id(order_id), "cancel_status": SUCCESS}

    return await call.do(cancel)


def _check_whole(call: Call, order: Order) -> None:
    """Lines and quantities that are named have to be the whole order."""
    body = call.body
    named = {*body.get("order_line_item_ids", ())}
    named |= {each.get("order_line_item_id", "") for each in body.get("order_line_list", ())}
    bought: dict[str, int] = {}
    for line in order.lines:
        sku_id = wire_id(line.sku_id)
        bought[sku_id] = bought.get(sku_id, 0) + line.quantity
    wanted: dict[str, int] = {}
    for each in body.get("skus", ()):
        wanted[each["sku_id"]] = wanted.get(each["sku_id"], 0) + each["quantity"]
    if any(count > bought.get(sku_id, 0) for sku_id, count in wanted.items()):
        raise call.refused(MORE_THAN_BOUGHT, "More units than were bought. Look at the order.")
    if (named and named != set(unit_ids(order))) or (wanted and wanted != bought):
        raise call.refused(
            SINGLE_LINES, "Orders are called off as a whole here. Leave lines and SKUs out."
        )


async def _pending(call: Call, tx: Tx) -> Cancellation:
    return await orders.cancellation_for(
        tx, call.actor, call.shop_id, CancellationId(call.id("cancel_id"))
    )


async def _answer(call: Call, tx: Tx, *, over: int, answer: orders.Answer | None) -> None:
    """Answer a request that still waits; `over` is the code when it does not."""
    asked = await _pending(call, tx)
    if asked.state is not CancellationState.PENDING:
        raise call.refused(over, f"The request is {asked.state.value.lower()} already.")
    await orders.answer_cancellation(
        tx,
        call.actor,
        call.shop_id,
        asked.order_id,
        approve=answer is None,
        answer=answer or orders.Answer.ALREADY_PACKED,
    )


@serves(
    "POST",
    "/return_refund/202309/cancellations/{cancel_id}/approve",
    refusals={Absent: NOT_FOUND, orders.CannotCancel: 25001003},
)
async def approve_cancellation(call: Call) -> dict[str, Any]:
    """Grant a buyer's request: the order is called off and the money goes back."""

    async def approve(tx: Tx) -> dict[str, Any]:
        await _answer(call, tx, over=25011012, answer=None)
        return {}

    return await call.do(approve)


@serves(
    "POST",
    "/return_refund/202309/cancellations/{cancel_id}/reject",
    refusals={Absent: NOT_FOUND},
)
async def reject_cancellation(call: Call) -> dict[str, Any]:
    """Refuse a buyer's request, with a reason of `reject_reasons`."""
    answer = REJECT_KEYS.get(call.body["reject_reason"])
    if answer is None:
        raise call.refused(
            NO_SUCH_REASON, "reject_reason: there is no such reason: take one of reject_reasons."
        )

    async def reject(tx: Tx) -> dict[str, Any]:
        await _answer(call, tx, over=25011011, answer=answer)
        return {}

    return await call.do(reject)


@serves("GET", "/return_refund/202309/reject_reasons", refusals={Absent: NOT_FOUND})
async def get_reject_reasons(call: Call) -> dict[str, Any]:
    """The reasons with which a request to cancel can be refused."""
    request_id = CancellationId(parse_id(call.query["return_or_cancel_id"]) or 0)
    async with call.reading() as tx:
        await orders.cancellation_for(tx, call.actor, call.shop_id, request_id)
    return {"reasons": [{"name": key, "text": _WORDS[key]} for key in REJECT_KEYS]}


_WORDS: Final = dict(
    zip(
        REJECT_KEYS,
        (
            "The product has been packed.",
            "The buyer agreed to keep the order.",
            "The package is with the carrier.",
        ),
        strict=True,
    )
)
