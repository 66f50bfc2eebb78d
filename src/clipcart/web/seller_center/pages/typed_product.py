"""What somebody typed into the product form: read from the form, made into a draft. Pure.

The form is filled in two steps: what the thing is and how its variants differ; then one row per
variant. Rows are found again by their options, so that changing the variants keeps what was typed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from clipcart.catalog import Axis, CategoryId, Image, ProductDraft, ProductFor, SkuDraft
from clipcart.doorway import Form
from clipcart.kit.errors import Problem
from clipcart.kit.ids import ShopId, SkuId, parse_id
from clipcart.kit.money import Currency, Money, MoneyFormatError
from clipcart.markets import Rules
from clipcart.web.seller_center.pages.typed_attributes import (
    as_typed,
    attribute_field,
    said,
    typed_attributes,
)

AXES = 3
VALUES_SHOWN = 200
STOCK_MAX = 9_999_999
_PICTURE = re.compile(r"products/[0-9a-f]{40}\.(?:webp|png|jpg)")
_SPLIT = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class TypedAxis:
    """A way in which variants differ, as typed: values divided by commas."""

    name: str = ""
    values: str = ""

    @property
    def each(self) -> tuple[str, ...]:
        """The values, without repetition."""
        found = (" ".join(part.split()) for part in _SPLIT.split(self.values))
        return tuple(dict.fromkeys(part for part in found if part))

    @property
    def is_empty(self) -> bool:
        """Nothing was typed here."""
        return not self.name and not self.each


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A variant as typed. `old_stock` is what the form showed; empty for a new one."""

    options: tuple[str, ...] = ()
    price: str = ""
    stock: str = ""
    old_stock: str = ""
    code: str = ""
    weight: str = ""
    sku_id: str = ""

    @property
    def label(self) -> str:
        """The options as people read them."""
        return ", ".join(self.options) or "Without variants"

    @property
    def key(self) -> str:
        """The options as the form carries them."""
        return json.dumps(self.options)


@dataclass(frozen=True, slots=True)
class TypedPicture:
    """A stored picture and its words."""

    key: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class TypedProduct:
    """The whole form. Without a table it is the first step.

    `wanted` are words to find a category by, `attributes` texts by the attribute's id.
    """

    title: str = ""
    description: str = ""
    category: str = ""
    pictures: tuple[TypedPicture, ...] = ()
    axes: tuple[TypedAxis, ...] = (TypedAxis(),) * AXES
    rows: tuple[TypedRow, ...] = ()
    has_table: bool = False
    wanted: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def used_axes(self) -> tuple[tuple[int, TypedAxis], ...]:
        """The axes that hold something, with their places in the form."""
        return tuple((place, axis) for place, axis in enumerate(self.axes) if not axis.is_empty)


def typed_from(form: Form, images_max: int) -> TypedProduct:
    """What the form carries; keys that are none of our pictures are dropped."""
    keys, alts = form.texts("picture"), form.texts("alt")
    pictures = tuple(
        TypedPicture(key, alt[:200])
        for key, alt in zip(keys, [*alts, *[""] * len(keys)], strict=False)
        if _PICTURE.fullmatch(key)
    )
    rows = []
    for place in range(len(form.names("row-"))):
        rows.append(
            TypedRow(
                _options(form.text(f"row-{place}")),
                form.text(f"price-{place}")[:30],
                form.text(f"stock-{place}")[:10],
                form.text(f"old-stock-{place}")[:10],
                form.text(f"code-{place}")[:100],
                form.text(f"weight-{place}")[:10],
                form.text(f"sku-{place}")[:20],
            )
        )
    return TypedProduct(
        form.text("title"),
        form.text("description"),
        form.text("category"),
        pictures[: images_max + 10],
        tuple(
            TypedAxis(form.text(f"axis-{n}-name")[:100], form.text(f"axis-{n}-values"))
            for n in range(AXES)
        ),
        tuple(rows),
        form.has("row-0"),
        form.text("category-words")[:100],
        typed_attributes(form),
    )


def _options(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    is_plain = isinstance(found, list) and all(isinstance(part, str) for part in found)
    return tuple(found) if is_plain else ()


def typed_of(found: ProductFor, stock: Mapping[SkuId, int]) -> TypedProduct:
    """The form of a product as it is, or as its waiting edit wants it."""
    base, draft = found.product, found.pending
    axes = draft.axes if draft else base.axes
    by_options = {sku.options: sku for sku in base.skus}
    now = {sku.id: sku for sku in base.skus}
    rows = []
    for sku in draft.skus if draft else base.skus:
        known = by_options.get(sku.options) if sku.id is None else now.get(sku.id)
        count = "" if known is None else str(stock.get(known.id, 0))
        rows.append(
            TypedRow(
                sku.options,
                # Prices count at once, so a waiting edit may hold an older one.
                (known or sku).price.decimal_string(),
                count,
                count,
                sku.seller_sku,
                str(sku.weight_g or ""),
                str(known.id) if known else "",
            )
        )
    shown = [TypedAxis(axis.name, ", ".join(axis.values)) for axis in axes]
    return TypedProduct(
        draft.title if draft else base.title,
        draft.description_html if draft else base.description_html,
        str(draft.category_id if draft else base.category_id),
        tuple(TypedPicture(each.key, each.alt) for each in (draft or base).images),
        (*shown, *[TypedAxis()] * (AXES - len(shown))),
        tuple(rows),
        True,
        attributes=as_typed(draft.attributes if draft else base.attributes),
    )


def axis_problems(typed: TypedProduct, rules: Rules) -> list[Problem]:
    """What keeps the table from being made."""
    found, count = [], 1
    for place, axis in typed.used_axes:
        count *= max(len(axis.each), 1)
        if not axis.name:
            cure = "Write what differs, such as Colour or Size."
            found.append(Problem(f"axis-{place}-name", "The values need a name.", cure))
        if not axis.each:
            cure = "Write them with commas between, such as Red, Blue."
            found.append(Problem(f"axis-{place}-values", f"{axis.name} has no values.", cure))
    if count > rules.skus_max and typed.used_axes:
        place, _ = typed.used_axes[-1]
        rule = f"These come to {count} variants; a product has at most {rules.skus_max}."
        found.append(Problem(f"axis-{place}-values", rule, "Leave out values you do not have."))
    return found


def with_table(typed: TypedProduct) -> TypedProduct:
    """The form with one row for each combination; what was typed stays, new rows copy the first.

    Call only where `axis_problems` found nothing: it bounds how many rows there are.
    """
    wanted = [axis.each for _, axis in typed.used_axes]
    known = {row.options: row for row in typed.rows}
    first = typed.rows[0] if typed.rows else TypedRow()
    rows = tuple(
        known.get(options) or TypedRow(options, price=first.price, weight=first.weight)
        for options in product(*wanted)
    )
    return replace(typed, rows=rows, has_table=True)


def draft_of(
    typed: TypedProduct, shop_id: ShopId, currency: Currency
) -> tuple[ProductDraft, list[Problem]]:
    """The draft, and what could not be read as a price, a weight or a number of pieces."""
    problems: list[Problem] = []
    if not typed.category.isdigit():
        problems.append(Problem("category", "The category is missing.", "Choose the closest one."))
    skus = [
        SkuDraft(
            _price(place, row, currency, problems),
            row.options,
            row.code,
            _whole(f"weight-{place}", row.weight, 1_000_000, "grams", problems),
            "",
            SkuId(parse_id(row.sku_id) or 0) if row.sku_id else None,
        )
        for place, row in enumerate(typed.rows)
    ]
    for place, row in enumerate(typed.rows):
        _whole(f"stock-{place}", row.stock, STOCK_MAX, "pieces", problems)
    draft = ProductDraft(
        shop_id,
        typed.title,
        as_html(typed.description),
        CategoryId(parse_id(typed.category) or 0),
        tuple(skus),
        tuple(Axis(axis.name, axis.each) for _, axis in typed.used_axes),
        tuple(Image(each.key, each.alt) for each in typed.pictures),
        attributes=said(typed.category, typed.attributes),
    )
    return draft, problems


def as_html(text: str) -> str:
    """Plain text with its paragraphs kept; what holds markup is taken as it is."""
    if "<" in text:
        return text
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text.replace("\r", ""))]
    escaped = [block.replace("&", "&amp;").replace(">", "&gt;") for block in blocks if block]
    return "".join(f"<p>{block}</p>" for block in escaped)


def _price(place: int, row: TypedRow, currency: Currency, problems: list[Problem]) -> Money:
    try:
        return Money.parse(row.price, currency)
    except MoneyFormatError as error:
        example = Money(24 * currency.scale, currency).decimal_string()
        named = f" of {row.label}" if row.options else ""
        rule = f"{error}." if row.price else f"The price{named} is missing."
        problems.append(Problem(f"price-{place}", rule, f"Write it like {example}."))
        return Money(1, currency)


def _whole(field: str, text: str, most: int, unit: str, problems: list[Problem]) -> int:
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most:
        return int(text)
    problems.append(Problem(field, f"This is no number of {unit}.", "Write a whole number."))
    return 0


_SKU_FIELD = re.compile(r"skus\[(\d+)\]\.(\w+)")
_AXIS_FIELD = re.compile(r"axes\[(\d+)\]\.(\w+)")
_FIELDS = {"price": "price", "seller_sku": "code", "weight_g": "weight", "options": "price"}


def field_of(name: str, typed: TypedProduct) -> str:
    """The form's field for a field of the draft."""
    if found := _SKU_FIELD.fullmatch(name):
        return f"{_FIELDS.get(found[2], 'price')}-{found[1]}"
    if found := _AXIS_FIELD.fullmatch(name):
        place = typed.used_axes[int(found[1])][0]
        return f"axis-{place}-{found[2]}"
    if name.startswith("images"):
        return "pictures"
    if found_field := attribute_field(name, typed.category):
        return found_field
    return {"description_html": "description", "axes": "axis-0-name", "skus": "price-0"}.get(
        name, name
    )


def matching(rows: Sequence[TypedRow], options: tuple[str, ...]) -> TypedRow | None:
    """The row of a variant."""
    return next((row for row in rows if row.options == options), None)
