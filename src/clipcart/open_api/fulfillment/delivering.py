"""How deliveries under the seller's own labels went, with pictures and papers that prove it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from clipcart import fulfilment
from clipcart.fulfilment import DeliveryKind, DeliveryTold, Mode, PackageFilter, ProofKind
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Refusal
from clipcart.kit.ids import PackageId, parse_id
from clipcart.kit.images import MAX_IMAGE_BYTES, Picture, check_picture
from clipcart.kit.text import sentence
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure, item_error, sentence_of
from clipcart.open_api.registry import serves

PROOFS: Final = "proofs"
MOST: Final = 50
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
FOREIGN: Final = 21011028
_KINDS: Final = {
    "DELIVERY_SUCCESS": DeliveryKind.DELIVERED,
    "DELIVERY_FAILED": DeliveryKind.NOT_DELIVERED,
    "UPDATE_POD": DeliveryKind.PROOF,
}
_PROOFS: Final = {"IMG": ProofKind.PICTURE, "PDF": ProofKind.DOCUMENT}
_CODES: Final[Mapping[type[Refusal], int]] = {
    fulfilment.CannotTellDelivery: 21011027,
    fulfilment.ProofNeeded: 21001001,
    Absent: FOREIGN,
}


def _picture(content: bytes) -> Picture:
    try:
        return check_picture("data", content)
    except Invalid as refusal:
        said = sentence_of(refusal.problems)
        code = 12038005 if len(content) > MAX_IMAGE_BYTES else 12038004
        raise Failure(12019116 if "pixels" in said else code, said) from refusal


def _url(call: Call, key: str) -> str:
    return f"{call.services.settings.public_url.rstrip('/')}/media/{key}"


@serves("POST", "/fulfillment/202309/images/upload")
async def upload_delivery_image(call: Call) -> dict[str, Any]:
    """Check a picture, write it anew without what it tells of its camera, and store it."""
    picture = await asyncio.to_thread(_picture, call.files["data"].content)
    key = await call.services.files.put_picture(PROOFS, picture.content, picture.thumbnail)
    return {"url": _url(call, key), "width": picture.width_px, "height": picture.height_px}


@serves("POST", "/fulfillment/202309/files/upload")
async def upload_delivery_file(call: Call) -> dict[str, Any]:
    """Store a PDF that proves a delivery."""
    content, name = call.files["data"].content, call.body["name"]
    if not 1 <= len(name) <= 120:
        raise call.wrong("name", "it is not from 1 to 120 characters", "send one like proof.pdf")
    if not content.startswith(b"%PDF-"):
        raise Failure(12038004, "data: it is not a PDF. Send a PDF, or a picture as an image.")
    if len(content) > MAX_FILE_BYTES:
        raise Failure(12038005, "data: it is too large. Send at most 10 MB.")
    key = await call.services.files.put(PROOFS, content, ".pdf")
    return {"name": name, "url": _url(call, key)}


@serves("POST", "/fulfillment/202309/packages/deliver")
async def update_package_delivery_status(call: Call) -> dict[str, Any]:
    """Tell how deliveries went, for packages that travel under the seller's own numbers.

    Where the carrier watches a number, a delivery that it has not told of needs a `file_url`.
    """
    wishes = call.body["packages"]
    if not 1 <= len(wishes) <= MOST:
        raise call.wrong("packages", f"it has not 1 to {MOST} packages", "send several calls")
    told = [await _told(call, place, wish) for place, wish in enumerate(wishes)]

    async def tell(tx: Tx) -> dict[str, Any]:
        errors = []
        for wish, each in zip(wishes, told, strict=True):
            package_id = PackageId(parse_id(wish["id"]) or 0)
            try:
                async with tx.savepoint():
                    await fulfilment.tell_delivery(tx, call.actor, call.shop_id, package_id, each)
            except Refusal as refusal:
                code = next((_CODES[kind] for kind in _CODES if isinstance(refusal, kind)), None)
                if code is None:
                    raise
                said = sentence(refusal.code, refusal.facts)
                errors.append(item_error(code, said, package_id=wish["id"]))
        return {"errors": errors}

    return await call.do(tell)


async def _told(call: Call, place: int, wish: Mapping[str, Any]) -> DeliveryTold:
    """One wish, checked: a reason for a failure, and a proof that an upload gave out."""
    inside = f"packages[{place}]"
    kind = _KINDS[wish["delivery_type"]]
    reason = wish.get("fail_delivery_reason", "")
    if (kind is DeliveryKind.NOT_DELIVERED) is not bool(reason):
        rule = "it is for failed deliveries, and only for them"
        raise call.wrong(f"{inside}.fail_delivery_reason", rule, "send it with DELIVERY_FAILED")
    url, proof = wish.get("file_url", ""), _PROOFS.get(wish.get("file_type", "IMG"))
    if proof is None:
        raise call.wrong(f"{inside}.file_type", "it is neither IMG nor PDF", "send one of them")
    if not url:
        if kind is DeliveryKind.PROOF:
            raise call.wrong(f"{inside}.file_url", "it is missing", "upload the proof first")
        return DeliveryTold(kind, reason)
    key = url.removeprefix(_url(call, ""))
    is_ours = key != url and key.startswith(f"{PROOFS}/") and ".." not in key
    if not is_ours or not await call.services.files.has(key):
        raise call.wrong(f"{inside}.file_url", "no upload gave it out", "send the url of an upload")
    return DeliveryTold(kind, reason, proof, key)


@serves("GET", "/fulfillment/202508/tts_tracking_validation")
async def validate_tracking(call: Call) -> dict[str, Any]:
    """Whether a number is that of a label which the shop bought here."""
    only = PackageFilter(tracking_number=call.query["tracking_number"])
    async with call.reading() as tx:
        page = await fulfilment.packages_of_shop(tx, call.actor, call.shop_id, only, limit=10)
    bought = any(
        each.mode is Mode.PLATFORM and each.cancelled_at is None and each.tracking_number
        for each in page.items
    )
    return {"is_tiktok_shipping": bought}
