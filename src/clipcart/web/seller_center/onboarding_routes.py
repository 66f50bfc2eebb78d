"""Setting up a shop: open it, hand in what the verification asks for, settings, staff."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import markets, sellers
from clipcart.doorway import Visit, file_response
from clipcart.doorway.answers import status_of
from clipcart.doorway.forms import Upload
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Problem, Refusal, SignInNeeded, check
from clipcart.kit.files import NoSuchFile
from clipcart.kit.ids import DocumentId, parse_id
from clipcart.kit.images import document_type
from clipcart.sellers import Business, NewBankAccount, NewDocument, OpenShop
from clipcart.web.account.filled import fresh, refused
from clipcart.web.seller_center import shop_routes
from clipcart.web.seller_center.frame import at_work, require_grant, shop_id_of
from clipcart.web.seller_center.onboarding_pages import (
    bank_page,
    business_page,
    documents_page,
    new_shop_page,
    setup_page,
    start_page,
)

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


@get("/sell", include_in_schema=False)
async def start(visit: NamedDependency[Visit]) -> Response[Any]:
    """One's shops, or how to begin."""
    return visit.html("sell/onboarding_start.html", await start_page(visit))


@get("/sell/new", include_in_schema=False)
async def new_shop(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form to open a shop."""
    form = fresh(market=visit.session.market_id if visit.session else visit.market.id)
    return visit.html("sell/onboarding_new.html", await new_shop_page(visit, form))


@post("/sell/new", include_in_schema=False)
async def open_shop(visit: NamedDependency[Visit]) -> Response[Any]:
    """Open a shop."""
    if visit.session is None:
        raise SignInNeeded
    form = visit.form
    wanted = OpenShop(
        name=form.text("name"),
        market_id=form.text("market"),
        handle=form.text("handle").lower(),
        tagline=form.text("tagline"),
    )
    try:
        shop = await visit.do(lambda tx: sellers.open_shop(tx, visit.actor, wanted))
    except (Invalid, sellers.HandleTaken, markets.NoSuchMarket) as refusal:
        field = "market" if isinstance(refusal, markets.NoSuchMarket) else "handle"
        page = await new_shop_page(visit, refused(form, refusal, field))
        return visit.html("sell/onboarding_new.html", page, status=422)
    return visit.redirect(f"/sell/{shop.id}/setup", f"{shop.name} is yours. Now the verification.")


@get("/sell/{shop:str}/setup", include_in_schema=False)
async def setup(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """The checklist of the verification."""
    page = await setup_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/onboarding_setup.html", page)


@get("/sell/{shop:str}/setup/business", include_in_schema=False)
async def business(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """The business data."""
    page = await business_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/onboarding_business.html", page)


@post("/sell/{shop:str}/setup/business", include_in_schema=False)
async def submit_business(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Hand in the business data."""
    shop_id, form = shop_id_of(visit, shop), visit.form
    new = Business(
        legal_form=form.text("legal_form"),
        legal_name=form.text("legal_name"),
        tax_number=form.text("tax_number"),
        representative=form.text("representative"),
        line1=form.text("line1"),
        line2=form.text("line2"),
        district=form.text("district"),
        city=form.text("city"),
        region=form.text("region"),
        postal_code=form.text("postal_code"),
        phone=form.text("phone"),
    )

    async def submit(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        await sellers.submit_business(tx, desk.actor, shop_id, new)

    try:
        await visit.do(submit)
    except (Invalid, sellers.BusinessSettled) as refusal:
        page = await business_page(visit, shop_id, refused(form, refusal))
        return visit.html("sell/onboarding_business.html", page, status=status_of(refusal))
    return visit.redirect(f"/sell/{shop_id}/setup", "The business data are handed in.")


@get("/sell/{shop:str}/setup/documents", include_in_schema=False)
async def documents(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """The papers."""
    page = await documents_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/onboarding_documents.html", page)


@post("/sell/{shop:str}/setup/documents", include_in_schema=False)
async def add_document(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Hand in a paper: judged by its content, kept where only staff and operators reach it."""
    shop_id, form = shop_id_of(visit, shop), visit.form
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        rules = desk.market.at(tx.now)
    require_grant(desk, "shop.edit")
    known = {kind for kinds in rules.documents_required.values() for kind in kinds}
    kind, uploads = form.text("kind"), form.uploads("file")
    try:
        expires_on = _day("expires_on", form.text("expires_on"))
        none_chosen = Problem("file", "no file is chosen", "choose a PDF, JPEG or PNG")
        no_kind = Problem("kind", "no such paper is asked for", "choose one of the list")
        check([None if kind in known else no_kind, None if uploads else none_chosen])
        content_type, suffix = _checked(uploads[0], rules.document_bytes_max)
        key = await visit.services.files.put(f"documents/{shop_id}", uploads[0].content, suffix)
        new = NewDocument(
            kind=kind,
            file_key=key,
            content_type=content_type,
            size_bytes=len(uploads[0].content),
            expires_on=expires_on,
        )
        await visit.do(lambda tx: sellers.add_document(tx, desk.actor, shop_id, new))
    except Invalid as refusal:
        page = await documents_page(visit, shop_id, refused(form, refusal))
        return visit.html("sell/onboarding_documents.html", page, status=422)
    return visit.redirect(f"/sell/{shop_id}/setup/documents", "The paper is handed in.")


def _day(field: str, text: str) -> date | None:
    """A day as browsers send it. Raises Invalid."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        problem = Problem(field, "this is no day", "write it like 2030-12-31")
        raise Invalid([problem]) from error


def _checked(upload: Upload, limit_bytes: int) -> tuple[str, str]:
    found = document_type("file", upload.content)
    mb = limit_bytes // 1_000_000
    rule = f"The document is larger than {mb} MB."
    too_large = Problem("file", rule, "Scan it at a lower resolution.")
    check([too_large if len(upload.content) > limit_bytes else None])
    return found


@get("/sell/{shop:str}/setup/documents/{number:str}", include_in_schema=False)
async def one_document(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A paper's file, for saving: what strangers uploaded is never shown as a page of ours."""
    shop_id, document_id = shop_id_of(visit, shop), parse_id(number)
    if document_id is None:
        raise Absent("document")
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        found = await sellers.document_for(tx, desk.actor, shop_id, DocumentId(document_id))
    try:
        content = await visit.services.files.get(found.file_key)
    except NoSuchFile as error:
        raise Absent("document") from error
    name = f"{found.kind}{SUFFIXES[found.content_type]}"
    return file_response(content, found.content_type, name, inline=False)


@get("/sell/{shop:str}/setup/bank-account", include_in_schema=False)
async def bank_account(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """The account for payouts."""
    return visit.html("sell/onboarding_bank.html", await bank_page(visit, shop_id_of(visit, shop)))


@post("/sell/{shop:str}/setup/bank-account", include_in_schema=False)
async def submit_bank_account(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Name the account for payouts."""
    shop_id, form = shop_id_of(visit, shop), visit.form
    new = NewBankAccount(
        holder_name=form.text("holder_name"),
        bank_name=form.text("bank_name"),
        routing_code=form.text("routing_code"),
        number=form.text("number"),
    )

    async def submit(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        await sellers.submit_bank_account(tx, desk.actor, shop_id, new)

    refusal: Refusal
    try:
        await visit.do(submit)
    except (Invalid, sellers.HolderNameDiffers) as caught:
        refusal, field = caught, "holder_name"
    except sellers.BusinessMissing as caught:
        refusal, field = caught, ""
    else:
        return visit.redirect(f"/sell/{shop_id}/setup", "The bank account is handed in.")
    page = await bank_page(visit, shop_id, refused(form, refusal, field))
    return visit.html("sell/onboarding_bank.html", page, status=status_of(refusal))


ROUTES = (
    start,
    new_shop,
    open_shop,
    setup,
    business,
    submit_business,
    documents,
    add_document,
    one_document,
    bank_account,
    submit_bank_account,
    *shop_routes.ROUTES,
)
