"""The fields of an address, as a market wants them."""

from collections.abc import Mapping
from dataclasses import dataclass

from clipcart.identity import Address, NewAddress
from clipcart.markets import Market, Rules
from clipcart.orders import ShipTo

_FIELDS = (
    ("name", "Full name", "name"),
    ("line1", "Street and number", "address-line1"),
    ("line2", "Flat, floor, company", "address-line2"),
    ("district", "District", "address-level3"),
    ("city", "City", "address-level2"),
    ("region", "State or region", "address-level1"),
    ("postal_code", "Postal code", "postal-code"),
    ("phone", "Phone, for the carrier", "tel"),
)
NAMES = tuple(name for name, _, _ in _FIELDS)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: `options` when it is a list to choose from."""

    name: str
    label: str
    value: str
    autocomplete: str
    is_required: bool
    options: tuple[tuple[str, str], ...]
    hint: str | None
    error: str | None


def fields_of(
    rules: Rules, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """The fields that a market's addresses have, in its order."""
    found = []
    for name, label, autocomplete in _FIELDS:
        is_required = name in rules.address_required
        if name == "district" and not is_required:
            continue
        is_region = name == "region"
        options = tuple(rules.address_regions.items()) if is_region else ()
        hint = f"Like {rules.postal_code_example}" if name == "postal_code" else None
        found.append(
            FieldView(
                name,
                label,
                values.get(name, ""),
                f"shipping {autocomplete}",
                is_required,
                options,
                hint,
                errors.get(name),
            )
        )
    return tuple(found)


def ship_to_of(address: Address) -> ShipTo:
    """An order's copy of a kept address."""
    line2 = ", ".join(part for part in (address.line2, address.district) if part)
    return ShipTo(
        name=address.name,
        line1=address.line1,
        line2=line2,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        country=address.country,
        phone=address.phone,
    )


def typed_ship_to(market: Market, new: NewAddress) -> ShipTo:
    """An order's copy of an address that was just typed."""
    line2 = ", ".join(part for part in (new.line2, new.district) if part)
    return ShipTo(
        name=new.name,
        line1=new.line1,
        line2=line2,
        city=new.city,
        region=new.region,
        postal_code=new.postal_code,
        country=market.country,
        phone=new.phone,
    )


def lines_of(ship_to: ShipTo, market: Market, rules: Rules) -> tuple[str, ...]:
    """An address as it is written on a parcel."""
    region = rules.address_regions.get(ship_to.region, ship_to.region)
    place = " ".join(part for part in (ship_to.city, region, ship_to.postal_code) if part)
    country = market.name if ship_to.country == market.country else ship_to.country
    lines = (ship_to.name, ship_to.line1, ship_to.line2, place, country, ship_to.phone)
    return tuple(line for line in lines if line)
