"""Notes: what apps are told of a fact, in the contract's words. Pure, but for what is looked up.

The facts say enough for nearly all of it. What only other rows say (whose cancellation a refund
ends, whether a package is one of several) is read once for a set of facts. Names and values are
those of section 5.3 of the partner API's reference; what nobody knows is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from clipcart import catalog, fulfilment, inventory, orders
from clipcart.apps.events import AppDeauthorised, AppExpiring, CreatorDeauthorisedApp
from clipcart.catalog import SkuKey
from clipcart.fulfilment import LabelMade, LabelVoided, PackageCancelled, PackageCreated
from clipcart.inventory import StockChanged, StockLevel
from clipcart.kit.db import Tx
from clipcart.kit.events import Delivered, Event
from clipcart.kit.ids import AppId, OrderId, PersonId, ProductId, SkuId
from clipcart.orders import CancellationId, Order, OrderKey
from clipcart.payments import RefundSettled


@dataclass(frozen=True, slots=True)
class Note:
    """What is told: a topic's number and its data. `app_id`: only to this app.

    `creator_id`: the envelope names this creator instead of a shop.
    """

    type: int
    data: Mapping[str, Any]
    app_id: AppId | None = None
    creator_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up for a set of facts."""

    orders: Mapping[OrderKey, Order]
    cancellations: Mapping[OrderKey, CancellationId]
    packages: Mapping[OrderId, int]
    products: Mapping[SkuId, ProductId]
    levels: Mapping[SkuId, Sequence[StockLevel]]


Told = Callable[[Delivered, Known], Sequence[Note]]


def seconds(moment: datetime) -> int:
    """A time as programs read it."""
    return int(moment.timestamp())


# -- orders ------------------------------------------------------------------------------------


def _order(status: str) -> Told:
    def told(heard: Delivered, _: Known) -> Sequence[Note]:
        return [_order_note(heard, status)]

    return told


def _order_note(heard: Delivered, status: str, *, is_on_hold: bool = True) -> Note:
    """Every order that is paid passes through ON_HOLD, so all but those cancelled unpaid do."""
    return Note(
        1,
        {
            "order_id": str(heard.fact.order_id),
            "order_status": status,
            "is_on_hold_order": is_on_hold,
            "update_time": seconds(heard.at),
        },
    )


def _label(heard: Delivered, _: Known) -> Sequence[Note]:
    return [_order_note(heard, "AWAITING_COLLECTION")] if heard.fact.is_complete else []


_ROLES: Final = {
    orders.By.BUYER: "BUYER",
    orders.By.SELLER: "SELLER",
    orders.By.SYSTEM: "SYSTEM",
    orders.By.OPERATOR: "SYSTEM",
}


def _cancelled(heard: Delivered, known: Known) -> Sequence[Note]:
    role = _ROLES[orders.By(heard.fact.by)]
    return [
        _order_note(heard, "CANCEL", is_on_hold=heard.fact.was_paid),
        _cancellation(heard, known, role, "SUCCESS"),
    ]


def _asked(status: str) -> Told:
    def told(heard: Delivered, known: Known) -> Sequence[Note]:
        return [_cancellation(heard, known, "BUYER", status)]

    return told


def _refunded(heard: Delivered, known: Known) -> Sequence[Note]:
    order = known.orders.get((heard.fact.shop_id, heard.fact.order_id))
    if order is None or order.cancelled is None:
        return []
    return [_cancellation(heard, known, _ROLES[order.cancelled.by], "COMPLETE")]


def _cancellation(heard: Delivered, known: Known, role: str, status: str) -> Note:
    fact = heard.fact
    cancel_id = known.cancellations.get((fact.shop_id, fact.order_id))
    return Note(
        11,
        {
            "order_id": str(fact.order_id),
            "cancellations_role": role,
            "cancel_status": f"CANCELLATION_REQUEST_{status}",
            **({} if cancel_id is None else {"cancel_id": str(cancel_id)}),
            "create_time": seconds(heard.at),
        },
    )


# -- packages ----------------------------------------------------------------------------------


def _package(heard: Delivered, known: Known) -> Sequence[Note]:
    fact = heard.fact
    is_split = isinstance(fact, PackageCreated) and known.packages.get(fact.order_id, 0) > 1
    role = _role(heard.actor)
    package = {"package_id": str(fact.package_id), "order_id_list": [str(fact.order_id)]}
    return [
        Note(
            4,
            {
                **({"sc_type": "SPLIT"} if is_split else {}),
                **({"role_type": role} if role else {}),
                "package_list": [package],
                "update_time": seconds(heard.at),
            },
        )
    ]


def _role(actor: str) -> str | None:
    """Who did it, by the label beside the fact: packages are staff's, apps' or a job's doing."""
    kind = actor.partition(":")[0]
    known = {"person": "ROLE_SELLER", "app": "ROLE_SELLER"}
    return known.get(kind, "ROLE_SYSTEM" if kind in ("system", "job") else None)


# -- products ----------------------------------------------------------------------------------


def _product_status(heard: Delivered, _: Known) -> Sequence[Note]:
    return [_status_note(heard, "PRODUCT_STATUS_CHANGED", getattr(heard.fact, "reason", ""))]


def _status_note(heard: Delivered, status: str, reason: str = "") -> Note:
    return Note(
        5,
        {
            "product_id": str(heard.fact.product_id),
            "status": status,
            "suspended_reason": reason,
            "update_time": seconds(heard.at),
        },
    )


def _submitted(heard: Delivered, _: Known) -> Sequence[Note]:
    return [_audit_note(heard, "AUDITING")]


def _audited(heard: Delivered, _: Known) -> Sequence[Note]:
    fact = heard.fact
    if fact.outcome == "FAILED":
        return [
            _audit_note(heard, "FAILED"),
            _status_note(heard, "PRODUCT_AUDIT_FAILURE", fact.reason),
        ]
    if fact.outcome != "PASSED":
        return [_audit_note(heard, "AUDITING")]
    first = [_status_note(heard, "PRODUCT_FIRST_PASS_REVIEW")] if fact.revision == 1 else []
    return [_audit_note(heard, "APPROVED"), *first]


def _audit_note(heard: Delivered, status: str) -> Note:
    return Note(
        37,
        {
            "product_id": int(heard.fact.product_id),
            "audit": {"status": status},
            "update_time": seconds(heard.at),
        },
    )


def _changed(heard: Delivered, _: Known) -> Sequence[Note]:
    source = {"app": "OPEN_API", "person": "SELLER_CENTER"}.get(heard.actor.partition(":")[0])
    return [
        Note(
            15,
            {
                "product_id": str(heard.fact.product_id),
                **({"change_source": source} if source else {}),
                "update_time": seconds(heard.at),
            },
        )
    ]


def _created(heard: Delivered, _: Known) -> Sequence[Note]:
    data = {"product_id": int(heard.fact.product_id), "product_types": []}
    return [Note(16, {**data, "update_time": seconds(heard.at)})]


# -- stock -------------------------------------------------------------------------------------


def _stock(heard: Delivered, known: Known) -> Sequence[Note]:
    """One note for each SKU. The snapshot is what lies there when the fact is told."""
    return [
        _stock_note(heard, known, at, change)
        for at, change in enumerate(heard.fact.changes)
        if SkuId(change.sku_id) in known.products
    ]


def _stock_note(heard: Delivered, known: Known, at: int, change: inventory.LevelChange) -> Note:
    sku_id, when = SkuId(change.sku_id), f"{heard.at:%Y-%m-%dT%H:%M:%SZ}"
    levels = known.levels.get(sku_id, ())
    total, kept = sum(each.on_hand for each in levels), sum(each.reserved for each in levels)
    return Note(
        71,
        {
            "event_id": f"{heard.id}-{at}",
            "occurred_at": when,
            "shop_id": int(heard.fact.shop_id),
            "product_id": int(known.products[sku_id]),
            "sku_id": int(sku_id),
            "quantity_snapshot_after_change": {
                "total_quantity": total,
                "total_available_quantity": total - kept,
                "total_committed_quantity": kept,
                "in_shop_quantity": total - kept,
                "campaign_locked_quantity": 0,
                "creator_locked_quantity": 0,
            },
            "change_detail": [
                {
                    "idempotency_key": f"{heard.id}-{at}",
                    "trigger_source": heard.fact.kind,
                    "occurred_at": when,
                    "total_quantity_delta": change.change,
                    "available_quantity_delta": change.change,
                    "committed_quantity_delta": 0,
                    "in_shop_quantity_delta": change.change,
                    "campaign_locked_quantity_delta": 0,
                    "creator_locked_quantity_delta": 0,
                }
            ],
        },
    )


# -- authorization -----------------------------------------------------------------------------

_ENDED: Final = {
    "PERSON": "The seller has withdrawn the authorization.",
    "APP": "The app has given the authorization back.",
    "TIME": "The authorization has expired.",
}


def _deauthorised(heard: Delivered, _: Known) -> Sequence[Note]:
    fact: AppDeauthorised = heard.fact
    return [Note(6, {"message": _ENDED[fact.ended_by]}, fact.app_id)]


def _expiring(heard: Delivered, _: Known) -> Sequence[Note]:
    fact: AppExpiring = heard.fact
    data = {
        "message": f"The authorization ends on {fact.ends_at:%Y-%m-%d at %H:%M} UTC.",
        "expiration_time": str(seconds(fact.ends_at)),
    }
    return [Note(7, data, fact.app_id)]


def _creator_left(heard: Delivered, _: Known) -> Sequence[Note]:
    fact: CreatorDeauthorisedApp = heard.fact
    return [Note(20, {"cancel_time": str(seconds(heard.at))}, fact.app_id, fact.person_id)]


TOLD: Final[Mapping[type[Event], Told]] = MappingProxyType(
    {
        orders.OrderPlaced: _order("UNPAID"),
        orders.OrderPaid: _order("ON_HOLD"),
        orders.OrderReleased: _order("AWAITING_SHIPMENT"),
        orders.OrderLabelMade: _label,
        orders.OrderInTransit: _order("IN_TRANSIT"),
        orders.OrderDelivered: _order("DELIVERED"),
        orders.OrderCompleted: _order("COMPLETED"),
        orders.OrderCancelled: _cancelled,
        orders.CancellationRequested: _asked("PENDING"),
        orders.CancellationRejected: _asked("CANCELLED"),
        orders.CancellationWithdrawn: _asked("CANCELLED"),
        RefundSettled: _refunded,
        PackageCreated: _package,
        LabelMade: _package,
        LabelVoided: _package,
        PackageCancelled: _package,
        catalog.ProductCreated: _created,
        catalog.ProductChanged: _changed,
        catalog.ProductSubmitted: _submitted,
        catalog.ProductAudited: _audited,
        catalog.ProductActivated: _product_status,
        catalog.ProductDeactivated: _product_status,
        catalog.ProductDeleted: _product_status,
        catalog.ProductRecovered: _product_status,
        StockChanged: _stock,
        AppDeauthorised: _deauthorised,
        AppExpiring: _expiring,
        CreatorDeauthorisedApp: _creator_left,
    }
)
"""The facts that apps are told of, and how each is told."""

_CANCELLING: Final = (
    orders.OrderCancelled,
    orders.CancellationRequested,
    orders.CancellationRejected,
    orders.CancellationWithdrawn,
    RefundSettled,
)


async def look_up(tx: Tx, heard: Sequence[Delivered]) -> Known:
    """Read what the facts themselves do not say: nothing for most sets."""
    facts = [each.fact for each in heard]
    refunds = [(each.shop_id, each.order_id) for each in facts if isinstance(each, RefundSettled)]
    asked = [(each.shop_id, each.order_id) for each in facts if isinstance(each, _CANCELLING)]
    packed = [(each.shop_id, each.order_id) for each in facts if isinstance(each, PackageCreated)]
    stocked: list[SkuKey] = [
        (each.shop_id, SkuId(change.sku_id))
        for each in facts
        if isinstance(each, StockChanged)
        for change in each.changes
    ]
    parcels = await fulfilment.packages_of_orders(tx, packed) if packed else {}
    offers = await catalog.offers(tx, stocked) if stocked else {}
    levels: dict[SkuId, list[StockLevel]] = {}
    for level in await inventory.levels_by_place(tx, stocked) if stocked else ():
        levels.setdefault(level.sku_id, []).append(level)
    return Known(
        await orders.orders_by_keys(tx, refunds) if refunds else {},
        await orders.cancellation_ids(tx, asked) if asked else {},
        {
            order_id: sum(each.state != fulfilment.State.CANCELLED for each in several)
            for order_id, several in parcels.items()
        },
        {sku_id: offer.product_id for sku_id, offer in offers.items()},
        levels,
    )
