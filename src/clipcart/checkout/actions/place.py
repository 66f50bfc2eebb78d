"""Placing purchases, in sets: claim the keys, price, reserve, write orders and payments.

One bad request does not fail its neighbours: it gets its refusal, leaves no row, and the others go
on. The order of the requests decides who gets the last unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clipcart import inventory, markets, orders, payments
from clipcart.checkout import _sql
from clipcart.checkout.actions.drafts import order_drafts, pay_by
from clipcart.checkout.errors import (
    CartEmpty,
    KeyUsed,
    NoSuchDelivery,
    NotSold,
    OutOfStock,
    PriceMoved,
    TooMany,
)
from clipcart.checkout.model import Placed, PlaceRequest, Quote, SkuKey, merged
from clipcart.checkout.policy import may_place, may_place_agreed
from clipcart.checkout.pricing import Known, price, problem_of
from clipcart.checkout.queries import look_up, placed_of
from clipcart.identity import SYSTEM
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Refusal, check
from clipcart.kit.ids import OrderId, PaymentId, PurchaseId, ShopId, new_ids
from clipcart.kit.money import Money
from clipcart.sellers import Shop

Outcome = Placed | Refusal


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request with the ids that it gets if it works."""

    request: PlaceRequest
    purchase_id: PurchaseId
    payment_id: PaymentId
    order_ids: dict[ShopId, OrderId]

    def placed(self) -> Placed:
        """What the buyer gets."""
        return Placed(
            self.purchase_id,
            self.payment_id,
            tuple(self.order_ids.items()),
            self.request.total_shown,
        )


@dataclass(frozen=True, slots=True)
class _Ready:
    """An attempt with everything that is written if the stock is there."""

    attempt: Attempt
    quote: Quote
    drafts: Sequence[orders.OrderDraft]
    intent: payments.Intent


async def place(tx: Tx, requests: Sequence[PlaceRequest]) -> list[Outcome]:
    """Place each request or say why not; outcomes are in the order of the requests.

    A request whose key already placed the same contents gets that purchase again.
    """
    attempts = [_attempt(request) for request in requests]
    outcomes: dict[PurchaseId, Outcome] = {
        attempt.purchase_id: Forbidden("checkout.place")
        for attempt in attempts
        if not _may(attempt.request)
    }
    allowed = [attempt for attempt in attempts if attempt.purchase_id not in outcomes]
    fresh = await _claim(tx, allowed, outcomes)
    priced, shops = await _price(tx, fresh, outcomes)
    # Everything that can be made ready is, before stock is locked: others wait for it.
    ready = [_made_ready(tx, attempt, quote, shops) for attempt, quote in priced]
    shortages = await _reserve(tx, priced)
    good: list[_Ready] = []
    for each in ready:
        shortage = shortages.get(each.attempt.purchase_id)
        if shortage is None:
            good.append(each)
            outcomes[each.attempt.purchase_id] = each.attempt.placed()
        else:
            outcomes[each.attempt.purchase_id] = _out_of_stock(shortage, each.quote)
    refused = [attempt for attempt in fresh if isinstance(outcomes[attempt.purchase_id], Refusal)]
    await _write(tx, good)
    await _finish(tx, [each.attempt for each in good], refused)
    return [_of_the_first(outcomes[attempt.purchase_id], outcomes) for attempt in attempts]


def _may(request: PlaceRequest) -> bool:
    if request.agreed is not None:
        return may_place_agreed(request.actor)
    return may_place(request.actor, request.person_id)


def _of_the_first(outcome: Outcome, outcomes: Mapping[PurchaseId, Outcome]) -> Outcome:
    """A repeat beside its first request shares that one's refusal: there is no purchase to give."""
    first = None if isinstance(outcome, Refusal) else outcomes.get(outcome.purchase_id)
    return first if isinstance(first, Refusal) else outcome


def _attempt(request: PlaceRequest) -> Attempt:
    shops = dict.fromkeys(line.shop_id for line in request.lines)
    first = new_ids(2 + len(shops))
    return Attempt(
        request,
        PurchaseId(first),
        PaymentId(first + 1),
        {shop_id: OrderId(first + 2 + place) for place, shop_id in enumerate(shops)},
    )


async def _claim(
    tx: Tx, attempts: Sequence[Attempt], outcomes: dict[PurchaseId, Outcome]
) -> list[Attempt]:
    """The attempts whose key is new; repeats get their outcome at once."""
    won = set(
        await tx.all(
            _sql.CLAIM,
            person_ids=[attempt.request.person_id for attempt in attempts],
            keys=[attempt.request.key for attempt in attempts],
            purchase_ids=[attempt.purchase_id for attempt in attempts],
            payment_ids=[attempt.payment_id for attempt in attempts],
            orders=[
                {"placed": [[str(shop), str(order)] for shop, order in attempt.order_ids.items()]}
                for attempt in attempts
            ],
            digests=[attempt.request.digest() for attempt in attempts],
            totals=[attempt.request.total_shown.minor for attempt in attempts],
            currencies=[attempt.request.total_shown.currency.code for attempt in attempts],
            now=tx.now,
        )
    )
    repeats = [attempt for attempt in attempts if attempt.purchase_id not in won]
    known = await placed_before(tx, [attempt.request for attempt in repeats])
    for attempt, outcome in zip(repeats, known, strict=True):
        if outcome is None:
            raise AssertionError("a key that could not be claimed is used")
        outcomes[attempt.purchase_id] = outcome
    return [attempt for attempt in attempts if attempt.purchase_id in won]


async def placed_before(tx: Tx, requests: Sequence[PlaceRequest]) -> list[Outcome | None]:
    """What became of requests whose key is used, in their order; None where it is not."""
    if not requests:
        return []
    rows = await tx.all(
        _sql.CLAIMED,
        person_ids=[request.person_id for request in requests],
        keys=[request.key for request in requests],
    )
    known = {(row.person_id, row.key): row for row in rows}
    found: list[Outcome | None] = []
    for request in requests:
        row = known.get((request.person_id, request.key))
        if row is None:
            found.append(None)
        else:
            same = row.digest == request.digest()
            found.append(placed_of(row, is_new=False) if same else KeyUsed())
    return found


async def _price(
    tx: Tx, attempts: Sequence[Attempt], outcomes: dict[PurchaseId, Outcome]
) -> tuple[list[tuple[Attempt, Quote]], Mapping[ShopId, Shop]]:
    lines = [line for attempt in attempts for line in attempt.request.lines]
    known = await look_up(tx, lines, with_stock=False)
    priced = []
    for attempt in attempts:
        try:
            priced.append((attempt, _agreed(tx, attempt.request, known)))
        except Refusal as refusal:
            outcomes[attempt.purchase_id] = refusal
    return priced, known.shops


def _agreed(tx: Tx, request: PlaceRequest, known: Known) -> Quote:
    """The request's quote, if the buyer was shown just that. Raises what is wrong."""
    market = markets.get(request.market_id)
    rules = market.at(tx.now)
    lines = merged(request.lines)
    fees = None
    if request.agreed is not None:
        known, fees = _as_agreed(known, request.agreed.prices), request.agreed.deliveries
    if not lines:
        raise CartEmpty
    if len(lines) > rules.cart_lines_max or any(line.quantity < 1 for line in lines):
        raise TooMany(rules.cart_lines_max, rules.line_quantity_max)
    check(markets.address_problems(rules, request.ship_to.fields()))
    for line in lines:
        problem = problem_of(market, rules, line, known)
        if problem == "too_many":
            raise TooMany(rules.cart_lines_max, rules.line_quantity_max)
        if problem in ("not_sold", "other_market"):
            offer = known.offers.get(line.sku_id)
            raise NotSold(line.shop_id, line.sku_id, offer.title if offer else "One of the things")
    quote = price(market, rules, request.ship_to.region, lines, request.deliveries, known, fees)
    for shop in quote.shops:
        wanted = request.deliveries.get(shop.shop_id)
        if wanted is not None and wanted != shop.chosen:
            raise NoSuchDelivery(shop.shop_id, wanted)
    if quote.total != request.total_shown:
        raise PriceMoved(request.total_shown, quote.total)
    return quote


def _as_agreed(known: Known, prices: Mapping[SkuKey, Money]) -> Known:
    """What is known of the lines that were agreed on, at the prices that were agreed."""
    offers = {
        sku_id: replace(known.offers[sku_id], unit_price=unit_price)
        for (_, sku_id), unit_price in prices.items()
        if sku_id in known.offers
    }
    return Known(offers, known.shops, known.available)


async def _reserve(
    tx: Tx, priced: Sequence[tuple[Attempt, Quote]]
) -> dict[PurchaseId, inventory.Shortage]:
    wants = []
    for attempt, quote in priced:
        until = pay_by(attempt.request, tx.now)
        for shop in quote.shops:
            for line in shop.lines:
                wants.append(
                    inventory.Want(
                        shop.shop_id,
                        attempt.order_ids[shop.shop_id],
                        line.line.sku_id,
                        line.line.quantity,
                        until,
                        attempt.purchase_id,
                    )
                )
    short = await inventory.reserve(tx, SYSTEM, wants) if wants else {}
    return {
        attempt.purchase_id: short[order_id]
        for attempt, _ in priced
        for order_id in attempt.order_ids.values()
        if order_id in short
    }


def _out_of_stock(shortage: inventory.Shortage, quote: Quote) -> OutOfStock:
    line = shortage.lines[0]
    titles = {
        part.line.sku_id: part.offer.title
        for shop in quote.shops
        for part in shop.lines
        if part.offer
    }
    return OutOfStock(
        line.shop_id, line.sku_id, titles.get(line.sku_id, ""), line.wanted, line.available
    )


def _made_ready(tx: Tx, attempt: Attempt, quote: Quote, shops: Mapping[ShopId, Shop]) -> _Ready:
    request = attempt.request
    drafts = order_drafts(
        request,
        quote,
        attempt.purchase_id,
        attempt.payment_id,
        attempt.order_ids,
        tx.now,
        shops,
    )
    splits = tuple(
        payments.Split(shop.shop_id, attempt.order_ids[shop.shop_id], shop.total)
        for shop in quote.shops
    )
    intent = payments.Intent(
        attempt.payment_id,
        request.person_id,
        quote.total,
        request.method,
        splits,
        tenders=request.tenders,
    )
    return _Ready(attempt, quote, drafts, intent)


async def _write(tx: Tx, good: Sequence[_Ready]) -> None:
    if not good:
        return
    await orders.place(tx, SYSTEM, [draft for each in good for draft in each.drafts])
    await payments.request(tx, SYSTEM, [each.intent for each in good])


async def _finish(tx: Tx, good: Sequence[Attempt], refused: Sequence[Attempt]) -> None:
    """Give up the keys of refused requests, and take what was bought out of the carts."""
    bought = [
        (attempt.request.person_id, str(line.shop_id), str(line.sku_id))
        for attempt in good
        if attempt.request.clears_cart
        for line in attempt.request.lines
    ]
    if not bought and not refused:
        return
    await tx.run(
        _sql.FINISH,
        refused_people=[attempt.request.person_id for attempt in refused],
        refused_keys=[attempt.request.key for attempt in refused],
        people=[person for person, _, _ in bought],
        shops=[shop for _, shop, _ in bought],
        skus=[sku for _, _, sku in bought],
        now=tx.now,
    )
