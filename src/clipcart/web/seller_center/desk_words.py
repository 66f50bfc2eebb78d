"""Words of a shop's desk: clocks, reasons, findings and how to mend them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from clipcart.inventory import MovementKind
from clipcart.markets import Market
from clipcart.orders import Answer, QueueName, Reason, State

LOW_STOCK: Final = 5
SOON: Final = timedelta(hours=6)

SELLER_REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.OUT_OF_STOCK: "We have run out of it",
        Reason.CANNOT_DELIVER: "We cannot deliver to this address",
        Reason.BUYER_ASKED: "The buyer asked us to",
        Reason.WRONG_PRICE: "The price was a mistake",
    }
)
ANSWERS: Final[Mapping[Answer, str]] = MappingProxyType(
    {
        Answer.ALREADY_PACKED: "It is packed already",
        Answer.MADE_TO_ORDER: "It was made to order",
        Answer.AGREED_WITH_BUYER: "We agreed on something else with the buyer",
    }
)
BECAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CHANGED_MIND": "the buyer changed their mind",
        "ORDERED_BY_MISTAKE": "the buyer ordered it by mistake",
        "BETTER_PRICE": "the buyer found a better price",
        "WRONG_ADDRESS": "the address was wrong",
        "TOO_SLOW": "it took the buyer too long",
        "OUT_OF_STOCK": "you had run out of it",
        "WRONG_PRICE": "the price was a mistake",
        "CANNOT_DELIVER": "you cannot deliver to the address",
        "BUYER_ASKED": "the buyer asked for it",
        "SUSPECTED_FRAUD": "the payment looked unsafe",
        "AGAINST_RULES": "the product is against the rules",
        "PARCEL_LOST": "the carrier lost the parcel",
        "NOT_PAID": "the buyer did not pay in time",
        "STOCK_GONE": "the stock was gone when the money came",
        "NOT_SHIPPED": "it was not shipped in time",
    }
)
"""Why an order was or shall be cancelled, as the shop reads it."""

GROUPS: Final[Mapping[QueueName, tuple[str, str, str]]] = MappingProxyType(
    {
        QueueName.CANCELLATIONS: (
            "Buyers who want to cancel",
            "No answer in time means yes.",
            "Answer",
        ),
        QueueName.LATE: (
            "Late: ship these first",
            "The promised day is over. What stays unshipped is cancelled a few days later.",
            "Ship",
        ),
        QueueName.SHIP_TODAY: (
            "To ship today",
            "The carrier has to scan them before the clock runs out.",
            "Ship",
        ),
        QueueName.SHIP_LATER: ("To ship in the next days", "Early is fine.", "Ship"),
        QueueName.AWAITING_COLLECTION: (
            "Hand to the carrier",
            "Packed and labelled. The clock stops with the carrier's first scan.",
            "Open",
        ),
        QueueName.ON_HOLD: (
            "Just paid",
            "The buyer can still cancel for free; then they move up.",
            "Open",
        ),
        QueueName.OVERDUE: (
            "With the carrier for longer than promised",
            "Nothing to do for you; good to know when the buyer asks.",
            "Open",
        ),
    }
)
"""Title, what to know, and the one action of each group of the queue."""
URGENT: Final = (QueueName.LATE, QueueName.SHIP_TODAY, QueueName.AWAITING_COLLECTION)
CALM: Final = (QueueName.ON_HOLD, QueueName.OVERDUE)

TABS: Final[tuple[tuple[str, str, frozenset[State]], ...]] = (
    ("", "All", frozenset()),
    ("ship", "To ship", frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})),
    ("collect", "To hand over", frozenset({State.AWAITING_COLLECTION})),
    ("way", "On the way", frozenset({State.IN_TRANSIT})),
    ("hold", "Just paid", frozenset({State.ON_HOLD})),
    ("unpaid", "Unpaid", frozenset({State.UNPAID})),
    ("done", "Delivered", frozenset({State.DELIVERED, State.COMPLETED})),
    ("cancelled", "Cancelled", frozenset({State.CANCELLED})),
)
SHIPPABLE: Final = frozenset({State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING})

MOVEMENTS: Final[Mapping[MovementKind, str]] = MappingProxyType(
    {
        MovementKind.RECEIVED: "Received",
        MovementKind.ADJUSTED: "Corrected",
        MovementKind.RESERVED: "Reserved for an order",
        MovementKind.RELEASED: "Free again",
        MovementKind.CONSUMED: "Shipped",
        MovementKind.RETURNED: "Came back",
    }
)

FINDINGS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "banned_word": (
            "These words are not allowed here",
            "Take them out. If the thing itself is not allowed, it cannot be sold here.",
        ),
        "title_in_capitals": ("The title shouts", "Write it in ordinary letters."),
        "link": (
            "There is a link in the text",
            "Take it out: buyers read everything they need right here.",
        ),
        "contact_email": (
            "There is an e-mail address in the text",
            "Take it out: buyers reach you through their order.",
        ),
        "contact_phone": (
            "There is a telephone number in the text",
            "Take it out. If it is a measure or a model number, put words between the digits.",
        ),
        "contact_messenger": (
            "A messenger is named in the text",
            "Take it out: buyers reach you through their order.",
        ),
        "image_missing": ("There is no picture", "Add at least one that shows the thing itself."),
        "price_outlier": (
            "The price is far from what such things cost",
            "Check the decimal point. If it is right, nothing is left to do: our staff look at it.",
        ),
        "seller_sku_taken": (
            "Another product has this SKU code by now",
            "Give the SKU another code.",
        ),
    }
)
"""What the review found, and how to mend it, by the rule's code."""

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "Title",
        "description_html": "Description",
        "images": "Pictures",
        "skus": "Prices",
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock as its chip shows it: ok, soon or late."""

    text: str
    state: str
    at: str


def due_of(moment: datetime | None, now: datetime) -> Due | None:
    """The chip of a deadline, or None where no clock runs."""
    if moment is None:
        return None
    left = moment - now
    if left < timedelta(0):
        return Due(f"{span(-left)} late", "late", moment.isoformat())
    return Due(f"in {span(left)}", "soon" if left < SOON else "ok", moment.isoformat())


def span(delta: timedelta) -> str:
    """`40 minutes`, `1 hour`, `3 days`."""
    minutes = max(int(delta / timedelta(minutes=1)), 0)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return counted(minutes // size, word)
    return "a moment"


def counted(number: int, word: str) -> str:
    """`1 piece`, `3 pieces`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def day_text(market: Market, moment: datetime) -> str:
    """`Thu 5 Mar`, by the market's calendar."""
    local = moment.astimezone(market.time_zone)
    return f"{local:%a} {local.day} {local:%b}"


def moment_text(market: Market, moment: datetime) -> str:
    """`Thu 5 Mar, 14:05`, by the market's clock."""
    return f"{day_text(market, moment)}, {moment.astimezone(market.time_zone):%H:%M}"


def weight_text(weight_g: int) -> str:
    """`850 g`, `1.2 kg`; rounded up, as carriers do."""
    if weight_g < 1000:
        return f"{weight_g} g"
    tenths = -(-weight_g // 100)
    return f"{tenths // 10}.{tenths % 10} kg"


def who(actor: str) -> str:
    """Who did something, from the label beside a fact."""
    kind, _, _ = actor.partition(":")
    return {"person": "A person", "robot": "The carrier", "app": "An app"}.get(kind, "clipcart")
