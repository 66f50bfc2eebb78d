"""Routes of the sandbox. In production there is nothing here."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from clipcart import apps, sandbox
from clipcart.doorway import Visit
from clipcart.doorway.app import Routes
from clipcart.doorway.pages import errors_of
from clipcart.identity import require
from clipcart.kit import clock_move
from clipcart.kit.clock_move import Move
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid
from clipcart.kit.ids import AppId, OrderId, ShopId, SkuId, new_id, parse_id
from clipcart.kit.text import sentence
from clipcart.sandbox import TARGETS, CannotAct, DidNotArrive, NoSuchSandboxShop
from clipcart.web.account.guard import own_session
from clipcart.web.partner_center import sandbox_pages as pages
from clipcart.web.partner_center.sandbox_pages import PATH, workshop_of
from clipcart.web.storefront.words import counted

FARTHEST_H = 30 * 24


def _enter(visit: Visit) -> None:
    """Raises NotFoundException in production, SignInNeeded."""
    if not visit.services.is_demo:
        raise NotFoundException
    own_session(visit)


def _shop_id(number: str) -> ShopId:
    """Raises NoSuchSandboxShop."""
    shop_id = parse_id(number)
    if shop_id is None:
        raise NoSuchSandboxShop
    return ShopId(shop_id)


def _order(number: str) -> OrderId:
    """Raises NotFoundException."""
    found = parse_id(number)
    if found is None:
        raise NotFoundException
    return OrderId(found)


@get(PATH, include_in_schema=False)
async def home(visit: NamedDependency[Visit]) -> Response[Any]:
    """One's sandbox shops."""
    _enter(visit)
    return visit.html("partner/sandbox.html", await pages.sandbox_page(visit, None))


@get(PATH + "/{shop:str}", include_in_schema=False)
async def one_shop(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """One sandbox shop with its orders."""
    _enter(visit)
    return visit.html("partner/sandbox.html", await pages.sandbox_page(visit, _shop_id(shop)))


async def _again(visit: Visit, shop_id: ShopId | None, refusal: Invalid) -> Response[Any]:
    page = await pages.sandbox_page(
        visit, shop_id, visit.form.values(), errors_of(refusal.problems)
    )
    return visit.html("partner/sandbox.html", page, status=422)


@post(PATH, include_in_schema=False)
async def make_shop(visit: NamedDependency[Visit]) -> Response[Any]:
    """Make a shop that is ready to sell."""
    _enter(visit)
    name, market = visit.form.text("name"), visit.form.text("market")
    key = visit.form.text("key")[:100] or str(new_id())
    try:
        made = await workshop_of(visit).make_shop(visit.actor, key, market, name)
    except Invalid as refusal:
        return await _again(visit, None, refusal)
    return visit.redirect(f"{PATH}/{made.shop_id}", "The shop is open. Now bring orders into it.")


@post(PATH + "/{shop:str}/orders", include_in_schema=False)
async def bring(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Bring new orders into a state."""
    _enter(visit)
    shop_id, form = _shop_id(shop), visit.form
    try:
        target = TARGETS.get(form.text("state"), TARGETS["AWAITING_SHIPMENT"])
        made = await workshop_of(visit).bring(
            visit.actor,
            shop_id,
            target,
            sku_id=SkuId(form.id("sku")),
            quantity=form.number("quantity", low=1, high=100, default=1),
            count=form.number("count", low=1, high=20, default=1),
        )
    except Invalid as refusal:
        return await _again(visit, shop_id, refusal)
    except (CannotAct, DidNotArrive) as refusal:
        return visit.redirect(f"{PATH}/{shop_id}", sentence(refusal.code, refusal.facts), "warn")
    told = f"{counted(len(made), 'order')}: {target.title.lower()}."
    if len(made) == 1:
        return visit.redirect(f"{PATH}/{shop_id}/orders/{made[0].order_id}", told)
    return visit.redirect(f"{PATH}/{shop_id}#orders", told)


@get(PATH + "/{shop:str}/orders/{order_id:str}", include_in_schema=False)
async def one_order(
    visit: NamedDependency[Visit], shop: FromPath[str], order_id: FromPath[str]
) -> Response[Any]:
    """One order and what can happen to it."""
    _enter(visit)
    page = await pages.order_page(visit, _shop_id(shop), _order(order_id))
    return visit.html("partner/sandbox_order.html", page)


@post(PATH + "/{shop:str}/orders/{order_id:str}", include_in_schema=False)
async def act(
    visit: NamedDependency[Visit], shop: FromPath[str], order_id: FromPath[str]
) -> Response[Any]:
    """Let something happen to an order."""
    _enter(visit)
    shop_id, order = _shop_id(shop), _order(order_id)
    url, chosen = f"{PATH}/{shop_id}/orders/{order}", pages.act_of(visit.form.text("act"))
    if chosen is None:
        return visit.redirect(url, "Choose what happens.", "warn")
    try:
        now = await workshop_of(visit).act(visit.actor, shop_id, order, chosen)
    except (CannotAct, DidNotArrive) as refusal:
        return visit.redirect(url, sentence(refusal.code, refusal.facts), "warn")
    return visit.redirect(url, f"Done. The order is {now.state.replace('_', ' ').lower()}.")


@post(PATH + "/{shop:str}/apps", include_in_schema=False)
async def let_app_in(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Let one of one's own apps into a sandbox shop."""
    _enter(visit)
    shop_id, app_id = _shop_id(shop), AppId(parse_id(visit.form.text("app")) or 0)

    async def body(tx: Tx) -> str:
        app = await apps.app_for(tx, visit.actor, app_id)
        await sandbox.let_app_in(tx, visit.actor, shop_id, app)
        return app.name

    try:
        name = await visit.do(body)
    except Invalid as refusal:
        said = " ".join(errors_of(refusal.problems).values())
        return visit.redirect(f"{PATH}/{shop_id}", said, "warn")
    return visit.redirect(f"{PATH}/{shop_id}", f"{name} is let in. Its explorer can use this shop.")


@post(PATH + "/clock", include_in_schema=False)
async def pass_time(visit: NamedDependency[Visit]) -> Response[Any]:
    """Let time pass for the whole installation, in the background."""
    _enter(visit)
    hours = visit.form.number("hours", low=1, high=FARTHEST_H)

    async def body(tx: Tx) -> Move | None:
        mine = await sandbox.shops_of(tx, visit.actor)
        require(sandbox.may_move_clock(visit.actor, len(mine)), "sandbox.clock", visit.actor)
        return await clock_move.begin_move(tx, visit.actor, timedelta(hours=hours))

    move = await visit.do(body)
    if move is None:
        return visit.redirect(PATH, "The clock is moving already. Wait until it stands.", "warn")
    clock_move.in_background(visit.services.db, visit.services.engine, move)
    return visit.redirect(PATH, f"The clock moves on by {counted(hours, 'hour')}.")


ROUTES: Routes = (home, one_shop, make_shop, bring, one_order, act, let_app_in, pass_time)
