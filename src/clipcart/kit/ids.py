"""Ids: 63-bit, time-ordered integers made in the application; decimal strings outside.

Layout, high to low: 41 bits of milliseconds since 2024-01-01 UTC, 10 bits of node, 12 bits of
sequence. Ids made by one process strictly rise; ids of several processes are ordered to the
millisecond. The wall clock is used, not the movable one: an id has to stay unique when somebody
moves the clock back.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import NewType

from clipcart.kit.clock import wall_ms

PersonId = NewType("PersonId", int)
SessionId = NewType("SessionId", int)
TokenId = NewType("TokenId", int)
ShopId = NewType("ShopId", int)
DocumentId = NewType("DocumentId", int)
WarehouseId = NewType("WarehouseId", int)
ProductId = NewType("ProductId", int)
SkuId = NewType("SkuId", int)
ReservationId = NewType("ReservationId", int)
AddressId = NewType("AddressId", int)
PurchaseId = NewType("PurchaseId", int)
OrderId = NewType("OrderId", int)
LineId = NewType("LineId", int)
PaymentId = NewType("PaymentId", int)
RefundId = NewType("RefundId", int)
PackageId = NewType("PackageId", int)
JournalId = NewType("JournalId", int)
StatementId = NewType("StatementId", int)
PayoutId = NewType("PayoutId", int)
EventId = NewType("EventId", int)
JobId = NewType("JobId", int)
AppId = NewType("AppId", int)
DeliveryId = NewType("DeliveryId", int)

LARGEST = (1 << 63) - 1

PLATFORM = ShopId(0)
"""The home of facts that belong to no shop: people, markets, the platform itself."""

EPOCH_MS = 1_704_067_200_000
_NODE_BITS, _SEQUENCE_BITS = 10, 12
_LAST_SEQUENCE = (1 << _SEQUENCE_BITS) - 1


class IdMaker:
    """Makes ids for one process. `node` (0..1023) must differ between live processes."""

    def __init__(self, node: int = 0) -> None:
        if not 0 <= node < 1 << _NODE_BITS:
            raise ValueError(f"node must be 0..1023, not {node}")
        self.node = node
        self._lock = threading.Lock()
        self._last_ms = 0
        self._sequence = 0

    def next(self, count: int = 1) -> int:
        """The first of `count` ids in a row (at most 4096). None repeats, even when the machine's
        clock jumps back."""
        if not 1 <= count <= _LAST_SEQUENCE + 1:
            raise ValueError(f"ids come in rows of 1..{_LAST_SEQUENCE + 1}, not {count}")
        with self._lock:
            ms = max(wall_ms() - EPOCH_MS, self._last_ms)
            first = self._sequence + 1 if ms == self._last_ms else 0
            if first + count - 1 > _LAST_SEQUENCE:
                ms, first = ms + 1, 0
            self._last_ms, self._sequence = ms, first + count - 1
            return ms << (_NODE_BITS + _SEQUENCE_BITS) | self.node << _SEQUENCE_BITS | first


_maker = IdMaker()


def use_node(node: int) -> None:
    """Called once by the composition root with the number that the database gave this process."""
    global _maker
    _maker = IdMaker(node % (1 << _NODE_BITS))


@contextlib.contextmanager
def counted_from(seed: int) -> Iterator[None]:
    """Within the block ids are counted, not timed: the same work gets the same ids.

    For the demo world in an empty installation; the ids lie before any that clocks give.
    """
    global _maker
    before, _maker = _maker, _Counted(seed)
    try:
        yield
    finally:
        _maker = before


class _Counted(IdMaker):
    """Counts on from a fixed place some weeks after the epoch of ids."""

    def __init__(self, seed: int) -> None:
        super().__init__(0)
        self._value = (1 + seed % 1000) << 40

    def next(self, count: int = 1) -> int:
        with self._lock:
            first = self._value + 1
            self._value += count
            return first


def new_id() -> int:
    """A fresh id; wrap it in its kind: `OrderId(new_id())`."""
    return _maker.next()


def new_ids(count: int) -> int:
    """The first of `count` fresh ids in a row, at most 4096."""
    return _maker.next(count)


def parse_id(text: str) -> int | None:
    """An id from its decimal string, or None when the text is no id."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    value = int(text)
    return value if 0 < value <= LARGEST else None
