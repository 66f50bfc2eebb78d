"""Checking out: the page, looking again after a choice, and the press that buys."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from clipcart import identity, markets, payments
from clipcart.checkout import CartLine, KeyUsed, Placed, PlaceRequest
from clipcart.doorway import Notice, Visit
from clipcart.doorway.pages import errors_of
from clipcart.identity import NewAddress
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Problem, Refusal, SignInNeeded
from clipcart.kit.ids import PersonId, ShopId, SkuId, parse_id
from clipcart.kit.money import Money
from clipcart.kit.text import sentence
from clipcart.markets import Market
from clipcart.orders import ShipTo
from clipcart.web.storefront.frame import forget_count, frame
from clipcart.web.storefront.pages import checkout as pages
from clipcart.web.storefront.pages.addresses import NAMES, ship_to_of, typed_ship_to
from clipcart.web.storefront.pages.checkout import NEW, Basis, Typed
from clipcart.web.storefront.pages.moves import PREFIX, moves

TEMPLATE = "storefront/checkout.html"
NOTE_MAX = 500
CARD_FIELDS = {"number": "card_number", "expiry": "card_expiry", "cvc": "card_cvc"}


@get("/checkout", include_in_schema=False)
async def look(visit: NamedDependency[Visit]) -> Response[str] | Redirect:
    """The checkout of what the cart has for one market."""
    if visit.actor.is_anonymous:
        return visit.redirect("/sign-in?next=/checkout", "Sign in to order. Your cart comes along.")
    market = pages.market_of(visit, visit.query("market"))
    base, page = await pages.fresh(visit, market, None, Typed(key=_new_key()))
    if not base.quote.shops:
        return visit.redirect("/cart", "There is nothing to check out here yet.", "info")
    if not base.quote.is_ready:
        return visit.redirect("/cart", "Something in your cart needs a look first.", "warn")
    return visit.html(TEMPLATE, page, timezone=market.time_zone.key)


@get("/checkout/review", include_in_schema=False)
async def reviewed(visit: NamedDependency[Visit]) -> Redirect:
    """Where the browser comes when a review is loaded again."""
    return visit.redirect("/checkout")


@post("/checkout/review", include_in_schema=False, status_code=200)
async def review(visit: NamedDependency[Visit]) -> Response[str]:
    """The same page with the choices made so far: delivery and tax follow the address."""
    _person(visit)
    market = pages.market_of(visit, visit.form.text("market"))
    # Whoever presses the button wants the total, so what stands in its way is named.
    _, page = await pages.fresh(
        visit, market, _lines(visit), _typed(visit), names_gaps=visit.form.has("total_wanted")
    )
    status = 422 if page.errors else 200
    return visit.html(TEMPLATE, page, status=status, timezone=market.time_zone.key)


@post("/checkout", include_in_schema=False)
async def place(visit: NamedDependency[Visit]) -> Response[str] | Redirect:
    """Buy. The same press sent twice buys once."""
    person_id = _person(visit)
    market = pages.market_of(visit, visit.form.text("market"))
    typed, lines = _typed(visit), _lines(visit)
    async with visit.reading() as tx:
        base = await pages.basis(visit, tx, market, lines, typed)
    problems: list[Problem] = []
    ship_to = _ship_to(base, typed, problems)
    typed = _with_token(visit, base, typed, problems)
    if problems or ship_to is None:
        return await _again(visit, base, typed, errors_of(problems))
    request = PlaceRequest(
        actor=visit.actor,
        person_id=person_id,
        key=typed.key,
        market_id=market.id,
        lines=tuple(lines),
        ship_to=ship_to,
        deliveries=_chosen_deliveries(base),
        method=typed.token,
        total_shown=Money(_minor(visit.form.text("total_shown")), market.currency),
        note=typed.note,
    )
    try:
        placed: Placed = await visit.services.counter.place(request)
    except Refusal as refusal:
        return await _refused(visit, market, lines, typed, refusal)
    if placed.is_new:
        await _keep_address(visit, base, typed)
    forget_count(visit)
    return visit.redirect(f"/purchases/{placed.purchase_id}")


async def _again(
    visit: Visit, base: Basis, typed: Typed, errors: Mapping[str, str]
) -> Response[str]:
    async with visit.reading() as tx:
        shell = await frame(visit, tx, "Check out")
    page = pages.page_of(visit, shell, base, typed, errors=errors)
    return visit.html(TEMPLATE, page, status=422, timezone=base.market.time_zone.key)


async def _refused(
    visit: Visit, market: Market, lines: list[CartLine], typed: Typed, refusal: Refusal
) -> Response[str]:
    """The page again, with what is in the way on top. Nothing was bought."""
    if isinstance(refusal, Invalid):
        errors, trouble = errors_of(refusal.problems), None
    else:
        errors = {}
        trouble = Notice("warn", sentence(refusal.code, refusal.facts, "en"))
    if isinstance(refusal, KeyUsed):
        typed = replace(typed, key=_new_key())
    async with visit.reading() as tx:
        base = await pages.basis(visit, tx, market, lines, typed)
        shell = await frame(visit, tx, "Check out")
    moved = moves(_shown(visit), base.quote)
    page = pages.page_of(visit, shell, base, typed, errors=errors, trouble=trouble, moves=moved)
    return visit.html(TEMPLATE, page, status=409 if trouble else 422, timezone=market.time_zone.key)


def _ship_to(base: Basis, typed: Typed, problems: list[Problem]) -> ShipTo | None:
    address = pages.chosen_address(base.addresses, typed)
    if address is not None:
        return ship_to_of(address)
    fields = dict(typed.fields or {})
    found = markets.address_problems(base.rules, fields)
    problems.extend(found)
    return None if found else typed_ship_to(base.market, _new_address(typed))


def _with_token(visit: Visit, base: Basis, typed: Typed, problems: list[Problem]) -> Typed:
    """What was typed with a token for the card; the card's number goes no further."""
    number = visit.form.text("card_number")
    provider = visit.services.provider
    if typed.token and not number:
        return typed
    if not isinstance(provider, payments.TestProvider):
        problems.append(Problem("token", "A way to pay is needed.", "Enter a payment token."))
        return typed
    expiry, cvc = visit.form.text("card_expiry"), visit.form.text("card_cvc")
    try:
        token = provider.tokenise(number, expiry, cvc, base.now)
    except Invalid as refusal:
        for each in refusal.problems:
            field = CARD_FIELDS.get(each.field, each.field)
            problems.append(Problem(field, f"{each.rule}.", f"{each.cure}."))
        return typed
    return replace(typed, token=token, last4="".join(number.split())[-4:])


async def _keep_address(visit: Visit, base: Basis, typed: Typed) -> None:
    """Remember a new address for the next time, where that was wanted and it is not known yet."""
    if typed.address != NEW or not typed.keeps_address:
        return
    new = _new_address(typed)
    known = [{name: getattr(each, name) for name in NAMES} for each in base.addresses]
    if {name: getattr(new, name) for name in NAMES} in known:
        return

    async def body(tx: Tx) -> None:
        await identity.add_address(tx, visit.actor, base.market.id, new)

    await visit.do(body)


def _new_address(typed: Typed) -> NewAddress:
    return NewAddress(**{name: (typed.fields or {}).get(name, "") for name in NAMES})


def _typed(visit: Visit) -> Typed:
    form = visit.form
    deliveries = {
        ShopId(shop_id): form.text(name)
        for name in form.names("delivery-")
        if (shop_id := parse_id(name.removeprefix("delivery-")))
    }
    last4 = form.text("last4")
    return Typed(
        key=form.text("key")[:64] or _new_key(),
        address=form.text("address") or NEW,
        fields={name: form.text(name)[:300] for name in NAMES},
        keeps_address=form.has("keeps_address"),
        deliveries=deliveries,
        note=form.text("note")[:NOTE_MAX],
        token=form.text("token")[:200],
        last4=last4 if len(last4) == 4 and last4.isascii() and last4.isdigit() else "",
    )


def _lines(visit: Visit) -> list[CartLine]:
    """The lines that the page showed; what does not name one is left out."""
    found = []
    for text in visit.form.texts("line")[:500]:
        parts = [parse_id(part) for part in text.split("-")]
        if len(parts) == 3 and parts[0] and parts[1] and parts[2] and parts[2] < 10_000:
            found.append(CartLine(ShopId(parts[0]), SkuId(parts[1]), parts[2]))
    return found


def _shown(visit: Visit) -> dict[str, int]:
    return {
        name.removeprefix(PREFIX): _minor(visit.form.text(name))
        for name in visit.form.names(PREFIX)
    }


def _chosen_deliveries(base: Basis) -> dict[ShopId, str]:
    return {shop.shop_id: shop.chosen for shop in base.quote.shops if shop.chosen}


def _minor(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _new_key() -> str:
    return secrets.token_urlsafe(18)


def _person(visit: Visit) -> PersonId:
    if visit.actor.person_id is None:
        raise SignInNeeded
    return visit.actor.person_id


ROUTES = (look, reviewed, review, place)
