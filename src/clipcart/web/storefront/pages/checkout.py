"""Checkout on one page: where to, how, paid how, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clipcart import checkout, identity, markets, payments
from clipcart.checkout import CartLine, Quote
from clipcart.doorway import Notice, Shell, Visit
from clipcart.doorway.pages import errors_of
from clipcart.identity import Address
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem
from clipcart.kit.ids import ShopId
from clipcart.markets import Market, Rules
from clipcart.web.storefront import words
from clipcart.web.storefront.frame import frame
from clipcart.web.storefront.pages.addresses import FieldView, fields_of
from clipcart.web.storefront.pages.cart import NOT_SOLD, LineView, SumRow, line_view
from clipcart.web.storefront.pages.moves import snapshot

NEW = "new"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds. `address` is the id of a kept address or `new`.

    `token` stands for a card at the provider and may be kept in the page; a card number never is.
    """

    key: str
    address: str = ""
    fields: Mapping[str, str] | None = None
    keeps_address: bool = True
    deliveries: Mapping[ShopId, str] | None = None
    note: str = ""
    token: str = ""
    last4: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the checkout line."""

    label: str
    state: str
    url: str | None


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """The ways of delivery of one shop, as radios() takes them."""

    name: str
    legend: str
    options: tuple[Mapping[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What one shop sends."""

    shop_name: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """Everything that is agreed to with one press."""

    shell: Shell
    market_id: str
    market_name: str
    steps: tuple[StepView, ...]
    errors: Mapping[str, str]
    trouble: Notice | None
    moves: tuple[str, ...]
    key: str
    addresses: tuple[Mapping[str, str], ...]
    address: str
    fields: tuple[FieldView, ...]
    keeps_address: bool
    deliveries: tuple[DeliveryPart, ...]
    note: str
    token: str
    last4: str
    takes_cards: bool
    test_cards: tuple[tuple[str, str], ...]
    orders: tuple[OrderPart, ...]
    lines: tuple[str, ...]
    rows: tuple[SumRow, ...]
    total: str
    total_minor: int
    snapshot: Mapping[str, int]
    is_priced: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """What the page is made of: the lines priced, the addresses, the time."""

    market: Market
    quote: Quote
    addresses: tuple[Address, ...]
    now: datetime

    @property
    def rules(self) -> Rules:
        """The market's rules now."""
        return self.market.at(self.now)


async def basis(
    visit: Visit, tx: Tx, market: Market, lines: Sequence[CartLine] | None, typed: Typed
) -> Basis:
    """The lines (or what the cart has for this market), priced for the chosen address."""
    if lines is None:
        lines = (await checkout.cart(tx, visit.cart_owner)).lines
    found = await identity.addresses(tx, visit.actor)
    addresses = tuple(each for each in found if each.market_id == market.id)
    region = region_of(market.at(tx.now), addresses, typed)
    deliveries = typed.deliveries or {}
    quote = await checkout.quote(tx, market.id, lines, region=region, deliveries=deliveries)
    quoted = [line for shop in quote.shops for line in shop.lines]
    sold = [line.line for line in quoted if line.problem != NOT_SOLD]
    if len(sold) < len(quoted):
        quote = await checkout.quote(tx, market.id, sold, region=region, deliveries=deliveries)
    return Basis(market, quote, addresses, tx.now)


def chosen_address(addresses: Sequence[Address], typed: Typed) -> Address | None:
    """The kept address that is chosen; None when a new one is typed."""
    if typed.address == NEW:
        return None
    for address in addresses:
        if str(address.id) == typed.address:
            return address
    return addresses[0] if addresses and not typed.fields else None


def region_of(rules: Rules, addresses: Sequence[Address], typed: Typed) -> str | None:
    """Where it goes, as far as delivery and tax need to know; None while that is open."""
    address = chosen_address(addresses, typed)
    region = address.region if address else (typed.fields or {}).get("region", "")
    if not rules.address_regions:
        return region or None
    return region if region in rules.address_regions else None


def page_of(
    visit: Visit,
    shell: Shell,
    base: Basis,
    typed: Typed,
    *,
    errors: Mapping[str, str],
    trouble: Notice | None = None,
    moves: Sequence[str] = (),
) -> CheckoutPage:
    """The page of what is known; pure."""
    market, quote, rules = base.market, base.quote, base.rules
    address = chosen_address(base.addresses, typed)
    return CheckoutPage(
        shell=shell,
        market_id=market.id,
        market_name=market.name,
        steps=(
            StepView("Cart", "reached", "/cart"),
            StepView("Check out", "current", None),
            StepView("Done", "future", None),
        ),
        errors=errors,
        trouble=trouble,
        moves=tuple(moves),
        key=typed.key,
        addresses=_address_choices(base.addresses, rules),
        address=str(address.id) if address else NEW,
        fields=fields_of(rules, typed.fields or {}, errors),
        keeps_address=typed.keeps_address,
        deliveries=tuple(_deliveries(base)),
        note=typed.note,
        token=typed.token,
        last4=typed.last4,
        takes_cards=isinstance(visit.services.provider, payments.TestProvider),
        test_cards=_test_cards(visit),
        orders=tuple(
            OrderPart(shop.shop_name, tuple(line_view(each, market, rules) for each in shop.lines))
            for shop in quote.shops
        ),
        lines=tuple(
            f"{line.line.shop_id}-{line.line.sku_id}-{line.line.quantity}"
            for shop in quote.shops
            for line in shop.lines
        ),
        rows=_rows(base),
        total=words.price_text(quote.total, market),
        total_minor=quote.total.minor,
        snapshot=snapshot(quote),
        is_priced=quote.region is not None,
    )


async def fresh(
    visit: Visit,
    market: Market,
    lines: Sequence[CartLine] | None,
    typed: Typed,
    *,
    names_gaps: bool = False,
) -> tuple[Basis, CheckoutPage]:
    """The page without any trouble on it, or with what a newly typed address lacks."""
    async with visit.reading() as tx:
        base = await basis(visit, tx, market, lines, typed)
        shell = await frame(visit, tx, "Check out")
    gaps: Sequence[Problem] = ()
    if names_gaps and chosen_address(base.addresses, typed) is None:
        gaps = markets.address_problems(base.rules, dict(typed.fields or {}))
    return base, page_of(visit, shell, base, typed, errors=errors_of(gaps))


def _address_choices(addresses: Sequence[Address], rules: Rules) -> tuple[Mapping[str, str], ...]:
    if not addresses:
        return ()
    kept = [
        {
            "value": str(each.id),
            "label": each.name,
            "note": ", ".join(
                part
                for part in (
                    each.line1,
                    each.line2,
                    each.district,
                    each.city,
                    rules.address_regions.get(each.region, each.region),
                    each.postal_code,
                )
                if part
            ),
        }
        for each in addresses
    ]
    return (*kept, {"value": NEW, "label": "Somewhere else", "note": "Fill in a new address"})


def _deliveries(base: Basis) -> list[DeliveryPart]:
    found = []
    for shop in base.quote.shops:
        options = []
        for option in shop.options:
            arrives = words.arrival_text(base.market, base.now, option.days_min, option.days_max)
            note = f"Arrives {arrives}"
            if option.missing is not None and option.fee.is_positive:
                note += f". Free with {words.price_text(option.missing, base.market)} more"
            fee = words.price_text(option.fee, base.market) if option.fee.is_positive else "Free"
            options.append({"value": option.id, "label": option.name, "note": note, "aside": fee})
        name = f"delivery-{shop.shop_id}"
        found.append(DeliveryPart(name, shop.shop_name, tuple(options), shop.chosen or ""))
    return found


def _rows(base: Basis) -> tuple[SumRow, ...]:
    quote, market, rules = base.quote, base.market, base.rules
    units = sum(line.line.quantity for shop in quote.shops for line in shop.lines)
    rows = [SumRow(words.counted(units, "piece"), words.price_text(quote.items, market))]
    if quote.region is None:
        rows.append(SumRow("Delivery", "open", "choose where it goes"))
        if not quote.tax_included:
            rows.append(SumRow(rules.tax_name, "open", "choose where it goes"))
        return tuple(rows)
    shipping = words.price_text(quote.shipping, market) if quote.shipping.is_positive else "Free"
    parcels = len(quote.shops)
    rows.append(SumRow("Delivery", shipping, f"{parcels} parcels" if parcels > 1 else None))
    note = "contained in the prices" if quote.tax_included else None
    rows.append(SumRow(rules.tax_name, words.price_text(quote.tax, market), note))
    return tuple(rows)


def _test_cards(visit: Visit) -> tuple[tuple[str, str], ...]:
    if not isinstance(visit.services.provider, payments.TestProvider):
        return ()
    return tuple((grouped(card.number), card.means) for card in payments.TEST_CARDS)


def grouped(number: str) -> str:
    """A card number in groups of four, as cards print it."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def market_of(visit: Visit, name: str | None) -> Market:
    """The market of that name, or the front page's."""
    known = {each.id: each for each in markets.all()}
    return known.get(name or "", visit.market)
