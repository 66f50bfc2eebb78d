"""Orders come into being: any number of them in one statement."""

from collections.abc import Sequence

from clipcart import markets
from clipcart.identity import Actor, as_person, require
from clipcart.kit.connections import json_text
from clipcart.kit.db import Tx
from clipcart.orders import clocks
from clipcart.orders._sql import changes as sql
from clipcart.orders.events import OrderPlaced
from clipcart.orders.model import LineDraft, OrderDraft, State, fee_of
from clipcart.orders.policy import may_place


async def place(tx: Tx, actor: Actor, drafts: Sequence[OrderDraft]) -> None:
    """Write orders as their buyers agreed to them; stock and payment are the caller's steps.

    One statement for orders, lines and buyers' lists, however many orders there are. They
    start UNPAID and close at `pay_by`. When the platform places for a batch of buyers, each fact
    names the buyer. Raises ValueError when a draft does not add up (see OrderDraft).
    """
    require(may_place(actor, {draft.buyer_id for draft in drafts}), "orders.place", actor)
    if not drafts:
        return
    await tx.run(sql.PLACE, **_orders(tx, drafts), **_lines(drafts))
    for draft in drafts:
        tx.announce(
            as_person(draft.buyer_id) if actor.is_platform else actor,
            OrderPlaced(
                shop_id=draft.shop_id,
                order_id=draft.order_id,
                person_id=draft.buyer_id,
                purchase_id=draft.purchase_id,
                total_minor=draft.total_minor,
                currency=draft.currency,
            ),
        )


def _orders(tx: Tx, drafts: Sequence[OrderDraft]) -> dict[str, object]:
    pay_by = {
        market_id: clocks.pay_by(markets.get(market_id), tx.now)
        for market_id in {draft.market_id for draft in drafts}
    }
    return {
        "shop_ids": [draft.shop_id for draft in drafts],
        "ids": [draft.order_id for draft in drafts],
        "buyer_ids": [draft.buyer_id for draft in drafts],
        "purchase_ids": [draft.purchase_id for draft in drafts],
        "payment_ids": [draft.payment_id for draft in drafts],
        "market_ids": [draft.market_id for draft in drafts],
        "currencies": [draft.currency for draft in drafts],
        "ship_tos": [draft.ship_to.fields() for draft in drafts],
        "delivery_codes": [draft.delivery.code for draft in drafts],
        "delivery_names": [draft.delivery.name for draft in drafts],
        "delivery_days": [draft.delivery.promised_days for draft in drafts],
        "notes": [draft.note for draft in drafts],
        "units": [draft.units for draft in drafts],
        "items": [draft.items_minor for draft in drafts],
        "shippings": [draft.shipping_minor for draft in drafts],
        "taxes": [draft.tax_minor for draft in drafts],
        "tax_included": [draft.tax_included for draft in drafts],
        "totals": [draft.total_minor for draft in drafts],
        "fees": [fee_of(draft).minor for draft in drafts],
        "free_cancel_hours": [draft.free_cancel_hours for draft in drafts],
        "pay_bys": [draft.pay_by or pay_by[draft.market_id] for draft in drafts],
        "line_documents": [
            json_text([_document(line) for line in draft.lines]) for draft in drafts
        ],
        "state": State.UNPAID.value,
        "now": tx.now,
    }


def _document(line: LineDraft) -> list[object]:
    """What orders.line_document makes of the line's row."""
    return [
        line.line_id,
        line.sku_id,
        line.product_id,
        line.title,
        line.options_text,
        line.seller_sku,
        line.image_key,
        line.quantity,
        0,
        line.unit_price_minor,
        line.tax_minor,
        line.tax_included,
        line.fee_bps,
        line.weight_g,
    ]


def _lines(drafts: Sequence[OrderDraft]) -> dict[str, object]:
    lines = [
        (draft, position, line)
        for draft in drafts
        for position, line in enumerate(draft.lines, start=1)
    ]
    return {
        "line_shop_ids": [draft.shop_id for draft, _, _ in lines],
        "line_order_ids": [draft.order_id for draft, _, _ in lines],
        "line_ids": [line.line_id for _, _, line in lines],
        "positions": [position for _, position, _ in lines],
        "sku_ids": [line.sku_id for _, _, line in lines],
        "product_ids": [line.product_id for _, _, line in lines],
        "titles": [line.title for _, _, line in lines],
        "options_texts": [line.options_text for _, _, line in lines],
        "seller_skus": [line.seller_sku for _, _, line in lines],
        "image_keys": [line.image_key for _, _, line in lines],
        "quantities": [line.quantity for _, _, line in lines],
        "unit_prices": [line.unit_price_minor for _, _, line in lines],
        "line_taxes": [line.tax_minor for _, _, line in lines],
        "line_tax_included": [line.tax_included for _, _, line in lines],
        "fee_bps": [line.fee_bps for _, _, line in lines],
        "weights": [line.weight_g for _, _, line in lines],
    }
