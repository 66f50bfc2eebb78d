"""The bytes that apps are sent, and their signature."""

import hashlib
import hmac
import json
from datetime import datetime

from clipcart.apps.notes import Note, seconds
from clipcart.kit.ids import ShopId


def body_of(
    note: Note, shop_id: ShopId, notice_id: int, at: datetime, creator_name: str | None = None
) -> str:
    """What is sent and signed, as text: compact JSON, ASCII only, ASCII, slashes escaped.

    Some clients check the signature over JSON that they encoded again; this is how they encode.
    """
    who = {"creator_open_id": creator_name} if creator_name else {"shop_id": str(shop_id)}
    told = {
        "type": note.type,
        "tts_notification_id": str(notice_id),
        **who,
        "timestamp": seconds(at),
        "data": note.data,
    }
    return json.dumps(told, separators=(",", ":")).replace("/", "\\/")


def signature(key: str, secret: str, body: str) -> str:
    """What stands in the Authorization header: HMAC-SHA256 over the app's key and the body."""
    return hmac.digest(secret.encode(), (key + body).encode(), hashlib.sha256).hex()
