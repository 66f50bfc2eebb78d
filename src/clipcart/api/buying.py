"""Cart, quote and purchase: the whole purchase is one idempotent call."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from clipcart import checkout, identity, payments
from clipcart.api import mapping, schemas
from clipcart.api.caller import Caller, PathId
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal
from clipcart.kit.ids import PaymentId, PurchaseId, ShopId, SkuId

APP_SCOPES = (
    identity.Scope.ACCOUNT_READ,
    identity.Scope.CART,
    identity.Scope.ORDERS_READ,
    identity.Scope.ORDERS_WRITE,
)


@post("/tokens", tags=["Account"], status_code=201)
async def make_token(
    caller: NamedDependency[Caller], data: JSONBody[schemas.TokenRequest]
) -> schemas.Token:
    """Sign in as an app: a bearer token for cart and orders, good for a year, shown once."""

    async def body(tx: Tx) -> schemas.Token | Refusal:
        entry = await identity.sign_in(tx, data.email, data.password, caller.address)
        if isinstance(entry, identity.SignInFailed):
            return entry
        person = identity.as_person(entry.person_id)
        _, secret = await identity.create_token(tx, person, data.name, APP_SCOPES)
        await identity.sign_out(tx, entry.value)
        return schemas.Token(secret)

    outcome = await caller.services.db.retrying(body)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


@get("/cart", tags=["Cart"])
async def show_cart(caller: NamedDependency[Caller]) -> list[schemas.Line]:
    """What is in the cart."""
    _may_use_cart(caller)
    async with caller.services.db.reading() as tx:
        found = await checkout.cart(tx, caller.person_id)
    return _lines(found)


@patch("/cart", tags=["Cart"])
async def change_cart(
    caller: NamedDependency[Caller], data: JSONBody[schemas.CartChange]
) -> list[schemas.Line]:
    """Set counts of lines; sending it again changes nothing more."""
    _may_use_cart(caller)
    changes = [
        checkout.CartChange(
            ShopId(mapping.read_id("shop_id", line.shop_id)),
            SkuId(mapping.read_id("sku_id", line.sku_id)),
            line.quantity,
        )
        for line in data.lines
    ]
    market = caller.services.settings.market

    async def body(tx: Tx) -> checkout.Cart:
        return await checkout.change_cart(tx, caller.person_id, market, changes)

    return _lines(await caller.services.db.at_once(body))


@post("/quotes", tags=["Cart"], status_code=200)
async def make_quote(
    caller: NamedDependency[Caller], data: JSONBody[schemas.QuoteRequest]
) -> schemas.Quote:
    """What lines, or the cart, cost now. Nothing is reserved or kept."""
    if data.lines is None:
        _may_use_cart(caller)
    async with caller.services.db.reading() as tx:
        if data.lines is None:
            lines = (await checkout.cart(tx, caller.person_id)).lines
        else:
            lines = mapping.lines(data.lines)
        found = await checkout.quote(
            tx,
            data.market,
            lines,
            region=data.region,
            deliveries=mapping.deliveries(data.deliveries),
        )
    return mapping.quote(found)


@post("/payment-methods", tags=["Payment"], status_code=201)
async def make_payment_method(
    caller: NamedDependency[Caller], data: JSONBody[schemas.CardDetails]
) -> schemas.PaymentMethod:
    """A token for a test card. Only with the test provider; elsewhere use the provider's own."""
    provider = caller.services.provider
    if not isinstance(provider, payments.TestProvider):
        raise Absent("test provider")
    now = caller.services.db.now_hint
    return schemas.PaymentMethod(provider.tokenise(data.number, data.expiry, data.cvc, now))


@post("/purchases", tags=["Purchase"], status_code=201)
async def place_purchase(
    caller: NamedDependency[Caller], data: JSONBody[schemas.PurchaseRequest]
) -> schemas.Purchase:
    """Buy: reserve, order, ask for the payment, all or nothing.

    Needs an Idempotency-Key; the same key with the same contents gives the same purchase again.
    """
    request = checkout.PlaceRequest(
        actor=caller.actor,
        person_id=caller.person_id,
        key=f"api:{caller.key}",
        market_id=data.market,
        lines=() if data.lines is None else mapping.lines(data.lines),
        ship_to=mapping.ship_to(data.address),
        deliveries=mapping.deliveries(data.deliveries),
        method=data.payment_method,
        total_shown=mapping.read_money("total_shown", data.total_shown),
        note=data.note,
    )
    counter = caller.services.counter
    if data.lines is not None:
        return mapping.purchase_as_placed(await counter.place(request))
    _may_use_cart(caller)
    async with caller.services.db.reading() as tx:
        wanted = (await checkout.cart(tx, caller.person_id)).lines
    sent = mapping.digest(msgspec.structs.replace(data, payment_method=""))
    request = replace(request, lines=wanted, sent=sent)
    try:
        placed = await counter.place(request)
    except (checkout.NotSold, checkout.OutOfStock, checkout.TooMany, checkout.PriceMoved):
        # The quote leaves out what cannot be had now: perhaps the rest is what was agreed on.
        async with caller.services.db.reading() as tx:
            quote = await checkout.quote(tx, data.market, wanted)
        rest = tuple(line.line for shop in quote.shops for line in shop.lines)
        if rest == wanted:
            raise
        placed = await counter.place(replace(request, lines=rest))
    return mapping.purchase_as_placed(placed)


@get("/purchases/{purchase_id:int}", tags=["Purchase"])
async def show_purchase(caller: NamedDependency[Caller], purchase_id: PathId) -> schemas.Purchase:
    """A purchase of one's own and how its payment stands."""
    async with caller.services.db.reading() as tx:
        placed = await checkout.purchase_for(tx, caller.actor, PurchaseId(purchase_id))
        payment = await payments.payment_for(tx, caller.actor, placed.payment_id)
    return mapping.purchase(placed, payment)


@post("/purchases/{purchase_id:int}/payments", tags=["Purchase"], status_code=201)
async def pay_again(
    caller: NamedDependency[Caller], purchase_id: PathId, data: JSONBody[schemas.PaymentMethod]
) -> schemas.Purchase:
    """Pay with another card after a decline or an unanswered challenge."""

    async def action(tx: Tx) -> schemas.Purchase:
        placed = await checkout.purchase_for(tx, caller.actor, PurchaseId(purchase_id))
        payment_id = PaymentId(placed.payment_id)
        await payments.try_again(tx, caller.actor, payment_id, data.payment_method)
        payment = await payments.payment_for(tx, caller.actor, payment_id)
        return mapping.purchase(placed, payment)

    return await caller.once(data, schemas.Purchase, action)


def _may_use_cart(caller: Caller) -> None:
    """Signed in, with a token that has the scope. Raises SignInNeeded, Forbidden."""
    allowed = caller.actor.is_person(caller.person_id, identity.Scope.CART)
    identity.require(allowed, "cart", caller.actor)


def _lines(found: checkout.Cart) -> list[schemas.Line]:
    return [
        schemas.Line(str(line.shop_id), str(line.sku_id), line.quantity) for line in found.lines
    ]


ROUTES: Sequence[HTTPRouteHandler] = (
    make_token,
    show_cart,
    change_cart,
    make_quote,
    make_payment_method,
    place_purchase,
    show_purchase,
    pay_again,
)
