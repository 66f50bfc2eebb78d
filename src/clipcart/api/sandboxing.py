"""The sandbox in JSON, for scripts and tests of integrators. In production it answers 404."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from litestar import Router, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import JSONBody

from clipcart import apps, sandbox, sellers
from clipcart.api import mapping
from clipcart.api import sandbox_schemas as schemas
from clipcart.api.caller import Caller, PathId
from clipcart.apps import NewApp, Party, Vault
from clipcart.doorway import Services
from clipcart.identity import as_person, require
from clipcart.kit import clock_move
from clipcart.kit.clock_move import Move
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import OrderId, ShopId, SkuId
from clipcart.sandbox import TARGETS, Act, CannotAct, Standing, Workshop

TAGS = ["Sandbox"]


def _guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Before anything of a request is looked at. Raises NotFoundException in production."""
    services: Services = connection.app.state.services
    if not services.is_demo:
        raise NotFoundException


def _workshop(caller: Caller) -> Workshop:
    """Raises SignInNeeded."""
    services = caller.services
    assert caller.person_id
    return Workshop(services.db, services.files, services.provider, services.engine)


def _order(now: Standing) -> schemas.SandboxOrder:
    return schemas.SandboxOrder(
        str(now.shop_id),
        str(now.order_id),
        now.state,
        now.note,
        mapping.money(now.total),
        [schemas.SandboxPackage(str(number), state) for number, state in now.packages],
        [act.value for act in now.acts],
    )


@get("/sandbox/states", tags=TAGS)
async def list_sandbox_states(caller: NamedDependency[Caller]) -> list[schemas.SandboxState]:
    """The states that an order can be brought into. Outside production."""
    _workshop(caller)
    return [schemas.SandboxState(each.name, each.title) for each in TARGETS.values()]


@post("/sandbox/shops", tags=TAGS, status_code=201)
async def make_sandbox_shop(
    caller: NamedDependency[Caller], data: JSONBody[schemas.NewSandboxShop]
) -> schemas.SandboxShop:
    """Make a shop that is open, with products, stock and a buyer; the same key, the same shop."""
    made = await _workshop(caller).make_shop(caller.actor, caller.key, data.market, data.name)
    return schemas.SandboxShop(str(made.shop_id), str(made.buyer_id), data.name)


@get("/sandbox/shops", tags=TAGS)
async def list_sandbox_shops(caller: NamedDependency[Caller]) -> list[schemas.SandboxShop]:
    """One's own sandbox shops, the newest first."""
    _workshop(caller)
    async with caller.services.db.reading() as tx:
        mine = await sandbox.shops_of(tx, caller.actor)
        names = await sellers.shops(tx, [each.shop_id for each in mine])
    return [
        schemas.SandboxShop(str(each.shop_id), str(each.buyer_id), names[each.shop_id].name)
        for each in mine
    ]


@get("/sandbox/shops/{shop_id:int}/items", tags=TAGS)
async def list_sandbox_items(
    caller: NamedDependency[Caller], shop_id: PathId
) -> list[schemas.SandboxItem]:
    """What can be bought in a sandbox shop."""
    items = await _workshop(caller).items(caller.actor, ShopId(shop_id))
    return [
        schemas.SandboxItem(
            str(each.sku_id), each.title, each.options, each.seller_sku, mapping.money(each.price)
        )
        for each in items
    ]


@post("/sandbox/shops/{shop_id:int}/orders", tags=TAGS, status_code=201)
async def bring_sandbox_orders(
    caller: NamedDependency[Caller], shop_id: PathId, data: JSONBody[schemas.SandboxOrders]
) -> list[schemas.SandboxOrder]:
    """New orders, brought into a state by everything that leads there.

    Sent again with its key it goes on where it came to.
    """
    workshop, target = _workshop(caller), TARGETS.get(data.state)
    cure = f"Choose one of {', '.join(TARGETS)}."
    check([None if target else Problem("state", f"{data.state!r} is no state.", cure)])
    assert target is not None
    made = await workshop.bring(
        caller.actor,
        ShopId(shop_id),
        target,
        key=caller.key,
        sku_id=SkuId(mapping.read_id("sku_id", data.sku_id)) if data.sku_id else None,
        quantity=data.quantity,
        count=data.count,
    )
    return [_order(each) for each in made]


@get("/sandbox/shops/{shop_id:int}/orders/{order_id:int}", tags=TAGS)
async def show_sandbox_order(
    caller: NamedDependency[Caller], shop_id: PathId, order_id: PathId
) -> schemas.SandboxOrder:
    """Where an order stands, and what can happen to it."""
    return _order(
        await _workshop(caller).standing(caller.actor, ShopId(shop_id), OrderId(order_id))
    )


@post("/sandbox/shops/{shop_id:int}/orders/{order_id:int}/acts", tags=TAGS, status_code=200)
async def act_on_sandbox_order(
    caller: NamedDependency[Caller],
    shop_id: PathId,
    order_id: PathId,
    data: JSONBody[schemas.SandboxAct],
) -> schemas.SandboxOrder:
    """Let something happen to an order: one of its acts. What follows from it has then happened."""
    workshop = _workshop(caller)
    if data.act not in set(Act):
        now = await workshop.standing(caller.actor, ShopId(shop_id), OrderId(order_id))
        raise CannotAct(data.act, now.state)
    done = await workshop.act(caller.actor, ShopId(shop_id), OrderId(order_id), Act(data.act))
    return _order(done)


@post("/sandbox/apps", tags=TAGS, status_code=201)
async def make_sandbox_app(
    caller: NamedDependency[Caller], data: JSONBody[schemas.NewSandboxApp]
) -> schemas.SandboxApp:
    """Register an app of one's own, with a key and secret of one's choice if wanted."""
    _workshop(caller)
    person_id, vault = caller.person_id, Vault(caller.services.secret)
    require(sandbox.may_use_sandbox(caller.actor, person_id), "sandbox.use", caller.actor)
    known = [each.name for each in apps.SCOPES.values() if each.party is Party.SELLER]
    new = NewApp(
        name=data.name,
        about="",
        redirect_url=data.redirect_url,
        scopes=dict.fromkeys(data.scopes or known, "For the sandbox."),
    )

    async def body(tx: Tx) -> schemas.SandboxApp:
        made = await apps.register_app(
            tx, as_person(person_id), vault, new, is_local=True, key=data.key, secret=data.secret
        )
        return schemas.SandboxApp(made.app.key, made.secret, str(made.app.service_id))

    # Not kept by a key as other answers are: it holds a secret.
    return await caller.services.db.retrying(body)


@post("/sandbox/shops/{shop_id:int}/access", tags=TAGS, status_code=200)
async def let_sandbox_app_in(
    caller: NamedDependency[Caller], shop_id: PathId, data: JSONBody[schemas.SandboxAccess]
) -> schemas.SandboxCode:
    """Say yes to an app of one's own for a sandbox shop, as on the consent page."""
    _workshop(caller)

    async def body(tx: Tx) -> schemas.SandboxCode:
        app = await apps.app_by_key(tx, data.app_key)
        code = await sandbox.let_app_in(tx, caller.actor, ShopId(shop_id), app)
        return schemas.SandboxCode(code)

    return await caller.services.db.retrying(body)


@post("/sandbox/clock", tags=TAGS, status_code=202)
async def move_sandbox_clock(
    caller: NamedDependency[Caller], data: JSONBody[schemas.SandboxTime]
) -> schemas.SandboxMove:
    """Let time pass for the whole installation, in the background."""
    services, _ = caller.services, _workshop(caller)

    async def body(tx: Tx) -> Move | None:
        mine = await sandbox.shops_of(tx, caller.actor)
        require(sandbox.may_move_clock(caller.actor, len(mine)), "sandbox.clock", caller.actor)
        return await clock_move.begin_move(tx, caller.actor, timedelta(hours=data.hours))

    move = await services.db.retrying(body)
    busy = Problem("hours", "The clock is moving already.", "Wait until it stands.")
    check([None if move else busy])
    assert move is not None
    clock_move.in_background(services.db, services.engine, move)
    return schemas.SandboxMove(move.target_at.isoformat())


_HANDLERS: Sequence[HTTPRouteHandler] = (
    list_sandbox_states,
    make_sandbox_shop,
    list_sandbox_shops,
    list_sandbox_items,
    bring_sandbox_orders,
    show_sandbox_order,
    act_on_sandbox_order,
    make_sandbox_app,
    let_sandbox_app_in,
    move_sandbox_clock,
)
ROUTES = (Router(path="/", route_handlers=_HANDLERS, guards=[_guard]),)
