"""The bytes that apps are sent, and their signature."""

import hashlib
import hmac
from datetime import datetime

import msgspec

from clipcart.apps.notes import Note, seconds
from clipcart.kit.ids import ShopId


def body_of(
    note: Note, shop_id: ShopId, notice_id: int, at: datetime, creator_name: str | None = None
) -> str:
    """What is sent and signed, as text: compact JSON, ASCII only, with slashes escaped.

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
    return escaped(msgspec.json.encode(told).decode())


def escaped(text: str) -> str:
    r"""JSON with `/` as `\/` and everything beyond ASCII as `\uXXXX`. Its meaning is the same."""
    plain = text.replace("/", "\\/")
    if plain.isascii():
        return plain
    units = plain.encode("utf-16-be")
    pairs = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(unit) if unit < 128 else f"\\u{unit:04x}" for unit in pairs)


def signature(key: str, secret: str, body: str) -> str:
    """What stands in the Authorization header: HMAC-SHA256 over the app's key and the body."""
    return hmac.digest(secret.encode(), (key + body).encode(), hashlib.sha256).hex()
