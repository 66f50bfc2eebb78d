"""Facts: what happened, announced in the transaction that made it happen.

A room declares its facts as frozen classes; `tx.announce(actor, OrderPaid(...))` writes one row
of `kit.event`. Subscribers get them at least once, each in a transaction of its own with a
done-row, in sets and in order (see kit/engine.py).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import msgspec

from clipcart.kit.ids import PLATFORM, EventId, ShopId

if TYPE_CHECKING:
    from clipcart.kit.db import Tx

E = TypeVar("E", bound="Event")


class HasLabel(Protocol):
    """Who did it, as it is written beside the fact: `person:17`, `system`, `job:orders.close`."""

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts.

    Subclasses are frozen dataclasses and set NAME (`orders.paid`), SUBJECT (the field that names
    the thing: `order_id`) and, when the payload's meaning changes, VERSION. A field `shop_id`
    makes it a fact of that shop; without one it belongs to the platform.
    """

    NAME: ClassVar[str]
    SUBJECT: ClassVar[str]
    VERSION: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """`order:123`: what the fact is about."""
        return f"{self.SUBJECT.removesuffix('_id')}:{getattr(self, self.SUBJECT)}"

    @property
    def shop(self) -> ShopId:
        """The shop whose log the fact belongs to; 0 for the platform."""
        return ShopId(getattr(self, "shop_id", PLATFORM))


EVENTS: dict[str, type[Event]] = {}


def event(cls: type[E]) -> type[E]:
    """Register a fact class under its NAME. Put it above `@dataclass(frozen=True, slots=True)`."""
    known = EVENTS.get(cls.NAME)
    if known is not None and known.__qualname__ != cls.__qualname__:
        raise ValueError(f"two facts are called {cls.NAME}")
    EVENTS[cls.NAME] = cls
    return cls


@dataclass(frozen=True, slots=True)
class Delivered:
    """A fact as a subscriber receives it: the fact, its id, when and by whom it was announced."""

    id: EventId
    at: datetime
    actor: str
    fact: Any


Handler = Callable[["Tx", Sequence[Delivered]], Awaitable[None]]
"""Handles a set of facts, oldest first, in the given transaction.

They are of one class, unless the subscriber hears `in_order`."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A room that listens. `name` is stable: done-rows are kept under it.

    `in_order`: the order between facts of different classes counts too. Each handler then gets
    sets of mixed classes, and while a set has to wait, nothing behind it is handed over.
    """

    name: str
    handlers: Mapping[type[Event], Handler]
    in_order: bool = False


def encode(fact: Event) -> Any:
    """The fact's fields as plain values for jsonb."""
    return msgspec.to_builtins(fact)


def decode(name: str, payload: Any) -> Event | None:
    """The fact from its stored form; None when this version of clipcart no longer knows it."""
    cls = EVENTS.get(name)
    return None if cls is None else msgspec.convert(payload, cls, strict=False)
