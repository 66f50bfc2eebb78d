"""Laws of orders under any history: random wishes, payments, parcels and moves of the clock.

Whatever buyers, staff, operators, carriers, cards and time do in whichever order: amounts add up,
states move only along MOVES, units are neither made nor lost, money goes back at most once and
then all of it, and every fact is told once.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clipcart import inventory, orders
from clipcart.kit.connections import prepare_connection
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, SkuId
from clipcart.orders.model import MOVES, State
from clipcart.orders.reasons import Reason
from tests.orders.test_paying import deliver_capture
from tests.orders.world import (
    DECLINED,
    HOURS_LATER,
    LATE_CAPTURE,
    PAID_AT_ONCE,
    Wish,
    World,
    make_world,
)
from tests.support.database import OneConnection, clone

ON_HAND = 6
CARDS = (PAID_AT_ONCE, PAID_AT_ONCE, PAID_AT_ONCE, DECLINED, HOURS_LATER, LATE_CAPTURE)
HOURS = (1, 2, 10, 24, 50, 24 * 8, 24 * 31)
REASONS = {
    "buyer": (Reason.CHANGED_MIND, Reason.TOO_SLOW),
    "staff": (Reason.OUT_OF_STOCK, Reason.BUYER_ASKED),
    "operator": (Reason.SUSPECTED_FRAUD, Reason.PARCEL_LOST),
}
STATE_AFTER = {
    "placed": State.UNPAID,
    "paid": State.ON_HOLD,
    "released": State.AWAITING_SHIPMENT,
    "in_transit": State.IN_TRANSIT,
    "delivered": State.DELIVERED,
    "completed": State.COMPLETED,
    "cancelled": State.CANCELLED,
}
OFTEN = {
    "label_made",
    "cancellation_requested",
    "cancellation_approved",
    "cancellation_rejected",
    "cancellation_withdrawn",
}
LOG = """
    select subject, name, payload from kit.event
    where shop_id = $1 and name like 'orders.%' order by id"""

choice = st.integers(0, 9)


class OrderMachine(RuleBasedStateMachine):
    """A shop with two SKUs and whatever happens to it."""

    runner: asyncio.Runner
    connection: Any

    def __init__(self) -> None:
        super().__init__()
        self.transaction = self.connection.transaction()
        self.run(self.transaction.start())
        self.world: World = self.run(make_world(OneConnection(self.connection)))
        self.placed: dict[OrderId, tuple[SkuId, int]] = {}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.transaction.rollback())

    def pick(self, number: int, *likely: State) -> OrderId:
        """An order; where possible one in a likely state, so that histories get far."""
        found = list(self.placed)
        if likely and number % 4:
            states = {order_id: self.run(self.world.state(order_id)) for order_id in found}
            found = [order_id for order_id in found if states[order_id] in likely] or found
        return found[number % len(found)]

    def wish(self, order_id: OrderId, verb: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Try a verb; when it is refused, nothing may have changed and nothing been told."""
        before = self.run(self.world.order(order_id))
        told = self.run(self.world.facts(order_id, ""))
        try:
            self.run(verb())
        except Refusal:
            assert self.run(self.world.order(order_id)) == before
            assert self.run(self.world.facts(order_id, "")) == told

    @initialize()
    def open(self) -> None:
        self.skus: list[SkuId] = [self.run(self.world.sku(ON_HAND)) for _ in range(2)]

    @rule(number=choice, quantity=st.integers(1, 3), card=st.sampled_from(CARDS))
    def place(self, number: int, quantity: int, card: str) -> None:
        sku = self.skus[number % 2]
        if self.run(self.world.available(sku)) >= quantity:
            wish = Wish(sku, quantity, 1000 + number, 7 * number)
            order_id = self.run(self.world.place(wish, card=card))
            self.placed[order_id] = (sku, quantity)

    @rule(number=choice, quantity=st.integers(1, 3))
    def sell(self, number: int, quantity: int) -> None:
        """An order that is paid and past its free window, where most of the way lies ahead."""
        sku = self.skus[number % 2]
        if self.run(self.world.available(sku)) >= quantity:
            order_id = self.run(self.world.to_ship(Wish(sku, quantity, 1000 + number, 7 * number)))
            self.placed[order_id] = (sku, quantity)

    @rule()
    def settle(self) -> None:
        self.run(self.world.engine.settle())

    @rule(hours=st.sampled_from(HOURS))
    def pass_time(self, hours: int) -> None:
        self.run(self.world.engine.advance(timedelta(hours=hours)))

    @precondition(lambda self: self.placed)
    @rule(number=choice, who=st.sampled_from(sorted(REASONS)), which=st.integers(0, 1))
    def cancel(self, number: int, who: str, which: int) -> None:
        order_id, actor = self.pick(number), getattr(self.world, who)
        self.wish(order_id, lambda: self.world.cancel(actor, order_id, REASONS[who][which]))

    @precondition(lambda self: self.placed)
    @rule(number=choice, approve=st.booleans())
    def answer(self, number: int, approve: bool) -> None:
        order_id = self.pick(number)

        async def verb() -> None:
            async with self.world.db.transaction() as tx:
                await orders.answer_cancellation(
                    tx, self.world.staff, self.world.shop_id, order_id, approve=approve
                )

        self.wish(order_id, verb)

    @precondition(lambda self: self.placed)
    @rule(number=choice)
    def withdraw(self, number: int) -> None:
        order_id = self.pick(number)

        async def verb() -> None:
            async with self.world.db.transaction() as tx:
                await orders.withdraw_cancellation(
                    tx, self.world.buyer, self.world.shop_id, order_id
                )

        self.wish(order_id, verb)

    @precondition(lambda self: self.placed)
    @rule(number=choice, quantity=st.integers(0, 3))
    def ship(self, number: int, quantity: int) -> None:
        order_id = self.pick(number, State.AWAITING_SHIPMENT, State.PARTIALLY_SHIPPING)
        line = self.run(self.world.order(order_id)).lines[0]
        some = [orders.LineShipped(line.id, quantity)] if quantity else None
        self.wish(order_id, lambda: self.world.ship(order_id, some))

    @precondition(lambda self: self.placed)
    @rule(number=choice)
    def collect(self, number: int) -> None:
        likely = (State.AWAITING_COLLECTION, State.PARTIALLY_SHIPPING)
        self.run(self.world.collect(self.pick(number, *likely)))

    @precondition(lambda self: self.placed)
    @rule(number=choice)
    def deliver(self, number: int) -> None:
        likely = (State.IN_TRANSIT, State.AWAITING_COLLECTION)
        self.run(self.world.deliver(self.pick(number, *likely)))

    @precondition(lambda self: self.placed)
    @rule(number=choice, arrives=st.booleans())
    def travel(self, number: int, arrives: bool) -> None:
        order_id = self.pick(number | 1, State.AWAITING_SHIPMENT)
        self.wish(order_id, lambda: self.world.ship(order_id))
        self.run(self.world.collect(order_id))
        if arrives:
            self.run(self.world.deliver(order_id))

    @precondition(lambda self: self.placed)
    @rule(number=choice)
    def capture_told_again(self, number: int) -> None:
        order_id = self.pick(number)
        if self.run(self.world.order(order_id)).paid_at is not None:
            self.run(deliver_capture(self.world, [order_id]))

    @invariant()
    def laws_hold(self) -> None:
        if self.placed:
            self.run(self.check())

    async def check(self) -> None:
        world = self.world
        keys = [(world.shop_id, order_id) for order_id in self.placed]
        async with world.db.reading() as tx:
            found = await orders.orders_by_keys(tx, keys)
            rows = await orders.lines_of(tx, keys)
            levels = await inventory.levels(tx, [(world.shop_id, sku) for sku in self.skus])
        # The document that pages read says what the locked rows say.
        assert {order.id: order.lines for order in found.values()} == rows
        log = await self.connection.fetch(LOG, world.shop_id)
        facts: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for row in log:
            facts[row["subject"]].append((row["name"].removeprefix("orders."), row["payload"]))
        taken: Counter[SkuId] = Counter()
        for order in found.values():
            amounts_add_up(order)
            told_along_the_moves(order, facts[f"order:{order.id}"])
            money_goes_back_once(order, await world.refunds(order.id))
            sku, quantity = self.placed[order.id]
            shipped = order.lines[0].shipped_quantity
            taken[sku] += shipped if order.state is State.CANCELLED else quantity
        assert {sku: levels[sku] + taken[sku] for sku in self.skus} == dict.fromkeys(
            self.skus, ON_HAND
        )


def amounts_add_up(order: orders.Order) -> None:
    items = sum(line.amount.minor for line in order.lines)
    tax = 0 if order.tax_included else order.tax.minor
    assert order.total.minor == items + order.shipping.minor + tax
    assert order.fee == orders.fee_of(order)


def told_along_the_moves(order: orders.Order, facts: list[tuple[str, Any]]) -> None:
    counts = Counter(name for name, _ in facts)
    assert {name for name, count in counts.items() if count > 1} <= OFTEN
    state = None
    for name, payload in facts:
        after = STATE_AFTER.get(name)
        if name == "label_made":
            complete = payload["is_complete"]
            after = State.AWAITING_COLLECTION if complete else State.PARTIALLY_SHIPPING
        if after is None or after == state:
            continue
        assert after in MOVES[state] if state else after is State.UNPAID, facts
        state = after
    assert state == order.state, facts


def money_goes_back_once(order: orders.Order, refunds: list[Any]) -> None:
    asked = [refund.amount for refund in refunds]
    if order.state is State.CANCELLED and order.paid is not None:
        assert asked == [order.paid] == [order.refund]
    else:
        assert asked == []
        assert order.refund.is_zero


@pytest.fixture
def machine(server: Callable[[str], str], template: str) -> Iterator[type[OrderMachine]]:
    """The machine on a connection and an event loop of its own."""
    with asyncio.Runner() as runner:
        connection = runner.run(_connect(server, template))
        yield cast(
            type[OrderMachine],
            type("OnDatabase", (OrderMachine,), {"runner": runner, "connection": connection}),
        )
        runner.run(connection.close())


async def _connect(server: Callable[[str], str], template: str) -> Any:
    connection = await asyncpg.connect(await clone(server, template), timeout=60)
    await prepare_connection(connection)
    return connection


def test_orders_keep_their_laws(machine: type[OrderMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_path_is_really_checked() -> None:
    """A law that cannot fail says nothing: a jump over payment is seen."""
    order = cast(orders.Order, SimpleNamespace(state=State.AWAITING_SHIPMENT))
    told_along_the_moves(order, [("placed", {}), ("paid", {}), ("released", {})])
    for broken in (["placed", "released"], ["placed", "paid", "paid", "released"], ["placed"]):
        with pytest.raises(AssertionError):
            told_along_the_moves(order, [(name, {}) for name in broken])
