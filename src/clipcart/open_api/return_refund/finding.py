"""Cancellations of a shop, and what of an order can still be called off."""

from typing import Any, Final

from clipcart import orders
from clipcart.kit.errors import Absent
from clipcart.kit.ids import OrderId, PersonId
from clipcart.kit.money import Money
from clipcart.open_api.call import Call
from clipcart.open_api.order.mapping import image_url, unit_taxes
from clipcart.open_api.paging import Place, moment, paging
from clipcart.open_api.reasons import reason_key, seller_keys
from clipcart.open_api.registry import serves
from clipcart.open_api.values import (
    known,
    read_ids,
    wire_amount,
    wire_id,
    wire_ids,
    wire_time,
)
from clipcart.orders import (
    By,
    CancellationSearch,
    CancellationSearchBy,
    CancellationStage,
    FoundCancellation,
    Line,
    Order,
)

MOST_IDS: Final = 100
_ASKED: Final = "CANCELLATION_REQUEST_"
_STAGES: Final = {
    CancellationStage.PENDING: _ASKED + "PENDING",
    CancellationStage.AGREED: _ASKED + "SUCCESS",
    CancellationStage.DONE: _ASKED + "COMPLETE",
    CancellationStage.DROPPED: _ASKED + "CANCELLED",
}
_ASKED_FOR: Final = {
    **{text: stage for stage, text in _STAGES.items()},
    _ASKED + "CANCEL": CancellationStage.DROPPED,
}
_ROLES: Final = {By.BUYER: "BUYER", By.SELLER: "SELLER"}
_WAYS: Final = {
    "create_time": CancellationSearchBy.ASKED,
    "update_time": CancellationSearchBy.CHANGED,
}
FOREIGN: Final = 25020005
CANCEL: Final = "CANCEL"


@serves("POST", "/return_refund/202309/cancellations/search")
async def search_cancellations(call: Call) -> dict[str, Any]:
    """A shop's cancellations, oldest first if nothing else is asked: requests of buyers, and
    orders that were called off without one, by the order's id.

    `total_count` counts no further than 10,000.
    """
    size, place = _page_size(call), Place.of(call)
    way = _WAYS.get(call.query.get("sort_field", "create_time"))
    if way is None:
        raise call.wrong("sort_field", "there is no such order", "send create_time or update_time")
    search = _search(call)
    async with call.reading() as tx:
        with paging(call):
            page = await orders.search_cancellations(
                tx,
                call.actor,
                call.shop_id,
                search,
                by=way,
                newest_first=call.query.get("sort_order") == "DESC",
                cursor=place.cursor,
                limit=size,
            )
        count = place.count
        if count is None:
            count = await orders.count_cancellations(tx, call.actor, call.shop_id, search)
    url = call.services.settings.public_url
    return {
        "cancellations": [_cancellation(each, url) for each in page.items],
        "next_page_token": Place(page.next_cursor, count).token,
        "total_count": count,
    }


def _page_size(call: Call) -> int:
    """The contract has it as a text here."""
    text = call.query.get("page_size", "10")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 50):
        raise call.wrong("page_size", "it is not from 1 to 50", "change it")
    return int(text)


def _search(call: Call) -> CancellationSearch:
    body = call.body
    types = set(body.get("cancel_types", ()))
    stages = body.get("cancel_status")
    order_ids = _ids(call, "order_ids")
    buyer_ids = _ids(call, "buyer_user_ids")
    return CancellationSearch(
        ids=_ids(call, "cancel_ids"),
        order_ids=None if order_ids is None else [OrderId(each) for each in order_ids],
        buyer_ids=None if buyer_ids is None else [PersonId(each) for each in buyer_ids],
        stages=frozenset(_ASKED_FOR[each] for each in stages) if stages else None,
        by_buyer="BUYER_CANCEL" in types if len(types) == 1 else None,
        asked_from=moment(call, "create_time_ge"),
        asked_below=moment(call, "create_time_lt"),
        changed_from=moment(call, "update_time_ge"),
        changed_below=moment(call, "update_time_lt"),
    )


def _ids(call: Call, field: str) -> list[int] | None:
    texts = call.body.get(field)
    if not texts:
        return None
    if len(texts) > MOST_IDS:
        raise call.wrong(field, f"it has more than {MOST_IDS} entries", "send fewer")
    return read_ids(texts)


def _cancellation(found: FoundCancellation, url: str) -> dict[str, Any]:
    order = found.order
    was_paid = order.paid_at is not None
    is_pending = found.stage is CancellationStage.PENDING
    deadline = found.request.reply_by if found.request and is_pending else None
    return known(
        cancel_id=wire_id(found.id),
        order_id=wire_id(order.id),
        cancel_type="BUYER_CANCEL" if found.by is By.BUYER else CANCEL,
        cancel_status=_STAGES[found.stage],
        cancel_reason=reason_key(found.by, found.reason, was_paid=was_paid),
        role=_ROLES.get(found.by, "SYSTEM"),
        create_time=wire_time(found.asked_at),
        update_time=wire_time(found.changed_at),
        refund_amount=_whole(order) if was_paid else None,
        seller_next_action_response=[{"deadline": wire_time(deadline)}] if deadline else None,
        cancel_line_items=[
            each for line in order.lines for each in _units(order, line, url, was_paid=was_paid)
        ],
    )


def _whole(order: Order) -> dict[str, str]:
    """What goes back, or would: all that was paid, since orders are called off as a whole."""
    return {
        "currency": order.currency.code,
        "refund_subtotal": wire_amount(order.items),
        "refund_shipping_fee": wire_amount(order.shipping),
        "refund_tax": wire_amount(order.tax),
        "refund_total": wire_amount(order.total),
    }


def _units(order: Order, line: Line, url: str, *, was_paid: bool) -> list[dict[str, Any]]:
    image = image_url(line.image_key, url)
    taxes = unit_taxes(line)
    return [
        known(
            cancel_line_item_id=wire_id(unit_id),
            order_line_item_id=wire_id(unit_id),
            sku_id=wire_id(line.sku_id),
            sku_name=line.options_text,
            product_name=line.title,
            product_image={"url": image} if image else None,
            seller_sku=line.seller_sku,
            refund_amount=_unit_refund(order, line.unit_price, tax) if was_paid else None,
        )
        for unit_id, tax in zip(line.unit_ids, taxes, strict=True)
    ]


def _unit_refund(order: Order, price: Money, tax: Money) -> dict[str, str]:
    whole = price if order.tax_included else price + tax
    return {
        "currency": order.currency.code,
        "refund_subtotal": wire_amount(price),
        "refund_tax": wire_amount(tax),
        "refund_total": wire_amount(whole),
    }


@serves(
    "GET",
    "/return_refund/202309/orders/{order_id}/aftersale_eligibility",
    refusals={Absent: FOREIGN},
)
async def get_aftersale_eligibility(call: Call) -> dict[str, Any]:
    """Whether an order can still be called off by the shop or its buyer. Returns are not known."""
    async with call.reading() as tx:
        order = await orders.order_for(tx, call.actor, call.shop_id, OrderId(call.id("order_id")))
    by_seller = call.query.get("initiate_aftersale_user", "SELLER") == "SELLER"
    wanted = call.query.get("request_types")
    if wanted and CANCEL not in wanted:
        return {"sku_eligibility": []}
    can = orders.is_open_to_cancel(order.state, order.collected_at)
    if not by_seller and order.clocks.cancel_reply_by is not None:
        can = False
    units: dict[str, list[str]] = {}
    for line in order.lines:
        units.setdefault(wire_id(line.sku_id), []).extend(wire_ids(line.unit_ids))
    reasons = seller_keys(is_paid=order.paid_at is not None) if by_seller else None
    return {
        "sku_eligibility": [
            {
                "sku_id": sku_id,
                "line_item_eligibility": [
                    known(
                        request_type=CANCEL,
                        eligible=can,
                        order_line_items_ids=ids,
                        ineligible_reason=None if can else _why_not(order),
                        available_reason_names=reasons if can and _names_reasons(call) else None,
                    )
                ],
            }
            for sku_id, ids in units.items()
        ]
    }


def _names_reasons(call: Call) -> bool:
    return call.operation.version >= "202512"


def _why_not(order: Order) -> str:
    if order.cancelled is not None:
        return "The order is cancelled already."
    if order.clocks.cancel_reply_by is not None and order.collected_at is None:
        return "The buyer has asked to cancel already. Answer the request."
    return "A carrier has a parcel of the order."
