"""Reads the TOML files under `content/` into the frozen classes of `content_model`.

The files are terse for their authors: prices and weights are a base plus what a value adds, stock
is a typical number that is spread over the SKUs by a fixed hash. This module writes all of it out.
"""

import re
import tomllib
from functools import cache
from html import escape
from importlib.resources import files
from itertools import product as combinations
from typing import Any
from zlib import crc32

from clipcart.demo.content_model import (
    Address,
    Approval,
    Axis,
    Listing,
    Member,
    Palette,
    Person,
    Picture,
    Product,
    Role,
    Shop,
    Sku,
    World,
)

Table = dict[str, Any]

# Shops appear in this order everywhere, so that the demo is the same on every machine.
SHOP_ORDER = (
    "fernhollow",
    "halflight",
    "ember-and-peel",
    "overhang",
    "mossgate",
    "second-shutter",
    "pipwood",
    "saltmilk",
    "olumide-daughters",
    "table-fog",
    "biscuit-hound",
    "kumo-lamps",
    "mizuiro",
    "cinder-camp",
    "low-tide-audio",
)
CURRENCIES = {"US": "USD", "JP": "JPY"}
COLOUR_AXES = frozenset(
    ("Color", "Glaze", "Heat", "Pot", "Palette", "Shade", "Tint", "Scent", "Flavour")
)
FALLBACK_TINT = "#c9b79c"


def _read(*path: str) -> Table:
    folder = files("clipcart.demo").joinpath("content")
    return tomllib.loads(folder.joinpath(*path).read_text(encoding="utf-8"))


def _address(raw: Table, name: str) -> Address:
    return Address(
        name=raw.get("name", name),
        line1=raw["line1"],
        line2=raw.get("line2", ""),
        city=raw["city"],
        region=raw["region"],
        postal_code=raw["postal_code"],
        country=raw["country"],
        phone=raw["phone"],
    )


def _person(raw: Table) -> Person:
    return Person(
        handle=raw["handle"],
        name=raw["name"],
        email=raw["email"],
        role=Role(raw["role"]),
        about=raw["about"],
        addresses=tuple(_address(entry, raw["name"]) for entry in raw.get("addresses", ())),
    )


def _code(prefix: str, handle: str, values: tuple[str, ...]) -> str:
    parts = [prefix, handle, *values]
    return "-".join(re.sub(r"[^A-Z0-9]+", "", part.upper()) for part in parts)


def _stock(raw: Table, code: str, values: tuple[str, ...]) -> int:
    """Typical stock, spread to 60..140 percent by the code; small stocks are meant exactly."""
    named: dict[str, int] = raw.get("stock_of", {})
    for key, amount in named.items():
        if set(key.split("/")) <= set(values):
            return amount
    typical: int = raw["stock"]
    return typical if typical <= 5 else typical * (60 + crc32(code.encode()) % 81) // 100


def _skus(raw: Table, prefix: str, axes: tuple[Axis, ...]) -> tuple[Sku, ...]:
    more: dict[str, int] = raw.get("add", {})
    heavier: dict[str, int] = raw.get("heavier", {})
    skus = []
    for values in combinations(*(axis.values for axis in axes)):
        code = _code(prefix, raw["handle"], values)
        skus.append(
            Sku(
                code=code,
                values=values,
                price_minor=raw["price"] + sum(more.get(value, 0) for value in values),
                stock=_stock(raw, code, values),
                weight_g=raw["grams"] + sum(heavier.get(value, 0) for value in values),
            )
        )
    return tuple(skus)


def _description(raw: Table) -> str:
    items = "".join(f"<li>{escape(point)}</li>" for point in raw["points"])
    return f"<p>{escape(raw['text'])}</p><ul>{items}</ul>"


def _product(raw: Table, shop: Table, colours: dict[str, str]) -> Product:
    axes = tuple(Axis(name, tuple(values)) for name, values in raw.get("axes", {}).items())
    tints = tuple(
        (value, colours[value])
        for axis in axes
        if axis.name in COLOUR_AXES
        for value in axis.values
    )
    own = raw["picture"].get("tint") or (tints[0][1] if tints else FALLBACK_TINT)
    handed_in = shop["approval"] != Approval.APPROVED
    return Product(
        handle=raw["handle"],
        shop=shop["handle"],
        title=raw["title"],
        description_html=_description(raw),
        category=raw["category"],
        attributes=tuple(raw.get("attributes", {}).items()),
        axes=axes,
        skus=_skus(raw, shop["code"], axes),
        listing=Listing(raw.get("state", "submitted" if handed_in else "live")),
        audit_note=raw.get("audit_note", ""),
        picture=Picture(
            kind=raw["picture"]["kind"],
            form=raw["picture"]["form"],
            tint=own,
            palette=Palette(**shop["palette"]),
        ),
        variant_tints=tints,
    )


def _shop(raw: Table, colours: dict[str, str]) -> Shop:
    return Shop(
        handle=raw["handle"],
        market=raw["market"],
        currency=CURRENCIES[raw["market"]],
        name=raw["name"],
        tagline=raw["tagline"],
        story=raw["story"],
        legal_name=raw["legal"]["name"],
        legal_form=raw["legal"]["form"],
        tax_number=raw["legal"]["tax_number"],
        address=_address(raw["address"], raw["legal"]["name"]),
        warehouse=_address(raw["warehouse"], raw["name"]),
        bank_holder=raw["bank"]["holder"],
        bank_name=raw["bank"]["bank"],
        bank_account=raw["bank"]["account"],
        accent=raw["accent"],
        palette=Palette(**raw["palette"]),
        free_cancel_hours=raw["free_cancel_hours"],
        approval=Approval(raw["approval"]),
        documents=tuple(raw["documents"]),
        owner=raw["owner"],
        staff=tuple(Member(**entry) for entry in raw["staff"]),
        products=tuple(_product(entry, raw, colours) for entry in raw["products"]),
    )


@cache
def world() -> World:
    """The whole demo world. Reads the files once; KeyError names what an author forgot."""
    colours: dict[str, str] = _read("colours.toml")
    return World(
        people=tuple(_person(raw) for raw in _read("people.toml")["people"]),
        shops=tuple(_shop(_read("shops", f"{handle}.toml"), colours) for handle in SHOP_ORDER),
    )
