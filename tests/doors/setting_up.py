"""What tests of setting up a shop share: files that lie about themselves, a shop just opened."""

import io
import re
import struct
import zlib

from PIL import Image

from clipcart.kit.ids import ShopId
from tests.support.installation import Visitor
from tests.support.world import World


def png(width: int, height: int) -> bytes:
    """A tiny file that claims to be a picture of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 99)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def photo(side_px: int = 400) -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", (side_px, side_px), "#0f766e").save(out, "JPEG")
    return out.getvalue()


BAD_FILES = (
    ("holiday.png", b"MZ\x90\x00" + b"\0" * 500, "whatever its name says"),
    ("wide.png", png(20_000, 20_000), "far more pixels"),
    ("heavy.jpg", b"\xff\xd8\xff" + b"\0" * 11_000_000, "larger than 10 MB"),
)


async def open_shop(visitor: Visitor, world: World, who: str = "mira") -> ShopId:
    """Somebody's new shop; the visitor is signed in as its owner."""
    await visitor.sign_in(world.email(who))
    fields = {"name": "Marmalade", "tagline": "Bitter and sweet", "market": "us"}
    answer = await visitor.submit("/sell/new", fields)
    found = re.fullmatch(r"/sell/(\d+)/setup", answer.url.path)
    assert found
    return ShopId(int(found.group(1)))
