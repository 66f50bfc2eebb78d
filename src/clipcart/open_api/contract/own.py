"""Operations of ours beside the contract: called, signed and answered as those in it."""

from collections.abc import Mapping
from typing import Any, Final

SINCE: Final = "202309"

OWN: Final[Mapping[str, Mapping[str, Any]]] = {
    "GET /open/V/events": {
        "name": "Get Shop Events",
        "scope": "seller.authorization.info",
        "party": "SELLER",
        "cipher": "needed",
        "bad": 36009004,
        "codes": (),
        "query": {"after": "s", "page_size": "i"},
        "data": {
            "events": [
                {
                    "cursor": "s",
                    "type": "i",
                    "tts_notification_id": "s",
                    "shop_id": "s",
                    "timestamp": "i",
                    "data": "o",
                }
            ],
            "next_cursor": "s",
            "has_more": "b",
            "has_gap": "b",
        },
    },
}
"""By method and path, with the fields as they stand for those of the contract."""
