"""Pictures and files that products refer to: stored by their content, under one name each."""

import asyncio
import re
from typing import Any, Final

from clipcart.kit.errors import Invalid
from clipcart.kit.images import MAX_IMAGE_BYTES, Picture, check_picture
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure, sentence_of
from clipcart.open_api.product.wire import media_url
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known

PICTURES: Final = "products"
FILES: Final = "products/files"
MAX_FILE_BYTES: Final = {"pdf": 20 * 1024 * 1024, "video": 100 * 1024 * 1024}
_NAME: Final = re.compile(r"[^\s./\\]{1,120}\.([A-Za-z0-9]{2,4})")
_BRANDS_OF_MP4: Final = {b"qt  ": "MOV"}


def _picture(content: bytes) -> Picture:
    """The checked picture, or the failure with the code of what is wrong with it."""
    try:
        return check_picture("data", content)
    except Invalid as refusal:
        said = sentence_of(refusal.problems)
        if len(content) > MAX_IMAGE_BYTES:
            raise Failure(12038005, said) from refusal
        raise Failure(12038014 if "pixels" in said else 12038004, said) from refusal


@serves("POST", "/product/202309/images/upload")
async def upload_product_image(call: Call) -> dict[str, Any]:
    """Check a picture, write it anew without what it tells of its camera, and store it."""
    picture = await asyncio.to_thread(_picture, call.files["data"].content)
    key = await call.services.files.put_picture(PICTURES, picture.content, picture.thumbnail)
    use_case = call.body.get("use_case", "MAIN_IMAGE")
    return {
        "uri": key,
        "url": media_url(call, key),
        "width": picture.width_px,
        "height": picture.height_px,
        # The answer's enumeration is the shorter one.
        **known(use_case=None if use_case == "CUSTOMIZATION_IMAGE" else use_case),
    }


def _format(content: bytes) -> str | None:
    """What a file is, by its first bytes; None for what is not taken."""
    if content.startswith(b"%PDF-"):
        return "PDF"
    if content[4:8] == b"ftyp":
        return _BRANDS_OF_MP4.get(content[8:12], "MP4")
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "WEBM" if b"webm" in content[:64] else "MKV"
    if content.startswith(b"RIFF") and content[8:12] == b"AVI ":
        return "AVI"
    if content.startswith(b"FLV"):
        return "FLV"
    if content.startswith(b"\x00\x00\x01\xba"):
        return "MPEG"
    return "WMV" if content.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11") else None


@serves("POST", "/product/202309/files/upload")
async def upload_product_file(call: Call) -> dict[str, Any]:
    """Store a video or a PDF, judged by its content. The id is its name in the media store."""
    name, content = call.body["name"], call.files["data"].content
    if not _NAME.fullmatch(name):
        raise call.wrong(
            "name", "it is no file name with one dot and no blanks", "send one like guide.pdf"
        )
    kind = _format(content)
    if kind is None:
        raise Failure(
            12038004, "data: it is neither a PDF nor a video. Send PDF, MP4, MOV, WEBM or AVI."
        )
    if len(content) > MAX_FILE_BYTES["pdf" if kind == "PDF" else "video"]:
        raise Failure(12038005, "data: it is too large. Send at most 20 MB of PDF, 100 of video.")
    key = await call.services.files.put(FILES, content, f".{kind.lower()}")
    told = known(format=None if kind == "PDF" else kind)
    return {"id": key, "url": media_url(call, key), "name": name, **told}


async def check_pictures(call: Call, keys: list[str], there: frozenset[str]) -> None:
    """Refuse an `uri` that no upload gave out. `there` are those that the product has already."""
    for key in dict.fromkeys(keys):
        if key in there:
            continue
        if not key.startswith(f"{PICTURES}/") or not await call.services.files.has(key):
            raise Failure(
                12052300,
                f"main_images: the uri {key[:100]!r} is unknown. "
                "Send the uri that Upload Product Image answered with.",
            )
