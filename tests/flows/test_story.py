"""Whole stories through the rooms' faces, on the clock that moves; the books are proved each time.

Times of the trade come from the orders' own clocks and the market's parameters, so that a story
holds when a parameter changes.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from clipcart import checkout, fulfilment, inventory, orders, payments, settlement
from clipcart.identity import Actor
from clipcart.kit.engine import Engine
from clipcart.kit.ids import OrderId, ShopId
from clipcart.main import Installation
from clipcart.orders import By, Reason, State
from tests.support.buying import lines_for, place_one, request_for, token
from tests.support.world import World

SHOP = "fernhollow"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BROKE, ASKS = "4000000000009995", "4000002760003184"


@dataclass
class Story:
    """Mira, a teapot, the shop that sells it, and time."""

    installation: Installation
    engine: Engine
    world: World
    bought: int = 0

    @property
    def mira(self) -> Actor:
        """The buyer."""
        return self.world.person("mira")

    @property
    def owner(self) -> Actor:
        """The seller."""
        return self.world.owner(SHOP)

    @property
    def shop_id(self) -> ShopId:
        """The seller's shop."""
        return self.world.shops[SHOP]

    async def buy(self, card: str = "4242424242424242") -> tuple[checkout.Placed, OrderId]:
        """A teapot, paid by a card as far as it goes at once."""
        self.bought += 1
        lines = await lines_for(self.installation.db, self.world, "teapot")
        request = await request_for(
            self.installation, self.world, lines, card=card, key=f"story-{self.bought}"
        )
        placed = await place_one(self.installation.db, request)
        await self.engine.settle()
        return placed, placed.orders[0][1]

    async def order(self, order_id: OrderId) -> orders.Order:
        """The order as its buyer sees it."""
        async with self.installation.db.reading() as tx:
            return await orders.order_for(tx, self.mira, self.shop_id, order_id)

    async def payment(self, placed: checkout.Placed) -> payments.Payment:
        """The payment as its buyer sees it."""
        async with self.installation.db.reading() as tx:
            return await payments.payment_for(tx, self.mira, placed.payment_id)

    async def available(self) -> int:
        """Teapots that can be bought."""
        (line,) = await lines_for(self.installation.db, self.world, "teapot")
        async with self.installation.db.reading() as tx:
            return (await inventory.levels(tx, [line.key]))[line.sku_id]

    async def until_free_window_ends(self, order_id: OrderId) -> None:
        """The shop may pack."""
        until = (await self.order(order_id)).clocks.free_cancel_until
        assert until is not None
        await self.engine.advance(until - await self.engine.now() + MINUTE)
        assert (await self.order(order_id)).state is State.AWAITING_SHIPMENT

    async def ship(self, order_id: OrderId) -> fulfilment.Package:
        """The shop packs and prints the label."""
        async with self.installation.db.transaction() as tx:
            package = await fulfilment.ship(
                tx, self.owner, self.shop_id, order_id, fulfilment.ShipRequest()
            )
        await self.engine.settle()
        return package

    async def cancel(
        self, order_id: OrderId, actor: Actor | None = None, reason: Reason = Reason.CHANGED_MIND
    ) -> orders.CancelOutcome:
        """Call it off, or ask to."""
        async with self.installation.db.transaction() as tx:
            outcome = await orders.cancel(tx, actor or self.mira, self.shop_id, order_id, reason)
        await self.engine.settle()
        return outcome

    async def pass_until(self, order_id: OrderId, state: State, most_days: int = 30) -> None:
        """Let half days pass until the order is so far."""
        for _ in range(2 * most_days):
            if (await self.order(order_id)).state is state:
                return
            await self.engine.advance(DAY / 2)
        raise AssertionError(f"not {state} after {most_days} days")

    async def refunded(self, order_id: OrderId) -> int:
        """Minor units that went back."""
        async with self.installation.db.reading() as tx:
            found = await payments.refunds_of_order(tx, self.shop_id, order_id)
        return sum(r.amount.minor for r in found if r.state.value == "SETTLED")

    async def prove(self) -> settlement.Proof:
        """Ledger = statements = provider = bank, and no work was given up on the way."""
        async with self.installation.db.reading() as tx:
            proof = await settlement.prove(tx)
        assert proof.holds, proof
        for statement in (
            "select count(*) from kit.event_failure",
            "select count(*) from kit.job where state = 'dead'",
        ):
            assert await self.installation.pool.fetchval(statement) == 0
        return proof


@pytest.fixture
def story(installation: Installation, engine: Engine, world: World) -> Story:
    """A story about to begin."""
    return Story(installation, engine, world)


async def test_bought_shipped_delivered_settled_and_paid_out(story: Story) -> None:
    before = await story.available()
    _, order_id = await story.buy()
    assert (await story.order(order_id)).state is State.ON_HOLD
    assert await story.available() == before - 1
    await story.prove()
    await story.until_free_window_ends(order_id)
    package = await story.ship(order_id)
    assert (await story.order(order_id)).state is State.AWAITING_COLLECTION
    await story.pass_until(order_id, State.IN_TRANSIT)
    await story.pass_until(order_id, State.DELIVERED)
    await story.prove()
    await story.pass_until(order_id, State.COMPLETED, most_days=60)
    paid: tuple[settlement.Payout, ...] = ()
    for _ in range(30):
        async with story.installation.db.reading() as tx:
            page = await settlement.payouts(tx, story.owner, story.shop_id)
            paid = tuple(p for p in page.items if p.state is settlement.PayoutState.PAID)
        if paid:
            break
        await story.engine.advance(DAY)
    order = await story.order(order_id)
    # What the seller gets is what was paid, without tax that the platform keeps and its fee.
    tax_minor = 0 if order.tax_included else order.tax.minor
    owed = order.total.minor - tax_minor - order.fee.minor
    assert sum(payout.amount.minor for payout in paid) == owed
    await story.prove()
    async with story.installation.db.reading() as tx:
        money = await settlement.where_is_my_money(tx, story.owner, story.shop_id, order_id)
        found = await fulfilment.packages_of_order(tx, story.owner, story.shop_id, order_id)
        statements = await settlement.statements(tx, story.owner, story.shop_id)
    assert all(step.is_done for step in money.steps)
    assert money.sentences()
    assert [each.id for each in found] == [package.id]
    assert statements.items
    assert await story.available() == before - 1


async def test_cancelled_in_the_free_hour(story: Story) -> None:
    before = await story.available()
    _, order_id = await story.buy()
    assert (await story.cancel(order_id)).is_cancelled
    order = await story.order(order_id)
    assert order.state is State.CANCELLED
    assert await story.refunded(order_id) == order.total.minor
    assert await story.available() == before
    await story.engine.advance(3 * DAY)
    await story.prove()


async def test_cancelled_afterwards_the_shop_keeps_silent(story: Story) -> None:
    before = await story.available()
    _, order_id = await story.buy()
    await story.until_free_window_ends(order_id)
    outcome = await story.cancel(order_id)
    assert not outcome.is_cancelled
    assert outcome.reply_by is not None
    assert (await story.order(order_id)).state is State.AWAITING_SHIPMENT
    await story.engine.advance(outcome.reply_by - await story.engine.now() - MINUTE, grain=MINUTE)
    assert (await story.order(order_id)).state is State.AWAITING_SHIPMENT
    await story.engine.advance(timedelta(hours=1))
    order = await story.order(order_id)
    assert order.state is State.CANCELLED
    assert await story.refunded(order_id) == order.total.minor
    assert await story.available() == before
    await story.prove()


async def test_cancelled_by_the_shop(story: Story) -> None:
    _, order_id = await story.buy()
    await story.until_free_window_ends(order_id)
    assert (await story.cancel(order_id, story.owner, Reason.OUT_OF_STOCK)).is_cancelled
    order = await story.order(order_id)
    assert order.cancelled is not None
    assert order.cancelled.by is By.SELLER
    assert await story.refunded(order_id) == order.total.minor
    await story.prove()


@pytest.mark.parametrize("confirmed", [True, False])
async def test_the_bank_asks_first(story: Story, confirmed: bool) -> None:
    placed, order_id = await story.buy(ASKS)
    payment = await story.payment(placed)
    assert payment.state is payments.PaymentState.CHALLENGE
    assert payment.challenge_url
    assert (await story.order(order_id)).state is State.UNPAID
    provider = story.installation.services.provider
    ref = payment.challenge_url.rsplit("/", 1)[-1]
    assert await provider.answer_challenge(ref, confirmed=confirmed)
    await story.engine.settle()
    assert not await provider.answer_challenge(ref, confirmed=not confirmed)
    await story.engine.settle()
    state = (await story.payment(placed)).state
    assert state is (
        payments.PaymentState.CAPTURED if confirmed else payments.PaymentState.DECLINED
    )
    wanted = State.ON_HOLD if confirmed else State.UNPAID
    assert (await story.order(order_id)).state is wanted
    await story.prove()


async def test_declined_and_paid_with_another_card(story: Story) -> None:
    placed, order_id = await story.buy(BROKE)
    assert (await story.payment(placed)).decline_reason == "insufficient_funds"
    await story.engine.advance(MINUTE)
    async with story.installation.db.transaction() as tx:
        await payments.try_again(tx, story.mira, placed.payment_id, token(story.installation))
    await story.engine.settle()
    assert (await story.order(order_id)).state is State.ON_HOLD
    await story.prove()


async def test_never_paid(story: Story) -> None:
    before = await story.available()
    placed, order_id = await story.buy(BROKE)
    assert await story.available() == before - 1
    pay_by = (await story.order(order_id)).clocks.pay_by
    await story.engine.advance(pay_by - await story.engine.now() + MINUTE)
    order = await story.order(order_id)
    assert order.cancelled is not None
    assert (order.cancelled.by, order.cancelled.reason) == (By.SYSTEM, Reason.NOT_PAID)
    assert await story.available() == before
    with pytest.raises(payments.CannotTryAgain):
        async with story.installation.db.transaction() as tx:
            await payments.try_again(tx, story.mira, placed.payment_id, token(story.installation))
    await story.prove()


async def test_never_shipped(story: Story) -> None:
    before = await story.available()
    _, order_id = await story.buy()
    clocks = (await story.order(order_id)).clocks
    assert clocks.ship_by is not None
    assert clocks.cancel_unshipped_at is not None
    await story.engine.advance(clocks.ship_by - await story.engine.now() + MINUTE)
    order = await story.order(order_id)
    assert (order.state, order.is_late) == (State.AWAITING_SHIPMENT, True)
    await story.engine.advance(clocks.cancel_unshipped_at - await story.engine.now() + MINUTE)
    order = await story.order(order_id)
    assert order.cancelled is not None
    assert (order.cancelled.by, order.cancelled.reason) == (By.SYSTEM, Reason.NOT_SHIPPED)
    assert await story.refunded(order_id) == order.total.minor
    assert await story.available() == before
    await story.prove()
