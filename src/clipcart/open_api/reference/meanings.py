"""What fields mean, in our words: those that many operations share, and rules for the others."""

import re
from collections.abc import Sequence
from typing import Any, Final

WORDS: Final = {
    "page_size": "How many on a page.",
    "page_token": "Where the page begins: next_page_token of the page before.",
    "next_page_token": "Send it as page_token for the next page; empty on the last one.",
    "total_count": "How many there are on all pages.",
    "sort_field": "What the list is sorted by.",
    "sort_order": "ASC or DESC.",
    "shop_cipher": "The name under which the app knows the shop.",
    "idempotency_key": "Your own name of this request: sent again, it is done once.",
    "locale": "Language and country, such as en-US.",
    "currency": "Three letters of ISO 4217, such as USD.",
    "amount": "A decimal text with a point, such as 12.90.",
    "quantity": "How many units.",
    "title": "What buyers read above it.",
    "description": "HTML that buyers read.",
    "seller_sku": "Your own code of the SKU.",
    "tracking_number": "As it stands on the label.",
    "shipping_provider_id": "The carrier: see Get Shipping Providers.",
    "shipping_provider_name": "The carrier's name.",
    "warehouse_id": "The warehouse: see Get Warehouse List.",
    "category_id": "A leaf of the category tree.",
    "brand_id": "The brand: see Get Brands.",
    "uri": "The stored picture or file, as its upload answered.",
    "use_case": "What the picture is for.",
    "data": "The file itself.",
    "ids": "Several ids, separated by commas.",
    "code": "The error's number.",
    "message": "What is wrong, and the cure.",
    "event_type": "The topic's name.",
    "address": "Where to send it.",
    "package_weight": "Weight as a decimal text with its unit.",
    "package_dimensions": "Length, width and height with their unit.",
    "dimensions": "Length, width and height with their unit.",
    "weight": "Weight as a decimal text with its unit.",
    "unit": "The unit of the numbers beside it.",
    "value": "The value, as a decimal text or a word.",
    "name": "Its name.",
    "id": "Its number, as a text.",
    "status": "How far it has come.",
    "price": "A decimal text, or its parts.",
    "timezone": "A name such as America/New_York.",
    "region": "Two letters of the country.",
    "cancel_reason": "Why: one of the reasons of the list.",
    "buyer_message": "What the buyer wrote.",
    "after": "The cursor to go on from.",
    "cursor": "Its place in the list.",
}
"""By the field's own name, wherever it stands."""

_RULES: Final = (
    (r"(.+)_time_ge", "Only those whose {0} time is this moment or later, in Unix seconds."),
    (r"(.+)_time_(?:gt|from)", "Only those whose {0} time is later than this, in Unix seconds."),
    (r"(.+)_time_(?:lt|le|to)", "Only those whose {0} time is before this, in Unix seconds."),
    (r"(.+)_(?:time|at|timestamp)", "When: {0}, in Unix seconds."),
    (r"(.+)_ids", "Numbers of each {0}, as texts."),
    (r"(.+)_id", "The number of the {0}, as a text."),
    (r"is_(.+)", "Whether it is {0}."),
    (r"(?:has|need|needs|support|supports|allow)_(.+)", "Whether there is {0}."),
    (r"(.+)_urls?", "The address of the {0}."),
    (r"(.+)_(?:amount|price|fee|tax|cost|discount)", "{0}: a decimal text with a point."),
    (r"(.+)_(?:status|state)", "How far the {0} has come."),
    (r"(.+)_(?:reason)", "Why: {0}."),
    (r"(.+)_(?:count|num|number|quantity)", "How many: {0}."),
    (r"(.+)_(?:name)", "The name of the {0}."),
    (r"(.+)_(?:type|mode)", "Which kind of {0}."),
    (r"(.+)_(?:list|infos?|details?)", "{0}."),
)
_COMPILED: Final = tuple((re.compile(pattern), words) for pattern, words in _RULES)


def meaning_of(name: str) -> str:
    """What a field means, by its name; empty where the name says it all."""
    if name in WORDS:
        return WORDS[name]
    for pattern, words in _COMPILED:
        found = pattern.fullmatch(name)
        if found:
            text = words.format(found[1].replace("_", " "))
            return text[0].upper() + text[1:]
    return ""


def type_words(tree: Any) -> str:
    """The type of a field, for people."""
    if isinstance(tree, dict):
        return "object"
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return f"list of {type_words(tree[0])}"
    if tree.startswith("e:"):
        return "text"
    return {"s": "text", "i": "integer", "b": "yes or no", "d": "day", "f": "file"}.get(
        tree, "object"
    )


def values_of(tree: Any) -> tuple[str, ...]:
    """The values that a field allows; empty where there is no list."""
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return values_of(tree[0])
    if isinstance(tree, str) and tree.startswith("e:"):
        return tuple(tree[2:].split("|"))
    return ()
