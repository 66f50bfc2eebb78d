"""The demo world's history: buyers buy, shops ship, some change their minds, money moves.

Weeks pass on the movable clock while the real actions run; what a shop's and a buyer's habits are
is decided by dice with a seed, so the same seed on the same day gives the same history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from clipcart import catalog, checkout, fulfilment, identity, orders, payments
from clipcart.demo import content_model as content
from clipcart.demo.settling import Progress, Scene, market_of
from clipcart.identity import Actor
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, ShopId, SkuId

DAYS: Final = 42
ROUNDS: Final = 3
"""Buying and shipping rounds a day."""
GRAIN: Final = timedelta(hours=6)

TO_SHIP: Final = frozenset({orders.State.AWAITING_SHIPMENT, orders.State.PARTIALLY_SHIPPING})

CARDS: Final = (
    ("4242424242424242", 80),
    ("5555555555554444", 30),
    ("4000000000000002", 4),
    ("4000000000009995", 3),
    ("4000002760003184", 3),
)
"""Test cards and how often each is used; payments.TEST_CARDS has all of them."""
CHANGES_MIND_AT_ONCE: Final = 0.05
CHANGES_MIND_LATER: Final = 0.03
SHIPS_IN_PARTS: Final = 0.3
CHANGES_MIND: Final = (
    orders.Reason.CHANGED_MIND,
    orders.Reason.ORDERED_BY_MISTAKE,
    orders.Reason.TOO_SLOW,
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A SKU on sale and how much people want it."""

    shop_id: ShopId
    sku_id: SkuId
    weight: int


@dataclass(slots=True)
class Trade:
    """The running history."""

    scene: Scene
    provider: payments.TestProvider
    dice: Random
    shelves: dict[str, list[Shelf]] = field(default_factory=dict)
    diligence: dict[str, int] = field(default_factory=dict)
    purchases: int = 0


async def trade(
    scene: Scene,
    provider: payments.TestProvider,
    seed: int,
    until: datetime,
    progress: Progress,
    *,
    days: int = DAYS,
) -> None:
    """Let the weeks up to `until` pass."""
    story = Trade(scene, provider, Random(seed))
    await _look_at_shelves(story)
    rounds = days * ROUNDS
    for turn in range(rounds):
        progress("weeks of trade", turn, rounds)
        left = until - await scene.engine.now()
        await scene.engine.advance(left / (rounds - turn), grain=GRAIN)
        busy = 1 + turn * 3 // rounds
        for _ in range(story.dice.choices((0, 1, 2, 3, 4), (2, 4, 3, 1, busy))[0]):
            await _buy(story)
        await scene.engine.settle()
        # The last evening's work is left for whoever looks at the demo.
        if turn % ROUNDS == ROUNDS - 1 and turn < rounds - 1:
            await _shops_work(story)
    await _begin_parts(story)
    for _ in range(12):
        await _buy(story)
    await scene.engine.settle()


async def _look_at_shelves(story: Trade) -> None:
    scene = story.scene
    for shop in scene.world.shops:
        if shop.approval is not content.Approval.APPROVED:
            continue
        story.diligence[shop.handle] = story.dice.choice((70, 85, 95, 95, 100))
        owner, shop_id = scene.staff(shop.owner, shop.handle), scene.shops[shop.handle]
        async with scene.db.reading() as tx:
            for product in shop.products:
                if product.listing is not content.Listing.LIVE:
                    continue
                listed = await catalog.product_for(
                    tx, owner, shop_id, scene.products[product.handle]
                )
                weight = story.dice.choice((1, 2, 3, 6, 12))
                story.shelves.setdefault(market_of(shop).id, []).extend(
                    Shelf(shop_id, sku.id, weight) for sku in listed.product.skus
                )


async def _buy(story: Trade) -> None:
    scene, dice = story.scene, story.dice
    buyers = [
        person
        for person in scene.world.people
        if person.addresses and person.role in (content.Role.SHOPPER, content.Role.CREATOR)
    ]
    person = dice.choice(buyers)
    actor = scene.actor(person.handle)
    async with scene.db.reading() as tx:
        address = dice.choice(list(await identity.addresses(tx, actor)))
        lines = _pick(story, address.market_id)
        first = await checkout.quote(tx, address.market_id, lines, region=address.region)
        deliveries = {shop.shop_id: dice.choice(shop.options).id for shop in first.shops}
        quote = await checkout.quote(
            tx, address.market_id, lines, region=address.region, deliveries=deliveries
        )
        now = tx.now
    if not quote.is_ready:
        return
    number = dice.choices([card for card, _ in CARDS], [often for _, often in CARDS])[0]
    story.purchases += 1
    request = checkout.PlaceRequest(
        actor=actor,
        person_id=scene.people[person.handle],
        key=f"demo-{story.purchases}",
        market_id=address.market_id,
        lines=tuple(lines),
        ship_to=_ship_to(address),
        deliveries=deliveries,
        method=story.provider.tokenise(number, "12/39", "123", now),
        total_shown=quote.total,
    )
    async with scene.db.transaction() as tx:
        outcome = (await checkout.place(tx, [request]))[0]
    if isinstance(outcome, Refusal):
        return
    await scene.engine.settle()
    if dice.random() < CHANGES_MIND_AT_ONCE:
        await _cancel(story, actor, outcome.orders[0])


def _ship_to(address: identity.Address) -> orders.ShipTo:
    return orders.ShipTo(
        address.name,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postal_code,
        address.country,
        address.phone,
    )


async def _cancel(story: Trade, actor: Actor, key: tuple[ShopId, OrderId]) -> None:
    reason = story.dice.choice(CHANGES_MIND)
    try:
        async with story.scene.db.transaction() as tx:
            await orders.cancel(tx, actor, *key, reason)
    except Refusal:
        return


def _pick(story: Trade, market_id: str) -> Sequence[checkout.CartLine]:
    shelves = story.shelves.get(market_id, [])
    if not shelves:
        return []
    count = story.dice.choices((1, 2, 3, 4), (9, 5, 2, 1))[0]
    chosen = story.dice.choices(shelves, [shelf.weight for shelf in shelves], k=count)
    lines = {
        shelf.sku_id: checkout.CartLine(
            shelf.shop_id, shelf.sku_id, story.dice.choices((1, 2, 3), (12, 3, 1))[0]
        )
        for shelf in chosen
    }
    return list(lines.values())


async def _shops_work(story: Trade) -> None:
    """Packers ship what was released; a few orders are left for tomorrow, a few asked back."""
    for owner, order, diligence in await _to_ship(story):
        if story.dice.random() < CHANGES_MIND_LATER:
            await _cancel(story, identity.as_person(order.buyer_id), order.key)
        elif story.dice.randrange(100) < diligence:
            in_parts = story.dice.random() < SHIPS_IN_PARTS
            await _ship(story, owner, order, in_parts=in_parts)
    await story.scene.engine.settle()


async def _begin_parts(story: Trade) -> None:
    """Of the orders that are left, those of several things are on their way in part."""
    for owner, order, _ in await _to_ship(story):
        if len(order.lines) > 1:
            await _ship(story, owner, order, in_parts=True)
    await story.scene.engine.settle()


async def _to_ship(story: Trade) -> list[tuple[Actor, orders.Order, int]]:
    """Orders that wait for a parcel, with who packs there and how diligently."""
    scene, found = story.scene, []
    for shop in scene.world.shops:
        diligence = story.diligence.get(shop.handle)
        if diligence is None:
            continue
        owner, shop_id = scene.staff(shop.owner, shop.handle), scene.shops[shop.handle]
        async with scene.db.reading() as tx:
            page = await orders.orders_of_shop(
                tx, owner, shop_id, orders.OrderFilter(states=TO_SHIP)
            )
        found += [(owner, order, diligence) for order in page.items]
    return found


async def _ship(story: Trade, owner: Actor, order: orders.Order, *, in_parts: bool) -> None:
    """Everything in one parcel, or only the first line of several."""
    lines: tuple[orders.LineShipped, ...] | None = None
    unshipped = [line for line in order.lines if line.open_quantity]
    if in_parts and len(unshipped) > 1:
        first = unshipped[0]
        lines = (orders.LineShipped(first.id, first.open_quantity),)
    try:
        async with story.scene.db.transaction() as tx:
            wish = fulfilment.ShipRequest(lines=lines)
            await fulfilment.ship(tx, owner, order.shop_id, order.id, wish)
    except Refusal:
        return
