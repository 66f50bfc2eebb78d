"""What the whole group shares: the category tree's versions, pictures by address, field names."""

from collections.abc import Mapping
from typing import Any, Final

from clipcart.kit.files import small_key
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure

ENGLISH: Final = "en-US"
TREE_VERSIONS: Final = ("v1", "v2")
"""Both names that clients know are taken; there is one tree."""


def check_tree(call: Call, sent: Mapping[str, Any]) -> None:
    """Refuse a `category_version` that no client can mean."""
    if sent.get("category_version", TREE_VERSIONS[0]) not in TREE_VERSIONS:
        raise Failure(12052217, "category_version: it is unknown. Send v1 or v2, or leave it out.")


def media_url(call: Call, key: str) -> str:
    """Where a stored picture can be fetched."""
    return f"{call.services.settings.public_url}/media/{key}"


def image(call: Call, key: str) -> dict[str, Any]:
    """A picture of a product."""
    return {
        "uri": key,
        "urls": [media_url(call, key)],
        "thumb_urls": [media_url(call, small_key(key))],
    }
