"""Labels and packing slips: an address for an app, and the document that opens with it.

The address says what it is for and until when, under a signature of the installation. Whoever has
it sees the document, as with any link that stores hand out; the document is made when it is opened.
"""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from clipcart import fulfilment
from clipcart.doorway import Services, file_response
from clipcart.fulfilment import Mode, Package
from clipcart.identity import job_actor
from clipcart.kit import crypto
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import PackageId, ShopId
from clipcart.open_api.call import Call
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_time

OPEN_FOR: Final = timedelta(hours=24)
NO_LABEL_YET: Final = 11034037
CALLED_OFF: Final = 21023059
ONLY_BOUGHT: Final = 11034002
FOREIGN: Final = 21011028
_READER = job_actor("open_api.document")
_PAPERS: Final = {
    "SHIPPING_LABEL": fulfilment.label_pdf,
    "PACKING_SLIP": fulfilment.slip_pdf,
    "SHIPPING_LABEL_AND_PACKING_SLIP": fulfilment.label_and_slip_pdf,
}
_PURPOSE: Final = "open_api.document"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a package, and until when (Unix seconds) its address opens."""

    kind: str
    shop_id: int
    package_id: int
    until: int


def path_of(secret: str, paper: Paper) -> str:
    """The path under which a document opens."""
    text = base64.urlsafe_b64encode(msgspec.json.encode(paper)).decode().rstrip("=")
    return f"/documents/{text}/{crypto.sign(secret, _PURPOSE, text)}"


def paper_of(secret: str, text: str, signature: str) -> Paper | None:
    """The document of a path, None if the signature is not ours."""
    if not text.isascii() or not crypto.is_same(crypto.sign(secret, _PURPOSE, text), signature):
        return None
    return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Paper)


@serves(
    "GET",
    "/fulfillment/202309/packages/{package_id}/shipping_documents",
    refusals={fulfilment.NoLabelYet: NO_LABEL_YET, Absent: FOREIGN},
)
async def get_package_shipping_document(call: Call) -> dict[str, Any]:
    """An address of a PDF, good for 24 hours. Labels are 4 by 6 inches whatever size is asked."""
    kind = call.query["document_type"]
    if kind not in _PAPERS:
        raise call.wrong("document_type", "it is not made here", f"ask for {', '.join(_PAPERS)}")
    if call.query.get("document_format") == "ZPL":
        raise call.wrong("document_format", "labels are not made in ZPL here", "ask for PDF")
    async with call.reading() as tx:
        package = await fulfilment.package_for(
            tx, call.actor, call.shop_id, PackageId(call.id("package_id"))
        )
        now = tx.now
    _check(call, package, kind)
    paper = Paper(kind, package.shop_id, package.id, wire_time(now + OPEN_FOR))
    path = path_of(call.services.secret, paper)
    return known(
        doc_url=call.services.settings.public_url.rstrip("/") + path,
        tracking_number=package.tracking_number,
    )


def _check(call: Call, package: Package, kind: str) -> None:
    if package.cancelled_at is not None:
        raise call.refused(CALLED_OFF, "The package was called off. Look at its order.")
    if kind == "PACKING_SLIP":
        return
    if package.mode is Mode.SELLER:
        raise call.refused(
            ONLY_BOUGHT, "The seller brought the label. Ask for document_type PACKING_SLIP."
        )
    if package.tracking_number is None:
        said = package.label_problem or "The carrier has not given out the label. Ask again soon."
        raise call.refused(NO_LABEL_YET, said)


@get("/documents/{text:str}/{signature:str}", include_in_schema=False)
async def open_document(
    text: FromPath[str], signature: FromPath[str], state: State
) -> Response[bytes]:
    """The document of a signed address. Absent when it is not ours or its time is over."""
    services: Services = state.services
    paper = paper_of(services.secret, text, signature)
    if paper is None:
        raise Absent("document")
    async with services.db.reading() as tx:
        content = await _made(tx, paper)
    name = f"{paper.kind.lower().replace('_', '-')}-{paper.package_id}.pdf"
    return file_response(content, "application/pdf", name, inline=True)


async def _made(tx: Tx, paper: Paper) -> bytes:
    if wire_time(tx.now) >= paper.until:
        raise Absent("document")
    make = _PAPERS[paper.kind]
    return await make(tx, _READER, ShopId(paper.shop_id), PackageId(paper.package_id))


ROUTES: tuple[HTTPRouteHandler, ...] = (open_document,)
