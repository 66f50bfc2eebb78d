"""Example values of fields: made from names and types, the same every time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

DEEPEST: Final = 8
MOMENT: Final = 1767225600
"""The first second of 2026, UTC."""

VALUES: Final = {
    "currency": "USD",
    "locale": "en-US",
    "page_size": 20,
    "quantity": 1,
    "sort_order": "DESC",
    "title": "Stoneware teapot with a side spout, 600 ml",
    "description": "<p>Pours without a drip.</p>",
    "seller_sku": "TEAPOT-600",
    "tracking_number": "1Z12345E0205271688",
    "region": "US",
    "unit": "POUND",
    "address": "https://your-app.example/hooks",
    "event_type": "ORDER_STATUS_CHANGE",
    "name": "Celadon",
    "timezone": "America/New_York",
    "postal_code": "28801",
    "email": "buyer@shopper.example",
}
_DECIMALS: Final = ("amount", "price", "fee", "tax", "cost", "discount", "value", "weight")


def example_of(name: str, tree: Any, depth: int = 0, *, required_only: bool = False) -> Any:
    """An example of a field; of an object all fields, or only those that are required."""
    if isinstance(tree, Mapping):
        if depth >= DEEPEST:
            return {}
        named = {
            key.rstrip("!"): example_of(
                key.rstrip("!"), inner, depth + 1, required_only=required_only
            )
            for key, inner in tree.items()
            if key.endswith("!") or not required_only
        }
        if named or not required_only:
            return named
        return example_of(name, tree, depth)
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        singular = name[:-1] if name.endswith("s") else name
        return [example_of(singular, tree[0], depth + 1, required_only=required_only)]
    return _leaf(name, tree)


def _leaf(name: str, leaf: str) -> Any:
    if leaf.startswith("e:"):
        return leaf[2:].split("|")[0]
    if leaf == "i":
        whole = VALUES.get(name, 1)
        is_moment = name.endswith(("_time", "_time_ge", "_time_lt", "timestamp"))
        return MOMENT if is_moment else whole if isinstance(whole, int) else 1
    if leaf == "b":
        return True
    if leaf == "d":
        return "2026-01-01"
    if leaf == "o":
        return {}
    if leaf == "f":
        return "picture.png"
    if name in VALUES:
        return str(VALUES[name])
    if name == "id" or name.endswith("_id"):
        return "576462512223390000"
    if name.endswith(_DECIMALS):
        return "12.90"
    if name.endswith("_url"):
        return "https://your-app.example/file"
    return name.replace("_", " ")
