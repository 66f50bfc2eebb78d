"""Sandbox shops, what can happen to an order there, and the states it can be brought into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clipcart.kit.ids import OrderId, PackageId, PersonId, ShopId, SkuId
from clipcart.kit.money import Money


class Act(StrEnum):
    """Something that buyer, bank, seller, carrier or time does to an order."""

    PAY = "PAY"
    CONFIRM_CHALLENGE = "CONFIRM_CHALLENGE"
    FAIL_CHALLENGE = "FAIL_CHALLENGE"
    SKIP_WAIT = "SKIP_WAIT"
    SHIP = "SHIP"
    SHIP_ONE = "SHIP_ONE"
    COLLECT = "COLLECT"
    MOVE_ON = "MOVE_ON"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELAY = "DELAY"
    DELIVER = "DELIVER"
    LOSE = "LOSE"
    BUYER_CANCELS = "BUYER_CANCELS"
    SELLER_CANCELS = "SELLER_CANCELS"
    GRANT_CANCELLATION = "GRANT_CANCELLATION"
    REJECT_CANCELLATION = "REJECT_CANCELLATION"
    WITHDRAW_CANCELLATION = "WITHDRAW_CANCELLATION"


ACTS: Final[Mapping[Act, str]] = MappingProxyType(
    {
        Act.PAY: "Buyer: pay with a good card",
        Act.CONFIRM_CHALLENGE: "Buyer: confirm at the bank",
        Act.FAIL_CHALLENGE: "Buyer: refuse at the bank",
        Act.SKIP_WAIT: "Time: end the wait that runs now",
        Act.SHIP: "Seller: pack everything, get the label",
        Act.SHIP_ONE: "Seller: pack one unit, get the label",
        Act.COLLECT: "Carrier: collect",
        Act.MOVE_ON: "Carrier: in transit",
        Act.OUT_FOR_DELIVERY: "Carrier: out for delivery",
        Act.DELAY: "Carrier: delayed",
        Act.DELIVER: "Carrier: deliver",
        Act.LOSE: "Carrier: lose",
        Act.BUYER_CANCELS: "Buyer: cancel, or ask to",
        Act.SELLER_CANCELS: "Seller: cancel",
        Act.GRANT_CANCELLATION: "Seller: grant the cancellation",
        Act.REJECT_CANCELLATION: "Seller: reject the cancellation",
        Act.WITHDRAW_CANCELLATION: "Buyer: withdraw the wish to cancel",
    }
)
"""Each act in words, with who does it."""


class Card(StrEnum):
    """A test card, by what becomes of the payment."""

    GOOD = "4242424242424242"
    LATER = "4000000000102006"
    DECLINED = "4000000000000002"
    CHALLENGE = "4000002760003184"


@dataclass(frozen=True, slots=True)
class Target:
    """A state to bring an order into: with which card it is placed, and what then happens.

    `units` is how many units it takes at least.
    """

    name: str
    title: str
    card: Card
    acts: tuple[Act, ...] = ()
    units: int = 1


_PACKED = (Act.SKIP_WAIT, Act.SHIP)

TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        target.name: target
        for target in (
            Target("UNPAID", "Waiting for payment", Card.LATER),
            Target("PAYMENT_DECLINED", "Payment declined", Card.DECLINED),
            Target("PAYMENT_CHALLENGE", "Bank asks the buyer", Card.CHALLENGE),
            Target("ON_HOLD", "Paid, can still be cancelled", Card.GOOD),
            Target("AWAITING_SHIPMENT", "To be shipped", Card.GOOD, (Act.SKIP_WAIT,)),
            Target(
                "PARTIALLY_SHIPPING",
                "Partly shipped",
                Card.GOOD,
                (Act.SKIP_WAIT, Act.SHIP_ONE),
                2,
            ),
            Target("AWAITING_COLLECTION", "Ready for the carrier", Card.GOOD, _PACKED),
            Target("IN_TRANSIT", "On its way", Card.GOOD, (*_PACKED, Act.COLLECT)),
            Target(
                "OUT_FOR_DELIVERY",
                "Out for delivery",
                Card.GOOD,
                (*_PACKED, Act.COLLECT, Act.OUT_FOR_DELIVERY),
            ),
            Target("DELAYED", "Delayed", Card.GOOD, (*_PACKED, Act.COLLECT, Act.DELAY)),
            Target("DELIVERED", "Delivered", Card.GOOD, (*_PACKED, Act.COLLECT, Act.DELIVER)),
            Target(
                "COMPLETED",
                "Completed",
                Card.GOOD,
                (*_PACKED, Act.COLLECT, Act.DELIVER, Act.SKIP_WAIT),
            ),
            Target("LOST", "Lost, and refunded", Card.GOOD, (*_PACKED, Act.COLLECT, Act.LOSE)),
            Target("CANCELLED", "Cancelled by the buyer", Card.GOOD, (Act.BUYER_CANCELS,)),
            Target("CANCELLED_UNPAID", "Cancelled, never paid", Card.LATER, (Act.SKIP_WAIT,)),
            Target(
                "CANCELLED_BY_SELLER",
                "Cancelled by the seller",
                Card.GOOD,
                (Act.SKIP_WAIT, Act.SELLER_CANCELS),
            ),
            Target(
                "CANCELLATION_REQUESTED",
                "Buyer asks to cancel",
                Card.GOOD,
                (Act.SKIP_WAIT, Act.BUYER_CANCELS),
            ),
            Target(
                "CANCELLATION_REJECTED",
                "Cancellation rejected",
                Card.GOOD,
                (Act.SKIP_WAIT, Act.BUYER_CANCELS, Act.REJECT_CANCELLATION),
            ),
        )
    }
)
"""Every state that an order or its package can be brought into, by name."""


@dataclass(frozen=True, slots=True)
class SandboxShop:
    """A developer's shop for trying things out, and who buys there."""

    owner_id: PersonId
    shop_id: ShopId
    buyer_id: PersonId
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """What can be bought in a sandbox shop."""

    sku_id: SkuId
    title: str
    options: str
    price: Money
    seller_sku: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands, and what can happen to it now."""

    shop_id: ShopId
    order_id: OrderId
    state: str
    total: Money
    units: int
    packages: tuple[tuple[PackageId, str], ...]
    acts: tuple[Act, ...]
    note: str
