"""Shipping one order, and the papers of its packages."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import fulfilment, inventory, orders
from clipcart.doorway import Notice, Visit, file_response
from clipcart.doorway.pages import errors_of
from clipcart.fulfilment import LabelWish, Mode, Package, ShipRequest
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Problem, Refusal, check
from clipcart.kit.ids import LineId, PackageId, ShopId, parse_id
from clipcart.kit.text import sentence
from clipcart.orders import LineShipped
from clipcart.web.seller_center.desk_routes.orders import KEY_MAX, key_of
from clipcart.web.seller_center.frame import at_work, forget_due, shop_id_of
from clipcart.web.seller_center.pages import ship as pages

PREFIX = "quantity-"
MOST = 9_999
FIELD_OF: Mapping[type[Refusal], str] = {
    fulfilment.NoSuchCarrier: "carrier",
    fulfilment.CarrierNotAllowed: "carrier",
    fulfilment.InvalidTracking: "tracking_number",
    fulfilment.TrackingTaken: "tracking_number",
}
"""Refusals that belong to a field of the form."""


@get("/sell/{shop:str}/orders/{number:str}/ship", include_in_schema=False)
async def look(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """The form to ship one order."""
    key = key_of(visit, shop, number)
    page = await pages.ship_page(visit, key.shop_id, key.order_id)
    return visit.html("sell/ship.html", page)


@post("/sell/{shop:str}/orders/{number:str}/ship", include_in_schema=False)
async def ship(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Pack what the form says. The same press sent twice packs once."""
    key = key_of(visit, shop, number)
    try:
        request = _request(visit)

        async def body(tx: Tx) -> Package:
            desk = await at_work(tx, visit, key.shop_id)
            return await fulfilment.ship(tx, desk.actor, key.shop_id, key.order_id, request)

        package = await visit.do(body)
    except Refusal as refusal:
        errors, trouble, status = _told(refusal)
        page = await pages.ship_page(
            visit,
            key.shop_id,
            key.order_id,
            typed=visit.form.values(),
            errors=errors,
            trouble=trouble,
        )
        return visit.html("sell/ship.html", page, status=status)
    forget_due(visit)
    if package.mode is Mode.SELLER:
        notice = "Packed. Hand it to the carrier, then say so below."
    else:
        notice = "Packed. The label is being made; print it below in a moment."
    return visit.redirect(key.url, notice)


def _request(visit: Visit) -> ShipRequest:
    """What the form wants. Raises Invalid with the form's own field names."""
    form = visit.form
    names = form.names(PREFIX)
    problems: list[Problem | None] = []
    lines = []
    for name in names:
        line_id, text = parse_id(name.removeprefix(PREFIX)), form.text(name) or "0"
        is_number = text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST
        if line_id is None or not is_number:
            problems.append(Problem(name, "This is not a number of pieces.", "Write 0 or more."))
        elif int(text):
            lines.append(LineShipped(LineId(line_id), int(text)))
    if names and not lines and not problems:
        problems.append(
            Problem(names[0], "The parcel is empty.", "Say how many pieces go into it.")
        )
    weight = form.text("weight_g")
    is_weight = weight.isascii() and weight.isdigit() and len(weight) < 9
    if weight and not is_weight:
        problems.append(Problem("weight_g", "A weight is a whole number.", "Write it in grams."))
    check(problems)
    return ShipRequest(
        label=_wish(visit),
        lines=tuple(lines) if names else None,
        weight_g=int(weight) if weight else None,
        key=form.text("key")[:KEY_MAX],
    )


def _wish(visit: Visit) -> LabelWish:
    form = visit.form
    if form.text("mode") == Mode.SELLER.value:
        return LabelWish(
            mode=Mode.SELLER,
            carrier=form.text("carrier")[:40],
            tracking_number=form.text("tracking_number")[:100],
        )
    return LabelWish()


def _told(refusal: Refusal) -> tuple[Mapping[str, str], Notice | None, int]:
    """Errors at the fields, or a notice on top, and the status. Others go on up."""
    if isinstance(refusal, Invalid):
        return errors_of(refusal.problems), None, 422
    text = sentence(refusal.code, refusal.facts)
    field = FIELD_OF.get(type(refusal))
    if field is not None:
        return {field: text}, None, 422
    if isinstance(refusal, orders.MoreThanOrdered):
        return {f"{PREFIX}{refusal.facts['line_id']}": text}, None, 422
    if isinstance(refusal, orders.CannotShip | orders.CancellationPending | inventory.CannotShip):
        return {}, Notice("warn", text), 409
    raise refusal


@get("/sell/{shop:str}/packages/{number:str}/label.pdf", include_in_schema=False)
async def label(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """The shipping label."""
    shop_id, package_id = _package(visit, shop, number)
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        content = await fulfilment.label_pdf(tx, desk.actor, shop_id, package_id)
    return file_response(content, "application/pdf", f"label-{package_id}.pdf", inline=True)


@get("/sell/{shop:str}/packages/{number:str}/slip.pdf", include_in_schema=False)
async def slip(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """The packing slip."""
    shop_id, package_id = _package(visit, shop, number)
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        content = await fulfilment.slip_pdf(tx, desk.actor, shop_id, package_id)
    return file_response(content, "application/pdf", f"slip-{package_id}.pdf", inline=True)


@get("/sell/{shop:str}/packages/{number:str}/label", include_in_schema=False)
async def other_label(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """The form for another label."""
    shop_id, package_id = _package(visit, shop, number)
    return visit.html("sell/label.html", await pages.label_page(visit, shop_id, package_id))


@post("/sell/{shop:str}/packages/{number:str}/label", include_in_schema=False)
async def change_label(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[str] | Redirect:
    """Give the package another label; the old one is void."""
    shop_id, package_id = _package(visit, shop, number)

    async def body(tx: Tx) -> Package:
        desk = await at_work(tx, visit, shop_id)
        return await fulfilment.replace_label(tx, desk.actor, shop_id, package_id, _wish(visit))

    try:
        package = await visit.do(body)
    except fulfilment.CannotChangeLabel as refusal:
        return visit.redirect(
            f"/sell/{shop_id}/orders", sentence(refusal.code, refusal.facts), "warn"
        )
    except Refusal as refusal:
        errors, _, status = _told(refusal)
        page = await pages.label_page(
            visit, shop_id, package_id, typed=visit.form.values(), errors=errors
        )
        return visit.html("sell/label.html", page, status=status)
    url = f"/sell/{shop_id}/orders/{package.order_id}"
    return visit.redirect(url, "The parcel has another label now. Throw the old one away.")


@post("/sell/{shop:str}/packages/{number:str}/handed-over", include_in_schema=False)
async def hand_over(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Redirect:
    """The package with the shop's own label is with the carrier."""
    shop_id, package_id = _package(visit, shop, number)

    async def body(tx: Tx) -> Package:
        desk = await at_work(tx, visit, shop_id)
        package = await fulfilment.package_for(tx, desk.actor, shop_id, package_id)
        await fulfilment.mark_shipped(tx, desk.actor, shop_id, [package_id])
        return package

    try:
        package = await visit.do(body)
    except fulfilment.CannotHandOver as refusal:
        return visit.redirect(
            f"/sell/{shop_id}/orders", sentence(refusal.code, refusal.facts), "warn"
        )
    forget_due(visit)
    return visit.redirect(f"/sell/{shop_id}/orders/{package.order_id}", "Noted: it is on its way.")


def _package(visit: Visit, shop: str, number: str) -> tuple[ShopId, PackageId]:
    shop_id, package_id = shop_id_of(visit, shop), parse_id(number)
    if package_id is None:
        raise Absent("package")
    return shop_id, PackageId(package_id)


ROUTES = (look, ship, label, slip, other_label, change_label, hand_over)
