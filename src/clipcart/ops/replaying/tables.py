"""The tables that are compared: straight from the files, as explained, and as replayed. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from clipcart.ops.replaying import files
from clipcart.ops.replaying.causes import Difference

NOT_PLACED: Final = "none"


class By(StrEnum):
    """What the tables are by."""

    STATUS = "status"
    MONTH = "month"
    PAYMENT = "payment type"
    STATE = "state"
    SELLER = "seller"


@dataclass(slots=True)
class Figures:
    """An order as it counts in the tables. Amounts in centavos; sellers with units and amounts."""

    status: str
    month: str
    state: str
    price_minor: int = 0
    freight_minor: int = 0
    paid: dict[str, int] = field(default_factory=dict)
    sellers: dict[str, tuple[int, int, int]] = field(default_factory=dict)


Row = tuple[int, ...]
"""Orders, price, freight, paid; of sellers units, price, freight; of payment types paid."""
Tables = Mapping[By, Mapping[str, Row]]

COLUMNS: Final[Mapping[By, tuple[str, ...]]] = {
    By.STATUS: ("orders", "price", "freight", "paid"),
    By.MONTH: ("orders", "price", "freight", "paid"),
    By.STATE: ("orders", "price", "freight", "paid"),
    By.PAYMENT: ("paid",),
    By.SELLER: ("units", "price", "freight"),
}


def straight(folder: Path, order_ids: frozenset[str]) -> dict[str, Figures]:
    """Every order as the files have it, read row by row, without any rule of the replay."""
    states = {row["customer_id"]: row["customer_state"] for row in files.rows(folder, files.BUYERS)}
    found = {
        row["order_id"]: Figures(
            row["order_status"], row["order_purchase_timestamp"][:7], states[row["customer_id"]]
        )
        for row in files.rows(folder, files.ORDERS)
        if row["order_id"] in order_ids
    }
    for row in files.rows(folder, files.LINES):
        if row["order_id"] not in order_ids:
            continue
        each, price, freight = found[row["order_id"]], row["price"], row["freight_value"]
        each.price_minor += files.minor(price)
        each.freight_minor += files.minor(freight)
        units, prices, freights = each.sellers.get(row["seller_id"], (0, 0, 0))
        each.sellers[row["seller_id"]] = (
            units + 1,
            prices + files.minor(price),
            freights + files.minor(freight),
        )
    for row in files.rows(folder, files.PAYMENTS):
        if row["order_id"] in order_ids:
            paid = found[row["order_id"]].paid
            kind = row["payment_type"]
            paid[kind] = paid.get(kind, 0) + files.minor(row["payment_value"])
    return found


def tables_of(orders: Iterable[Figures]) -> Tables:
    """Add orders up."""
    sums: dict[By, dict[str, list[int]]] = {by: {} for by in By}

    def add(by: By, key: str, *amounts: int) -> None:
        row = sums[by].setdefault(key, [0] * len(amounts))
        for place, amount in enumerate(amounts):
            row[place] += amount

    for each in orders:
        if each.status == NOT_PLACED:
            continue
        whole = 1, each.price_minor, each.freight_minor, sum(each.paid.values())
        add(By.STATUS, each.status, *whole)
        add(By.MONTH, each.month, *whole)
        add(By.STATE, each.state, *whole)
        for kind, minor in each.paid.items():
            add(By.PAYMENT, kind, minor)
        for seller, amounts in each.sellers.items():
            add(By.SELLER, seller, *amounts)
    return {by: {key: tuple(row) for key, row in rows.items()} for by, rows in sums.items()}


def as_explained(
    from_files: Mapping[str, Figures], differences: Iterable[Difference]
) -> dict[str, Figures]:
    """The files' orders as the recorded exceptions say that they count in the replay."""
    of_order: dict[str, list[Difference]] = defaultdict(list)
    for each in differences:
        of_order[each.order_id].append(each)
    return {
        order_id: _explained(figures, of_order.get(order_id, ()))
        for order_id, figures in from_files.items()
    }


def _explained(figures: Figures, differences: Sequence[Difference]) -> Figures:
    if not differences:
        return figures
    paid = Counter(figures.paid)
    for each in differences:
        for kind, minor in each.payments.items():
            paid[kind] += minor
    return Figures(
        ending(figures.status, differences),
        figures.month,
        figures.state,
        figures.price_minor,
        figures.freight_minor,
        dict(paid),
        figures.sellers,
    )


def ending(status: str, differences: Iterable[Difference]) -> str:
    """The status that an order ends with: not placed, else cancelled, else what is said."""
    said = [each.ends_as for each in differences if each.ends_as]
    for strongest in (NOT_PLACED, "canceled"):
        if strongest in said:
            return strongest
    return said[-1] if said else status


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a comparison: of each column the files, the replay, what is explained."""

    key: str
    files: Row
    here: Row
    explained: Row

    @property
    def left(self) -> Row:
        """What nobody explains; nothing but zeros in a replay that is right."""
        return tuple(
            here - there - said
            for here, there, said in zip(self.here, self.files, self.explained, strict=True)
        )

    @property
    def is_equal(self) -> bool:
        return not any(self.left)


def compare(from_files: Tables, explained: Tables, here: Tables) -> Mapping[By, Sequence[Line]]:
    """The tables side by side. `explained` are the files' orders as exceptions have them."""
    found: dict[By, list[Line]] = {}
    for by in By:
        nothing = (0,) * len(COLUMNS[by])
        keys = sorted({*from_files[by], *explained[by], *here[by]})
        found[by] = [
            Line(
                key,
                there := from_files[by].get(key, nothing),
                here[by].get(key, nothing),
                tuple(
                    said - known
                    for said, known in zip(explained[by].get(key, nothing), there, strict=True)
                ),
            )
            for key in keys
        ]
    return found
