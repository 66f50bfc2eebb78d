"""The verification queue, the record of a shop, its papers, and the decisions."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import sellers
from clipcart.doorway import file_response
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.files import NoSuchFile
from clipcart.kit.ids import DocumentId
from clipcart.ops.desk import Desk, Typed, number_of, shop_id_of
from clipcart.ops.events import DocumentOpened
from clipcart.ops.pages.verification import queue_page, record_page, record_url, requirement_of
from clipcart.ops.words import REQUIREMENTS
from clipcart.sellers import Document, ShopState

SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
SANDBOX: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
"""For a paper that a stranger made: a picture is shown, nothing in it runs."""


@get("/verification")
async def queue(desk: NamedDependency[Desk]) -> Response[str]:
    """Who waits."""
    return desk.html("verification.html", await queue_page(desk, desk.query("at")))


@get("/verification/{shop:str}")
async def record(desk: NamedDependency[Desk], shop: FromPath[str]) -> Response[str]:
    """Everything about one shop."""
    return desk.html("record.html", await record_page(desk, shop_id_of(shop)))


@get("/verification/{shop:str}/documents/{number:str}")
async def document(
    desk: NamedDependency[Desk], shop: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A paper: pictures are shown, everything else is saved. Opening it is recorded."""
    shop_id, document_id = shop_id_of(shop), DocumentId(number_of(number, "document"))

    async def body(tx: Tx) -> Document:
        found = await sellers.document_for(tx, desk.actor, shop_id, document_id)
        tx.announce(desk.actor, DocumentOpened(shop_id, document_id, found.kind))
        return found

    paper = await desk.visit.do(body)
    try:
        content = await desk.services.files.get(paper.file_key)
    except NoSuchFile as error:
        raise Absent("document") from error
    content_type = paper.content_type if paper.content_type in SUFFIXES else "application/zip"
    is_shown = content_type.startswith("image/") and desk.query("save") is None
    name = f"{shop_id}-{paper.kind}.{SUFFIXES.get(content_type, 'bin')}"
    answer = file_response(content, content_type, name, inline=is_shown)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@post("/verification/{shop:str}/{requirement:str}/decide", status_code=200)
async def decide(
    desk: NamedDependency[Desk], shop: FromPath[str], requirement: FromPath[str]
) -> Response[str] | Redirect:
    """Approve or refuse what was handed in."""
    shop_id, wanted = shop_id_of(shop), requirement_of(requirement)
    verdict = desk.form.text("verdict")
    if wanted is None or verdict not in ("approve", "refuse"):
        raise Absent("requirement")
    reason = desk.form.text("reason")[:1000]

    async def show(typed: Typed) -> Response[str]:
        page = await record_page(desk, shop_id, typed, wanted.value)
        return desk.html("record.html", page, status=422)

    def told(state: ShopState) -> str:
        if state is ShopState.LIVE and verdict == "approve":
            return f"{REQUIREMENTS[wanted]} approved. The shop is open."
        what = "approved" if verdict == "approve" else "refused; the seller sees your reason"
        return f"{REQUIREMENTS[wanted]} {what}."

    return await desk.carry_out(
        lambda tx: sellers.decide(tx, desk.actor, shop_id, wanted, verdict == "approve", reason),
        back=record_url(shop_id),
        done=told,
        show=show,
    )


@post("/verification/{shop:str}/{requirement:str}/reopen", status_code=200)
async def reopen(
    desk: NamedDependency[Desk], shop: FromPath[str], requirement: FromPath[str]
) -> Response[str] | Redirect:
    """Take an approval back."""
    shop_id, wanted = shop_id_of(shop), requirement_of(requirement)
    if wanted is None:
        raise Absent("requirement")
    reason = desk.form.text("reason")[:1000]

    async def show(typed: Typed) -> Response[str]:
        page = await record_page(desk, shop_id, typed, wanted.value)
        return desk.html("record.html", page, status=422)

    return await desk.carry_out(
        lambda tx: sellers.reopen(tx, desk.actor, shop_id, wanted, reason),
        back=record_url(shop_id),
        done=f"{REQUIREMENTS[wanted]}: the approval is taken back.",
        show=show,
    )


ROUTES = (queue, record, document, decide, reopen)
