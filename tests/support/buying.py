"""Buying in tests: requests for the corner of the demo world."""

from collections.abc import Sequence
from dataclasses import replace

from clipcart import checkout, identity, orders, payments
from clipcart.identity import Actor
from clipcart.kit.db import Database
from clipcart.main import Installation
from tests.support.world import World

GOOD_CARD = "4242424242424242"


def token(installation: Installation, number: str = GOOD_CARD) -> str:
    """A payment method of the test provider for a card."""
    provider = installation.services.provider
    assert isinstance(provider, payments.TestProvider)
    return provider.tokenise(number, "12/39", "123", installation.db.now_hint)


async def lines_for(
    db: Database, world: World, product: str, quantity: int = 1, variant: int = 0
) -> tuple[checkout.CartLine, ...]:
    """A line for a product's SKU."""
    sku = (await world.skus(db, product))[variant]
    return (checkout.CartLine(sku.shop_id, sku.id, quantity),)


async def request_for(
    installation: Installation,
    world: World,
    lines: Sequence[checkout.CartLine],
    *,
    buyer: str = "mira",
    key: str = "key-1",
    card: str = GOOD_CARD,
) -> checkout.PlaceRequest:
    """A purchase as the buyer's page would send it: at the price shown, to the first address."""
    actor: Actor = world.person(buyer)
    async with installation.db.reading() as tx:
        address = (await identity.addresses(tx, actor))[0]
        quote = await checkout.quote(tx, address.market_id, lines, region=address.region)
    assert actor.person_id is not None
    return checkout.PlaceRequest(
        actor=actor,
        person_id=actor.person_id,
        key=key,
        market_id=address.market_id,
        lines=tuple(lines),
        ship_to=orders.ShipTo(
            address.name,
            address.line1,
            address.line2,
            address.city,
            address.region,
            address.postal_code,
            address.country,
            address.phone,
        ),
        deliveries={shop.shop_id: shop.options[0].id for shop in quote.shops},
        method=token(installation, card),
        total_shown=quote.total,
    )


async def place_one(db: Database, request: checkout.PlaceRequest) -> checkout.Placed:
    """Place a purchase in a transaction of its own, or raise its refusal."""
    async with db.transaction() as tx:
        outcome = (await checkout.place(tx, [request]))[0]
    if isinstance(outcome, checkout.Placed):
        return outcome
    raise outcome


def again(request: checkout.PlaceRequest, key: str) -> checkout.PlaceRequest:
    """The same purchase under another key."""
    return replace(request, key=key)
