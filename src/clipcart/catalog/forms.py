"""What a product form may hold: every limit of the market, checked at once."""

import re
from collections.abc import Iterator
from dataclasses import replace

from clipcart.catalog.details import detail_problems
from clipcart.catalog.model import Axis, Image, PriceChange, ProductDraft, SkuDraft
from clipcart.catalog.said import attribute_problems, tidied_attributes
from clipcart.catalog.sanitise import sanitise
from clipcart.kit.errors import Problem
from clipcart.kit.money import Currency, Money
from clipcart.markets import Rules

PRICE_MAX_MINOR = 10**12
"""Largest price in minor units. A technical bound: a line of 99 still fits a bigint many times."""
WEIGHT_MAX_G = 1_000_000
ALT_MAX = 200
_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPACE = re.compile(r"\s+")


def tidied(draft: ProductDraft) -> ProductDraft:
    """The draft with stray spaces removed and its description sanitised."""
    return replace(
        draft,
        title=_one_line(draft.title),
        description_html=sanitise(draft.description_html),
        axes=tuple(
            Axis(_one_line(axis.name), tuple(_one_line(value) for value in axis.values))
            for axis in draft.axes
        ),
        images=tuple(Image(image.key.strip(), _one_line(image.alt)) for image in draft.images),
        skus=tuple(
            replace(
                sku,
                options=tuple(_one_line(option) for option in sku.options),
                seller_sku=sku.seller_sku.strip(),
            )
            for sku in draft.skus
        ),
        handle=draft.handle.strip(),
        attributes=tidied_attributes(draft.attributes),
    )


def draft_problems(draft: ProductDraft, rules: Rules, currency: Currency) -> list[Problem]:
    """Everything that keeps a tidied draft from being stored, field by field."""
    return [
        *_text_problems(draft, rules),
        *_image_problems(draft, rules),
        *_axis_problems(draft, rules),
        *_sku_problems(draft, rules, currency),
        *attribute_problems(draft),
        *detail_problems(draft),
    ]


def price_problem(field: str, price: Money, currency: Currency) -> Problem | None:
    """Why this cannot be a price in a shop of this currency."""
    if price.currency != currency:
        return Problem(
            field,
            f"Prices of this shop are in {currency.code}, not {price.currency.code}.",
            f"Enter the price in {currency.code}.",
        )
    if 0 < price.minor <= PRICE_MAX_MINOR:
        return None
    return Problem(
        field,
        "A price is more than zero and below ten billion.",
        f"Enter an amount such as {Money(19 * currency.scale, currency).format()}.",
    )


def price_problems(changes: list[PriceChange], currency: Currency) -> list[Problem | None]:
    """Problems of new prices, by the place of the change."""
    return [
        price_problem(f"prices[{place}]", change.price, currency)
        for place, change in enumerate(changes)
    ]


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _text_problems(draft: ProductDraft, rules: Rules) -> Iterator[Problem]:
    if not rules.title_min <= len(draft.title) <= rules.title_max:
        yield Problem(
            "title",
            f"A title has {rules.title_min} to {rules.title_max} characters;"
            f" this one has {len(draft.title)}.",
            "Name the thing, its material and its size, and leave the rest to the description.",
        )
    if len(draft.description_html) > rules.description_max:
        yield Problem(
            "description_html",
            f"A description has at most {rules.description_max} characters with its formatting;"
            f" this one has {len(draft.description_html)}.",
            "Shorten it, or paste it as plain text.",
        )
    if draft.handle and (len(draft.handle) > 100 or not _HANDLE.fullmatch(draft.handle)):
        yield Problem(
            "handle",
            "A handle has at most 100 small letters, digits and single hyphens.",
            "Write it like round-teapot-1-2-l, or leave it empty.",
        )


def _image_problems(draft: ProductDraft, rules: Rules) -> Iterator[Problem]:
    if len(draft.images) > rules.images_max:
        yield Problem(
            "images",
            f"A product has at most {rules.images_max} pictures; these are {len(draft.images)}.",
            "Remove the ones that show least.",
        )
    for place, image in enumerate(draft.images):
        if not image.key or len(image.alt) > ALT_MAX:
            yield Problem(
                f"images[{place}]",
                f"A picture is a stored file, described in at most {ALT_MAX} characters.",
                "Upload the picture again, or shorten its description.",
            )


def _axis_problems(draft: ProductDraft, rules: Rules) -> Iterator[Problem]:
    if len(draft.axes) > rules.axes_max:
        yield Problem(
            "axes",
            f"A product differs in at most {rules.axes_max} ways; these are {len(draft.axes)}.",
            "Join two of them, such as colour and pattern.",
        )
    names = [axis.name.casefold() for axis in draft.axes]
    for place, axis in enumerate(draft.axes):
        if not 1 <= len(axis.name) <= rules.axis_name_max or names.count(names[place]) > 1:
            yield Problem(
                f"axes[{place}].name",
                f"A variation has a name of its own with 1 to {rules.axis_name_max} characters.",
                "Use a word such as Colour or Size.",
            )
        if not axis.values or len(set(axis.values)) < len(axis.values):
            yield Problem(
                f"axes[{place}].values",
                "A variation has at least one value, and each only once.",
                "Remove the repeated value, or add one.",
            )
        for value in axis.values:
            if not 1 <= len(value) <= rules.axis_value_max:
                yield Problem(
                    f"axes[{place}].values",
                    f"A value has 1 to {rules.axis_value_max} characters; this is {value!r}.",
                    "Shorten it and put the details into the description.",
                )


def _sku_problems(draft: ProductDraft, rules: Rules, currency: Currency) -> Iterator[Problem]:
    most = rules.skus_max if draft.axes else 1
    if not 1 <= len(draft.skus) <= most:
        yield Problem(
            "skus",
            f"This product needs 1 to {most} SKUs; these are {len(draft.skus)}.",
            "Add the variation in which they differ, or split the product.",
        )
        return
    codes = [sku.seller_sku for sku in draft.skus if sku.seller_sku]
    combinations = [sku.options for sku in draft.skus]
    for place, sku in enumerate(draft.skus):
        field = f"skus[{place}]"
        yield from _one_sku_problems(field, sku, draft, rules, currency)
        if combinations.count(sku.options) > 1:
            yield Problem(
                f"{field}.options",
                "Two SKUs have the same options.",
                "Change one of them, or remove it.",
            )
        if codes.count(sku.seller_sku) > 1:
            yield Problem(
                f"{field}.seller_sku",
                f"The code {sku.seller_sku} stands at two SKUs.",
                "Give each SKU a code of its own.",
            )


def _one_sku_problems(
    field: str, sku: SkuDraft, draft: ProductDraft, rules: Rules, currency: Currency
) -> Iterator[Problem]:
    fits = len(sku.options) == len(draft.axes) and all(
        option in axis.values for option, axis in zip(sku.options, draft.axes, strict=False)
    )
    if not fits:
        yield Problem(
            f"{field}.options",
            "A SKU has one value of every variation.",
            "Choose a value for each variation of this SKU.",
        )
    if len(sku.seller_sku) > rules.seller_sku_max or _SPACE.search(sku.seller_sku):
        yield Problem(
            f"{field}.seller_sku",
            f"A SKU code has 1 to {rules.seller_sku_max} characters without spaces.",
            "Use a hyphen instead of a space, or leave it empty.",
        )
    price = price_problem(f"{field}.price", sku.price, currency)
    if price:
        yield price
    if not 0 <= sku.weight_g <= WEIGHT_MAX_G:
        yield Problem(
            f"{field}.weight_g",
            f"A weight is 0 to {WEIGHT_MAX_G} grams.",
            "Enter the weight with packaging in grams.",
        )
