"""Words of the account: scopes, address fields, where a sign-in may lead. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clipcart.identity import Address, Scope
from clipcart.markets import Market, Rules

SCOPES: Final[Mapping[Scope, tuple[str, str]]] = MappingProxyType(
    {
        Scope.ACCOUNT_READ: ("See your account", "Name and e-mail address."),
        Scope.CART: ("Use your cart", "Fill it, empty it, and use your addresses."),
        Scope.ORDERS_READ: ("See orders", "Your own, and those of shops you work in."),
        Scope.ORDERS_WRITE: ("Act on orders", "Place and cancel them; ship those of your shops."),
        Scope.SHOP_READ: ("See your shops", "How far they are, and their settings."),
        Scope.SHOP_WRITE: ("Run your shops", "Change products, stock and settings."),
        Scope.FINANCE_READ: ("See the money", "Statements and payouts of your shops."),
        Scope.OPERATOR: ("Act as an operator", "Only while your staff mode is on."),
    }
)

_REGION: Final = {"US": "State", "BR": "State", "JP": "Prefecture"}
_POSTAL_CODE: Final = {"US": "ZIP code", "BR": "CEP"}
PHONE_HINT: Final = "For the carrier only, with the country code."
_WITH_DISTRICT: Final = frozenset({"BR"})
_CODE_FIRST: Final = frozenset({"JP"})
"""Countries whose addresses go from the large to the small."""
_AUTOCOMPLETE: Final = {
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postal_code": "postal-code",
    "phone": "tel",
}


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of an address form. With `options` it is a choice."""

    name: str
    label: str
    is_required: bool
    autocomplete: str
    type: str = "text"
    hint: str | None = None
    options: tuple[tuple[str, str], ...] = ()


def address_rows(
    market: Market, rules: Rules, *, name_label: str | None = "Full name"
) -> tuple[tuple[FieldView, ...], ...]:
    """The fields that a market's addresses have, in its order, those side by side together.

    `name_label` None leaves the addressee out.
    """
    labels = {
        "name": name_label or "",
        "line1": "Street and number",
        "line2": "Flat, floor or company",
        "district": "District",
        "city": "City",
        "region": _REGION.get(market.country, "Region"),
        "postal_code": _POSTAL_CODE.get(market.country, "Postal code"),
        "phone": "Phone",
    }

    def field(name: str) -> FieldView:
        return FieldView(
            name,
            labels[name],
            name in rules.address_required,
            _AUTOCOMPLETE[name],
            "tel" if name == "phone" else "text",
            PHONE_HINT if name == "phone" else None,
            tuple(rules.address_regions.items()) if name == "region" else (),
        )

    place = ("city", "region", "postal_code")
    street: tuple[tuple[str, ...], ...] = (("line1",), ("line2",))
    if market.country in _WITH_DISTRICT or "district" in rules.address_required:
        street = (*street, ("district",))
    rows = (*street, place)
    if market.country in _CODE_FIRST:
        rows = (("postal_code", "region", "city"), *street)
    rows = (*([("name",)] if name_label else []), *rows, ("phone",))
    return tuple(tuple(map(field, row)) for row in rows)


def address_lines(address: Address, market: Market, rules: Rules) -> tuple[str, ...]:
    """An address as one writes it on a parcel."""
    region = address.region
    if region.isdigit():
        region = rules.address_regions.get(region, region)
    if market.country in _CODE_FIRST:
        lines: tuple[str, ...] = (
            " ".join(filter(None, (address.postal_code, region, address.city))),
            address.line1,
            address.line2,
        )
    else:
        tail = " ".join(filter(None, (region, address.postal_code)))
        place = ", ".join(filter(None, (address.city, tail)))
        lines = (address.line1, address.line2, address.district, place)
    return tuple(filter(None, (*lines, market.name, address.phone)))


def local_path(text: str | None, default: str) -> str:
    """Where to go afterwards, if it is a page of this site that one can come back to.

    Browsers drop control characters and read backslashes as slashes, so neither may occur.
    """
    if not text or not text.startswith("/") or text.startswith("//") or len(text) > 500:
        return default
    if "\\" in text or any(ord(c) < 33 or ord(c) == 127 for c in text):
        return default
    path = text.partition("?")[0]
    return default if path in ("/sign-in", "/sign-up", "/sign-out") else text
