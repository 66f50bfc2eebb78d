"""The workshop: plays buyer, bank, seller and carrier, one transaction after the other.

Between the acts the engine does what follows a commit; a worker elsewhere may do it as well.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from clipcart import checkout, fulfilment, identity, markets, orders, payments
from clipcart.identity import Actor, robot
from clipcart.kit.clock import stopwatch
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine
from clipcart.kit.errors import Problem, Refusal, check
from clipcart.kit.files import Files
from clipcart.kit.ids import OrderId, PackageId, ShopId, SkuId, new_id
from clipcart.orders import Reason
from clipcart.sandbox import actions, standing, stocking
from clipcart.sandbox.errors import CannotAct, DidNotArrive, NoTestProvider
from clipcart.sandbox.model import Act, Card, Item, SandboxShop, Standing, Target

R = TypeVar("R")

LONGEST_WAIT_S: Final = 15
PAUSE_S: Final = 0.05
MOST_AT_ONCE: Final = 20
MOST_UNITS: Final = 100
_CARRIER = robot("carrier")
_SCANS: Final = {
    Act.COLLECT: fulfilment.ScanKind.COLLECTED,
    Act.MOVE_ON: fulfilment.ScanKind.IN_TRANSIT,
    Act.OUT_FOR_DELIVERY: fulfilment.ScanKind.OUT_FOR_DELIVERY,
    Act.DELAY: fulfilment.ScanKind.DELAYED,
    Act.DELIVER: fulfilment.ScanKind.DELIVERED,
    Act.LOSE: fulfilment.ScanKind.LOST,
}


@dataclass(frozen=True, slots=True)
class Workshop:
    """Works on one installation. Outside production only; doors see to that."""

    db: Database
    files: Files
    provider: object
    engine: Engine

    # -- shops ---------------------------------------------------------------------------------

    async def make_shop(self, actor: Actor, key: str, market_id: str, name: str) -> SandboxShop:
        """A shop that is open and ready to sell. Raises Invalid."""
        fits = " ".join(name.split())
        check([None if fits else Problem("name", "it is missing", "write the shop's name")])
        supplies = await stocking.supplies_for(self.files, market_id)
        shop = await self.db.retrying(
            lambda tx: actions.make_shop(tx, actor, key, market_id, fits, supplies)
        )
        await self._until(lambda: self._items(shop), bool)
        return shop

    async def items(self, actor: Actor, shop_id: ShopId) -> Sequence[Item]:
        """What can be bought in a sandbox shop. Raises NoSuchSandboxShop."""
        async with self.db.reading() as tx:
            shop = await actions.shop_for(tx, actor, shop_id)
        return await self._items(shop)

    async def _items(self, shop: SandboxShop) -> Sequence[Item]:
        async with self.db.reading() as tx:
            return await standing.items(tx, actions.seller_of(shop), shop.shop_id)

    # -- orders --------------------------------------------------------------------------------

    async def place(
        self,
        actor: Actor,
        shop_id: ShopId,
        *,
        key: str,
        card: Card = Card.GOOD,
        sku_id: SkuId | None = None,
        quantity: int = 1,
        count: int = 1,
    ) -> Sequence[OrderId]:
        """The shop's buyer buys `quantity` of a SKU `count` times; the same key, the same orders.

        Raises NoSuchSandboxShop, NoTestProvider, Invalid.
        """
        async with self.db.reading() as tx:
            shop = await actions.shop_for(tx, actor, shop_id)
        items = await self._items(shop)
        chosen = next((each for each in items if sku_id in (None, each.sku_id)), None)
        check(
            [
                None
                if chosen
                else Problem("sku_id", "it is not on sale in this shop", "choose one of its list"),
                _range_problem("quantity", quantity, MOST_UNITS),
                _range_problem("count", count, MOST_AT_ONCE),
            ]
        )
        assert chosen is not None
        line = checkout.CartLine(shop_id, chosen.sku_id, quantity)
        made: list[OrderId] = []
        for number in range(count):
            request = await self._request(shop, line, f"sandbox-{key}-{number}", card)
            async with self.db.transaction() as tx:
                outcome = (await checkout.place(tx, [request]))[0]
            if isinstance(outcome, Refusal):
                raise outcome
            made.append(outcome.orders[0][1])
        for order_id in made:
            await self._settled(shop, order_id, standing.payment_is_answered(card is Card.LATER))
        return made

    async def _request(
        self, shop: SandboxShop, line: checkout.CartLine, key: str, card: Card
    ) -> checkout.PlaceRequest:
        buyer = actions.buyer_of(shop)
        async with self.db.reading() as tx:
            address = (await identity.addresses(tx, buyer))[0]
            quote = await checkout.quote(tx, address.market_id, [line], region=address.region)
            method = self._test_provider().tokenise(card.value, "12/39", "123", tx.now)
        return checkout.PlaceRequest(
            actor=buyer,
            person_id=shop.buyer_id,
            key=key,
            market_id=address.market_id,
            lines=(line,),
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
            deliveries={shop.shop_id: quote.shops[0].options[0].id},
            method=method,
            total_shown=quote.total,
            clears_cart=False,
        )

    async def bring(
        self,
        actor: Actor,
        shop_id: ShopId,
        target: Target,
        *,
        key: str = "",
        sku_id: SkuId | None = None,
        quantity: int = 1,
        count: int = 1,
    ) -> Sequence[Standing]:
        """New orders in a state, by everything that leads there. Raises as `place` and `act`.

        Sent again with its key it goes on where it came to.
        """
        placed = await self.place(
            actor,
            shop_id,
            key=key or str(new_id()),
            card=target.card,
            sku_id=sku_id,
            quantity=max(quantity, target.units),
            count=count,
        )
        return [await self._bring_one(actor, shop_id, order_id, target) for order_id in placed]

    async def _bring_one(
        self, actor: Actor, shop_id: ShopId, order_id: OrderId, target: Target
    ) -> Standing:
        now = await self.standing(actor, shop_id, order_id)
        begun = standing.steps_done(now, target)
        for act in target.acts[begun:]:
            now = await self.act(actor, shop_id, order_id, act)
        return now

    async def standing(self, actor: Actor, shop_id: ShopId, order_id: OrderId) -> Standing:
        """Where an order stands. Raises NoSuchSandboxShop, Absent."""
        async with self.db.reading() as tx:
            shop = await actions.shop_for(tx, actor, shop_id)
            return await standing.standing(tx, shop, order_id)

    async def act(self, actor: Actor, shop_id: ShopId, order_id: OrderId, act: Act) -> Standing:
        """Let something happen to an order, and what follows from it.

        Raises CannotAct, DidNotArrive, NoSuchSandboxShop, Absent, and whatever the rooms refuse.
        """
        async with self.db.reading() as tx:
            shop = await actions.shop_for(tx, actor, shop_id)
            before = await standing.standing(tx, shop, order_id)
        if act not in before.acts:
            raise CannotAct(act.value, before.state)
        if act in (Act.CONFIRM_CHALLENGE, Act.FAIL_CHALLENGE):
            await self._answer_bank(shop, order_id, confirmed=act is Act.CONFIRM_CHALLENGE)
        else:
            await self.db.retrying(lambda tx: self._do(tx, shop, before, act))
        return await self._settled(shop, order_id, standing.has_come(before, act))

    # -- inside --------------------------------------------------------------------------------

    async def _do(self, tx: Tx, shop: SandboxShop, before: Standing, act: Act) -> None:
        seller, buyer = actions.seller_of(shop), actions.buyer_of(shop)
        key = (shop.shop_id, before.order_id)
        if act is Act.PAY:
            order = await orders.order_for(tx, buyer, *key)
            method = self._test_provider().tokenise(Card.GOOD.value, "12/39", "123", tx.now)
            await payments.try_again(tx, buyer, order.payment_id, method)
        elif act is Act.SKIP_WAIT:
            await orders.hasten(tx, stocking.ROBOT, *key)
        elif act in (Act.SHIP, Act.SHIP_ONE):
            await self._ship(tx, seller, key, one=act is Act.SHIP_ONE)
        elif act in _SCANS:
            await self._scan(tx, seller, key, _SCANS[act])
        elif act is Act.BUYER_CANCELS:
            await orders.cancel(tx, buyer, *key, Reason.CHANGED_MIND)
        elif act is Act.SELLER_CANCELS:
            await orders.cancel(tx, seller, *key, Reason.OUT_OF_STOCK)
        elif act is Act.WITHDRAW_CANCELLATION:
            await orders.withdraw_cancellation(tx, buyer, *key)
        else:
            granted = act is Act.GRANT_CANCELLATION
            await orders.answer_cancellation(tx, seller, *key, approve=granted)

    async def _ship(self, tx: Tx, seller: Actor, key: tuple[ShopId, OrderId], *, one: bool) -> None:
        lines = None
        if one:
            order = await orders.order_for(tx, seller, *key)
            first = next(line for line in order.lines if line.open_quantity)
            lines = (orders.LineShipped(first.id, 1),)
        await fulfilment.ship(tx, seller, *key, fulfilment.ShipRequest(lines=lines))

    async def _scan(
        self,
        tx: Tx,
        seller: Actor,
        key: tuple[ShopId, OrderId],
        kind: fulfilment.ScanKind,
    ) -> None:
        """The carrier tells of every package of the order that is under way."""
        packages = await fulfilment.packages_of_order(tx, seller, *key)
        market = markets.get((await orders.order_for(tx, seller, *key)).market_id)
        await fulfilment.record_scans(
            tx,
            _CARRIER,
            [
                fulfilment.ScanReport(
                    key[0],
                    PackageId(each.id),
                    each.tracking_number or "",
                    f"sandbox-{new_id()}",
                    kind,
                    tx.now,
                    f"Sandbox, {market.country}",
                )
                for each in packages
                if each.state in standing.UNDER_WAY
            ],
        )

    async def _answer_bank(self, shop: SandboxShop, order_id: OrderId, *, confirmed: bool) -> None:
        async with self.db.reading() as tx:
            buyer = actions.buyer_of(shop)
            order = await orders.order_for(tx, buyer, shop.shop_id, order_id)
            payment = await payments.payment_for(tx, buyer, order.payment_id)
        ref = (payment.challenge_url or "").rpartition("/")[2]
        await self._test_provider().answer_challenge(ref, confirmed=confirmed)

    def _test_provider(self) -> payments.TestProvider:
        """Raises NoTestProvider."""
        if not isinstance(self.provider, payments.TestProvider):
            raise NoTestProvider
        return self.provider

    async def _settled(
        self, shop: SandboxShop, order_id: OrderId, fits: Callable[[Standing], bool]
    ) -> Standing:
        async def look() -> Standing:
            async with self.db.reading() as tx:
                return await standing.standing(tx, shop, order_id)

        found = await self._until(look, fits)
        if not fits(found):
            raise DidNotArrive(found.state)
        return found

    async def _until(self, look: Callable[[], Awaitable[R]], fits: Callable[[R], bool]) -> R:
        """Work on what follows until it fits, or for as long as one waits for a page."""
        began = stopwatch()
        while True:
            found = await look()
            if fits(found) or stopwatch() - began > LONGEST_WAIT_S:
                return found
            if not await self.engine.step():
                await asyncio.sleep(PAUSE_S)


def _range_problem(field: str, number: int, most: int) -> Problem | None:
    if 1 <= number <= most:
        return None
    return Problem(field, f"it is not from 1 to {most}", "correct the number")
