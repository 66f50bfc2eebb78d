"""Listings: verdicts, taking down and giving back."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import catalog
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent
from clipcart.kit.ids import ProductId, ShopId
from clipcart.ops.desk import Desk, Typed, number_of, shop_id_of
from clipcart.ops.pages.listings import PATH, listing_page, listings_page


@get("/listings")
async def listings(desk: NamedDependency[Desk]) -> Response[str]:
    """What waits for a person."""
    return desk.html(
        "listings.html", await listings_page(desk, desk.query("view"), desk.query("at"))
    )


@get("/listings/{shop:str}/{product:str}")
async def listing(
    desk: NamedDependency[Desk], shop: FromPath[str], product: FromPath[str]
) -> Response[str]:
    """One listing with what was found."""
    shop_id, product_id = _key(shop, product)
    return desk.html("listing.html", await listing_page(desk, shop_id, product_id))


@post("/listings/{shop:str}/{product:str}/decide", status_code=200)
async def decide(
    desk: NamedDependency[Desk], shop: FromPath[str], product: FromPath[str]
) -> Response[str] | Redirect:
    """Give or overrule a verdict."""
    shop_id, product_id = _key(shop, product)
    verdict, reason = desk.form.text("verdict"), desk.form.text("reason")[:1000]
    if verdict not in ("approve", "refuse"):
        raise Absent("verdict")
    return await _carry_out(
        desk,
        (shop_id, product_id),
        lambda tx: catalog.decide_audit(
            tx, desk.actor, shop_id, product_id, approved=verdict == "approve", reason=reason
        ),
        "Approved." if verdict == "approve" else "Refused. The seller sees your reason.",
    )


@post("/listings/{shop:str}/{product:str}/take-down", status_code=200)
async def take_down(
    desk: NamedDependency[Desk], shop: FromPath[str], product: FromPath[str]
) -> Response[str] | Redirect:
    """Take it off sale, or freeze it."""
    shop_id, product_id = _key(shop, product)
    reason, freeze = desk.form.text("reason")[:1000], desk.form.has("freeze")
    return await _carry_out(
        desk,
        (shop_id, product_id),
        lambda tx: catalog.take_down(tx, desk.actor, shop_id, [product_id], reason, freeze=freeze),
        "Taken down and frozen." if freeze else "Taken down.",
    )


@post("/listings/{shop:str}/{product:str}/give-back", status_code=200)
async def give_back(
    desk: NamedDependency[Desk], shop: FromPath[str], product: FromPath[str]
) -> Response[str] | Redirect:
    """Return it to its seller, off sale."""
    shop_id, product_id = _key(shop, product)
    return await _carry_out(
        desk,
        (shop_id, product_id),
        lambda tx: catalog.give_back(tx, desk.actor, shop_id, [product_id]),
        "Given back. The seller can put it on sale again.",
    )


def _key(shop: str, product: str) -> tuple[ShopId, ProductId]:
    return shop_id_of(shop), ProductId(number_of(product, "product"))


async def _carry_out(
    desk: Desk, key: tuple[ShopId, ProductId], work: Callable[[Tx], Awaitable[Any]], done: str
) -> Response[str] | Redirect:
    async def show(typed: Typed) -> Response[str]:
        return desk.html("listing.html", await listing_page(desk, *key, typed), status=422)

    return await desk.carry_out(work, back=f"{PATH}/{key[0]}/{key[1]}", done=done, show=show)


ROUTES = (listings, listing, decide, take_down, give_back)
