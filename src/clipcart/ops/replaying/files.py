"""The Olist marketplace's files as values. Amounts are whole centavos, times local and naive."""

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

ORDERS: Final = "olist_orders_dataset"
LINES: Final = "olist_order_items_dataset"
PAYMENTS: Final = "olist_order_payments_dataset"
BUYERS: Final = "olist_customers_dataset"
PRODUCTS: Final = "olist_products_dataset"
SELLERS: Final = "olist_sellers_dataset"
TRANSLATION: Final = "product_category_name_translation"
NEEDED: Final = (ORDERS, LINES, PAYMENTS, BUYERS, PRODUCTS, SELLERS, TRANSLATION)


class NotThere(ValueError):
    """The folder does not hold what is replayed."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, and where the order went. `person` is the same for all orders of somebody."""

    person: str
    zip_prefix: str
    city: str
    state: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """One unit of an order."""

    product: str
    seller: str
    price_minor: int
    freight_minor: int


@dataclass(frozen=True, slots=True)
class FilePayment:
    """One row of the payments."""

    type: str
    installments: int
    minor: int


@dataclass(frozen=True, slots=True)
class FileOrder:
    """An order of the history with its lines and payments."""

    id: str
    status: str
    buyer: Buyer
    purchased: datetime
    approved: datetime | None
    handed_over: datetime | None
    delivered: datetime | None
    promised: datetime
    lines: tuple[FileLine, ...]
    payments: tuple[FilePayment, ...]

    @property
    def price_minor(self) -> int:
        """The sum of its lines' prices."""
        return sum(line.price_minor for line in self.lines)

    @property
    def freight_minor(self) -> int:
        """The sum of its lines' freight."""
        return sum(line.freight_minor for line in self.lines)

    @property
    def paid_minor(self) -> int:
        """The sum of its payments."""
        return sum(payment.minor for payment in self.payments)


@dataclass(frozen=True, slots=True)
class FileSeller:
    """A seller and where it sends from."""

    id: str
    zip_prefix: str
    city: str
    state: str


@dataclass(frozen=True, slots=True)
class FileProduct:
    """A product: its category in English, and its weight."""

    id: str
    category: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class History:
    """Everything that is replayed. Orders stand as they were purchased."""

    orders: Sequence[FileOrder]
    sellers: Mapping[str, FileSeller]
    products: Mapping[str, FileProduct]


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the files, packed or not. Raises NotThere."""
    packed, plain = folder / f"{name}.csv.gz", folder / f"{name}.csv"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    elif plain.exists():
        with plain.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    else:
        raise NotThere(f"{folder} has no {name}.csv.gz; the replay needs {', '.join(NEEDED)}")


def digest(folder: Path, *options: str) -> str:
    """One name for the files and the options that decide what is replayed of them."""
    found = hashlib.sha256("\n".join(options).encode())
    for name in NEEDED:
        for path in (folder / f"{name}.csv.gz", folder / f"{name}.csv"):
            if path.exists():
                found.update(f"{path.name}:{path.stat().st_size}".encode())
    return found.hexdigest()


def minor(text: str) -> int:
    """Centavos of an amount with at most two decimals."""
    whole, _, part = text.partition(".")
    if len(part) > 2:
        raise ValueError(f"{text!r} is no amount of money")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def moment(text: str) -> datetime | None:
    """A local time, or None where the file has none."""
    return datetime.fromisoformat(text) if text else None


def read(folder: Path) -> History:
    """Read the history. Raises NotThere."""
    buyers = {
        row["customer_id"]: Buyer(
            row["customer_unique_id"],
            row["customer_zip_code_prefix"],
            row["customer_city"],
            row["customer_state"],
        )
        for row in rows(folder, BUYERS)
    }
    lines: dict[str, list[FileLine]] = defaultdict(list)
    for row in rows(folder, LINES):
        lines[row["order_id"]].append(
            FileLine(
                row["product_id"],
                row["seller_id"],
                minor(row["price"]),
                minor(row["freight_value"]),
            )
        )
    payments: dict[str, list[FilePayment]] = defaultdict(list)
    for row in rows(folder, PAYMENTS):
        payments[row["order_id"]].append(
            FilePayment(
                row["payment_type"], int(row["payment_installments"]), minor(row["payment_value"])
            )
        )
    orders = [
        _order(row, buyers[row["customer_id"]], lines, payments) for row in rows(folder, ORDERS)
    ]
    orders.sort(key=lambda order: (order.purchased, order.id))
    english = {
        row["product_category_name"]: row["product_category_name_english"]
        for row in rows(folder, TRANSLATION)
    }
    return History(orders, _sellers(folder), _products(folder, english))


def _order(
    row: Mapping[str, str],
    buyer: Buyer,
    lines: Mapping[str, Sequence[FileLine]],
    payments: Mapping[str, Sequence[FilePayment]],
) -> FileOrder:
    purchased = moment(row["order_purchase_timestamp"])
    promised = moment(row["order_estimated_delivery_date"])
    if purchased is None or promised is None:
        raise NotThere(f"order {row['order_id']} has no time of purchase or no promise")
    return FileOrder(
        row["order_id"],
        row["order_status"],
        buyer,
        purchased,
        moment(row["order_approved_at"]),
        moment(row["order_delivered_carrier_date"]),
        moment(row["order_delivered_customer_date"]),
        promised,
        tuple(lines.get(row["order_id"], ())),
        tuple(payments.get(row["order_id"], ())),
    )


def _sellers(folder: Path) -> Mapping[str, FileSeller]:
    return {
        row["seller_id"]: FileSeller(
            row["seller_id"],
            row["seller_zip_code_prefix"],
            row["seller_city"],
            row["seller_state"],
        )
        for row in rows(folder, SELLERS)
    }


def _products(folder: Path, english: Mapping[str, str]) -> Mapping[str, FileProduct]:
    found = {}
    for row in rows(folder, PRODUCTS):
        name = row["product_category_name"]
        weight = row["product_weight_g"].partition(".")[0]
        found[row["product_id"]] = FileProduct(
            row["product_id"], english.get(name, name).replace("_", " "), int(weight or 0)
        )
    return found
