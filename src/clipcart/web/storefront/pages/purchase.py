"""After the press: how the payment goes, and the orders that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote as quoted

from clipcart import checkout, markets, orders, payments, sellers
from clipcart.doorway import Shell, Visit
from clipcart.kit.ids import PurchaseId
from clipcart.orders import Order
from clipcart.payments import Payment, PaymentState
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import frame, media, order_url
from clipcart.web.storefront.pages.checkout import StepView, grouped
from clipcart.web.storefront.pages.steps import next_text

BANK = "/test-bank/"
"""Where the test provider's bank page is; its payments lead there with their reference."""


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order as ui/cart.html shows it."""

    url: str
    number: str
    shop_name: str
    placed: str
    total: str
    pictures: tuple[str | None, ...]
    state: str
    next: str | None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Only how the payment goes: the part that looks again by itself."""

    url: str
    state: str
    total: str
    card: str | None
    declined: str | None
    challenge_url: str | None

    @property
    def is_decided(self) -> bool:
        """Nothing more is awaited from the provider or the buyer's bank."""
        return self.state not in (PaymentState.REQUESTED, PaymentState.CHALLENGE)


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """A purchase with its payment and its orders."""

    shell: Shell
    steps: tuple[StepView, ...]
    url: str
    state: str
    total: str
    card: str | None
    declined: str | None
    challenge_url: str | None
    orders: tuple[OrderCard, ...]
    wants_card: bool
    may_use_other_card: bool
    takes_cards: bool
    test_cards: tuple[tuple[str, str], ...]
    errors: Mapping[str, str]
    token: str
    last4: str


async def payment_page(visit: Visit, purchase_id: PurchaseId) -> PaymentPage:
    """How the payment of a purchase goes: two statements. Raises Absent."""
    async with visit.reading() as tx:
        placed = await checkout.purchase_for(tx, visit.actor, purchase_id)
        payment = await payments.payment_for(tx, visit.actor, placed.payment_id)
    url = f"/purchases/{purchase_id}"
    return PaymentPage(
        url,
        payment.state.value,
        words.price_text(placed.total),
        card_text(payment),
        _declined(payment),
        _challenge(payment, url),
    )


async def purchase_page(
    visit: Visit,
    purchase_id: PurchaseId,
    *,
    errors: Mapping[str, str] | None = None,
    other_card: bool = False,
) -> PurchasePage:
    """The purchase with everything around it. Raises Absent."""
    async with visit.reading() as tx:
        placed = await checkout.purchase_for(tx, visit.actor, purchase_id)
        payment = await payments.payment_for(tx, visit.actor, placed.payment_id)
        found = await orders.orders_by_keys(tx, placed.orders)
        shops = await sellers.shops(tx, [shop_id for shop_id, _ in placed.orders])
        shell = await frame(visit, tx, "Your purchase")
    cards = [
        order_card(found[key], shops[key[0]].name if key[0] in shops else "A shop")
        for key in placed.orders
        if key in found
    ]
    url = f"/purchases/{purchase_id}"
    is_declined = payment.state is PaymentState.DECLINED
    is_test = isinstance(visit.services.provider, payments.TestProvider)
    is_done = payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORISED)
    return PurchasePage(
        shell=shell,
        steps=(
            StepView("Cart", "reached", None),
            StepView("Check out", "reached" if is_done else "current", None),
            StepView("Done", "current" if is_done else "future", None),
        ),
        url=url,
        state=payment.state.value,
        total=words.price_text(placed.total),
        card=card_text(payment),
        declined=_declined(payment),
        challenge_url=_challenge(payment, url),
        orders=tuple(cards),
        wants_card=is_declined or (other_card and payment.may_try_again),
        may_use_other_card=payment.may_try_again,
        takes_cards=is_test,
        test_cards=tuple((grouped(card.number), card.means) for card in payments.TEST_CARDS)
        if is_test
        else (),
        errors=errors or {},
        token="",
        last4="",
    )


def order_card(order: Order, shop_name: str) -> OrderCard:
    """An order as a card, with what happens next to it."""
    return OrderCard(
        order_url(order.shop_id, order.id),
        str(order.id),
        shop_name,
        words.date_text(markets.get(order.market_id), order.placed_at),
        words.price_text(order.total),
        tuple(media(line.image_key) for line in order.lines),
        order.state.value,
        next_text(order),
    )


def card_text(payment: Payment) -> str | None:
    """`Visa ending in 4242`, once the provider said so."""
    if not payment.last4:
        return None
    return f"{(payment.brand or 'card').capitalize()} ending in {payment.last4}"


def _declined(payment: Payment) -> str | None:
    if payment.state is not PaymentState.DECLINED:
        return None
    return words.DECLINES.get(payment.decline_reason or "", words.DECLINED)


def _challenge(payment: Payment, back: str) -> str | None:
    """The bank's page; our own test bank is told where to come back to."""
    url = payment.challenge_url
    if payment.state is not PaymentState.CHALLENGE or not url:
        return None
    _, ours, ref = url.partition(BANK)
    return f"{ours}{ref}?back={quoted(back, safe='')}" if ours else url
