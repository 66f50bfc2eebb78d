"""Uploads that claim to be pictures or documents: judged by their content, never by their name.

Pictures are decoded within a pixel budget (a small file can unfold to gigabytes), turned upright,
stripped of metadata and written anew, so what is served was made by us.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from clipcart.kit.errors import Invalid, Problem

MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
MIN_SIDE_PX, MAX_SIDE_PX = 300, 4000
"""Sides of a product picture: features of the trade, section 1.4."""
MAX_PIXELS = MAX_SIDE_PX * MAX_SIDE_PX
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture: WebP bytes, its size in pixels, and a small version for lists."""

    content: bytes
    thumbnail: bytes
    width_px: int
    height_px: int


def _no(field: str, rule: str, cure: str) -> Invalid:
    return Invalid([Problem(field, rule, cure)])


def check_picture(field: str, content: bytes) -> Picture:
    """A product picture from an upload. Raises Invalid naming `field`, the rule and the cure."""
    if not content:
        raise _no(field, "The file is empty.", "Choose a JPEG, PNG or WebP picture.")
    if len(content) > MAX_IMAGE_BYTES:
        raise _no(field, "The picture is larger than 10 MB.", "Save it smaller and try again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                _check_size(field, opened.width, opened.height)
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _no(
            field,
            f"The picture has far more pixels than allowed; a side may have at most {MAX_SIDE_PX}.",
            "Make it smaller and try again.",
        ) from error
    except Exception as error:
        raise _no(
            field,
            "The file is not a JPEG, PNG or WebP picture, whatever its name says.",
            "Export it from your photo program as JPEG and try again.",
        ) from error
    small = ImageOps.contain(upright, (480, 480), Image.Resampling.LANCZOS)
    return Picture(_webp(upright), _webp(small), upright.width, upright.height)


def _check_size(field: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise _no(
            field,
            f"The picture has {width} x {height} pixels; a side may have at most {MAX_SIDE_PX}.",
            "Make it smaller and try again.",
        )
    if min(width, height) < MIN_SIDE_PX:
        raise _no(
            field,
            f"The picture has {width} x {height} pixels; each side needs at least {MIN_SIDE_PX}.",
            "Use a larger picture.",
        )


def _check_scan(field: str, content: bytes) -> None:
    """A scan may be larger than a product picture, but nobody's browser should have to unfold it
    to gigabytes."""
    too_many = _no(
        field,
        "The picture has far more pixels than a scan needs.",
        "Scan it at a lower resolution.",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Only the head is read here, nothing is decoded.
            Image.open(io.BytesIO(content), formats=("JPEG", "PNG")).close()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    except Exception as error:
        raise _no(
            field, "The picture is damaged and cannot be opened.", "Scan or export it again."
        ) from error


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=84, method=3)
    return out.getvalue()


def document_type(field: str, content: bytes) -> tuple[str, str]:
    """Content type and suffix of a verification document: PDF, JPEG or PNG, by its first bytes.

    Raises Invalid for anything else, above 10 MB, and for pictures of absurd size.
    """
    if len(content) > MAX_DOCUMENT_BYTES:
        raise _no(field, "The document is larger than 10 MB.", "Scan it at a lower resolution.")
    for magic, kind, suffix in (
        (b"%PDF-", "application/pdf", ".pdf"),
        (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
        (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    ):
        if content.startswith(magic):
            if suffix != ".pdf":
                _check_scan(field, content)
            return kind, suffix
    raise _no(
        field,
        "The file is neither a PDF nor a JPEG or PNG picture, whatever its name says.",
        "Upload the document as PDF, JPEG or PNG.",
    )
