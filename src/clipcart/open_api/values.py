"""How the rooms' values are written on the wire, and read from it."""

from datetime import UTC, datetime
from typing import Any

from clipcart.kit.ids import parse_id
from clipcart.kit.money import Currency, Money, MoneyFormatError


def wire_id(value: int) -> str:
    """Ids are decimal strings."""
    return str(value)


def wire_ids(values: Any) -> list[str]:
    """A list of ids."""
    return [str(value) for value in values]


def wire_time(moment: datetime) -> int:
    """Moments are whole Unix seconds."""
    return int(moment.timestamp())


def wire_times(**moments: datetime | None) -> dict[str, int]:
    """Fields of moments; one that has not come is absent."""
    return {name: wire_time(moment) for name, moment in moments.items() if moment is not None}


def known(**fields: Any) -> dict[str, Any]:
    """Fields without those that are None: what is not known is absent, never null."""
    return {name: value for name, value in fields.items() if value is not None}


def wire_amount(amount: Money) -> str:
    """Amounts are decimal strings with the currency's digits: `12.90`, `1200`."""
    return amount.decimal_string()


def wire_money(amount: Money) -> dict[str, str]:
    """`{"amount": "12.90", "currency": "USD"}`, as most fields have it."""
    return {"amount": wire_amount(amount), "currency": amount.currency.code}


def read_time(seconds: int) -> datetime | None:
    """The moment of Unix seconds, or None if there is no such moment."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_amount(text: str, currency: Currency) -> Money | None:
    """The amount of a decimal string, or None if it is none in this currency."""
    try:
        return Money.parse(text, currency)
    except MoneyFormatError:
        return None


def read_ids(texts: list[str]) -> list[int]:
    """Ids of decimal strings; what is no id is 0, which nothing has."""
    return [parse_id(text) or 0 for text in texts]


def page_token(cursor: str | None) -> str:
    """A list's cursor as `next_page_token`; the last page has an empty one."""
    return cursor or ""
