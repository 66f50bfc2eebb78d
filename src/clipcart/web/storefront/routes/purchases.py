"""After the press: the payment as it goes, another card, and the test bank's page."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import checkout, payments
from clipcart.doorway import Shell, Visit
from clipcart.doorway.pages import errors_of
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Invalid, Problem, SignInNeeded
from clipcart.kit.ids import PurchaseId, parse_id
from clipcart.payments import CannotTryAgain
from clipcart.web.storefront.frame import is_fragment
from clipcart.web.storefront.pages import purchase as pages
from clipcart.web.storefront.routes.checkout import CARD_FIELDS


@dataclass(frozen=True, slots=True)
class BankPage:
    """What the test bank asks."""

    shell: Shell
    ref: str
    amount: str
    last4: str
    is_open: bool
    back: str


@get("/purchases/{number:str}", include_in_schema=False)
async def look(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[str]:
    """A purchase: live while the payment is under way."""
    purchase_id = _purchase(visit, number)
    if is_fragment(visit):
        page = await pages.payment_page(visit, purchase_id)
        part = visit.html("storefront/_payment.html", page)
        if page.is_decided:
            # The rest of the page changes with it: steps, orders, the form for another card.
            part.headers["HX-Refresh"] = "true"
        return part
    other = visit.query("card") == "other"
    return visit.html(
        "storefront/purchase.html",
        await pages.purchase_page(visit, purchase_id, other_card=other),
    )


@post("/purchases/{number:str}/pay", include_in_schema=False)
async def pay(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[str] | Redirect:
    """Pay with another card."""
    purchase_id = _purchase(visit, number)
    url = f"/purchases/{purchase_id}"
    try:
        token = await _token(visit)
    except Invalid as refusal:
        page = await pages.purchase_page(
            visit, purchase_id, errors=errors_of(refusal.problems), other_card=True
        )
        return visit.html("storefront/purchase.html", page, status=422)

    async def again(tx: Tx) -> int:
        placed = await checkout.purchase_for(tx, visit.actor, purchase_id)
        return await payments.try_again(tx, visit.actor, placed.payment_id, token)

    try:
        await visit.do(again)
    except CannotTryAgain:
        return visit.redirect(url, "This payment does not wait for another card any more.", "info")
    return visit.redirect(url)


async def _token(visit: Visit) -> str:
    """A token for the typed card. Raises Invalid with the form's own field names."""
    provider, form = visit.services.provider, visit.form
    if not isinstance(provider, payments.TestProvider):
        return form.text("token")
    async with visit.reading() as tx:
        now = tx.now
    number, expiry, cvc = (form.text(name) for name in CARD_FIELDS.values())
    try:
        return provider.tokenise(number, expiry, cvc, now)
    except Invalid as refusal:
        raise Invalid(
            [
                Problem(CARD_FIELDS.get(each.field, each.field), f"{each.rule}.", f"{each.cure}.")
                for each in refusal.problems
            ]
        ) from refusal


@get("/test-bank/{ref:str}", include_in_schema=False)
async def ask(visit: NamedDependency[Visit], ref: FromPath[str]) -> Response[str]:
    """The test bank asks whether the payment is wanted."""
    found = await _bank(visit).challenge(ref)
    back = visit.query("back") or "/account/orders"
    page = BankPage(
        visit.shell("Your bank asks"),
        found.ref,
        found.amount.format(),
        found.last4,
        found.is_open,
        back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/account/orders",
    )
    return visit.html("storefront/bank.html", page)


@post("/test-bank/{ref:str}", include_in_schema=False)
async def answer(visit: NamedDependency[Visit], ref: FromPath[str]) -> Redirect:
    """The buyer's answer to the test bank."""
    confirmed = visit.form.text("answer") == "yes"
    done = await _bank(visit).answer_challenge(ref, confirmed=confirmed)
    back = visit.form.text("back") or "/account/orders"
    if not done:
        return visit.redirect(back, "That was answered before.", "info")
    notice = "Your bank has your yes. One moment." if confirmed else "You said no to your bank."
    return visit.redirect(back, notice, "ok" if confirmed else "warn")


def _bank(visit: Visit) -> payments.TestProvider:
    provider = visit.services.provider
    if not isinstance(provider, payments.TestProvider):
        raise Absent("page")
    return provider


def _purchase(visit: Visit, number: str) -> PurchaseId:
    if visit.actor.is_anonymous:
        raise SignInNeeded
    purchase_id = parse_id(number)
    if purchase_id is None:
        raise Absent("purchase")
    return PurchaseId(purchase_id)


ROUTES = (look, pay, ask, answer)
