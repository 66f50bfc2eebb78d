"""Whatever happens to stock in whatever order, nothing is oversold and nothing is lost."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from clipcart import inventory
from clipcart.identity import SYSTEM
from clipcart.inventory import OrderLine, StockChange, StockIsReserved, Want
from clipcart.inventory.model import Shelf as ModelShelf
from clipcart.inventory.model import decide
from clipcart.kit.connections import prepare_connection
from clipcart.kit.ids import OrderId, ShopId, SkuId, WarehouseId, new_id
from tests.inventory.world import TTL, Shelf, build, conserved, counts, fill, keys, want
from tests.support.database import START, OneConnection, clone

SKUS = 2


@dataclass
class Kept:
    """What the test believes of one order: units left per SKU, units shipped, and if it is paid."""

    left: list[int]
    shipped: list[int]
    until: datetime
    is_paid: bool = False
    is_open: bool = True
    was_spent: bool = False

    def __post_init__(self) -> None:
        self.wished = list(self.left)

    def close(self) -> None:
        """Given up. A SKU of which all units had left stays shipped, and so is kept."""
        if self.is_open:
            self.was_spent = any(
                wished and not left for wished, left in zip(self.wished, self.left, strict=True)
            )
        self.is_open, self.left = False, [0] * SKUS


class World:
    """A database on a loop of its own, since hypothesis calls rules synchronously."""

    def __init__(self, address: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.connection = self.run(asyncpg.connect(address, timeout=60))
        self.run(prepare_connection(self.connection))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.connection.close())
        self.loop.close()


class Stock(RuleBasedStateMachine):
    """Verbs in any order, beside a plain count of what they should do."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = self.world.connection.transaction()
        self.world.run(self.transaction.start())
        self.db = OneConnection(self.world.connection)
        self.shelf: Shelf = self.world.run(build(self.db, SKUS))
        self.on_hand = [6, 4]
        self.world.run(fill(self.db, self.shelf, *self.on_hand))
        self.orders: dict[OrderId, Kept] = {}

    def teardown(self) -> None:
        self.world.run(self.transaction.rollback())

    def reserved(self, sku: int) -> int:
        return sum(order.left[sku] for order in self.orders.values() if order.is_open)

    def act(self, body: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        async def work() -> Any:
            async with self.db.transaction() as tx:
                return await body(tx)

        return self.world.run(work())

    def order(self, number: int) -> tuple[OrderId, Kept]:
        return list(self.orders.items())[number % len(self.orders)]

    @rule(
        wishes=st.lists(st.tuples(*[st.integers(0, 4)] * SKUS).filter(any), min_size=1, max_size=4)
    )
    def reserve(self, wishes: list[tuple[int, ...]]) -> None:
        order_ids = [OrderId(new_id()) for _ in wishes]

        async def body(tx: Any) -> Any:
            wants = [
                want(tx, self.shelf, sku, quantity, order_id)
                for order_id, wish in zip(order_ids, wishes, strict=True)
                for sku, quantity in enumerate(wish)
                if quantity
            ]
            return await inventory.reserve(tx, SYSTEM, wants)

        refused = self.act(body)
        for order_id, wish in zip(order_ids, wishes, strict=True):
            fits = all(
                self.reserved(sku) + quantity <= self.on_hand[sku]
                for sku, quantity in enumerate(wish)
            )
            assert fits == (order_id not in refused), "the earliest that fit are served"
            if fits:
                self.orders[order_id] = Kept(list(wish), [0] * SKUS, self.db.moment + TTL)

    @precondition(lambda self: self.orders)
    @rule(number=st.integers(0, 99))
    def confirm(self, number: int) -> None:
        order_id, order = self.order(number)
        done = self.act(lambda tx: inventory.confirm(tx, SYSTEM, keys(self.shelf, [order_id])))
        if order.is_open:
            order.is_paid = True
        assert bool(done) == (order.is_open or order.was_spent)

    @precondition(lambda self: self.orders)
    @rule(number=st.integers(0, 99))
    def release(self, number: int) -> None:
        order_id, order = self.order(number)
        done = self.act(lambda tx: inventory.release(tx, SYSTEM, keys(self.shelf, [order_id])))
        assert bool(done) == (order.is_open and any(order.left))
        order.close()

    @precondition(lambda self: self.orders)
    @rule(number=st.integers(0, 99), quantity=st.integers(1, 3), sku=st.integers(0, SKUS - 1))
    def ship(self, number: int, quantity: int, sku: int) -> None:
        order_id, order = self.order(number)
        line = OrderLine(self.shelf.shop_id, order_id, self.shelf.skus[sku], quantity)
        if order.is_open and order.is_paid and order.left[sku] >= quantity:
            self.act(lambda tx: inventory.consume(tx, SYSTEM, [line]))
            order.left[sku] -= quantity
            order.shipped[sku] += quantity
            self.on_hand[sku] -= quantity
        else:
            with pytest.raises(inventory.CannotShip):
                self.act(lambda tx: inventory.consume(tx, SYSTEM, [line]))

    @precondition(lambda self: self.orders)
    @rule(number=st.integers(0, 99), sku=st.integers(0, SKUS - 1))
    def put_back(self, number: int, sku: int) -> None:
        order_id, order = self.order(number)
        line = OrderLine(self.shelf.shop_id, order_id, self.shelf.skus[sku], 1)
        if order.shipped[sku]:
            self.act(lambda tx: inventory.put_back(tx, SYSTEM, [line]))
            order.shipped[sku] -= 1
            self.on_hand[sku] += 1
        else:
            with pytest.raises(inventory.CannotPutBack):
                self.act(lambda tx: inventory.put_back(tx, SYSTEM, [line]))

    @rule(sku=st.integers(0, SKUS - 1), count=st.integers(0, 9))
    def recount(self, sku: int, count: int) -> None:
        change = StockChange(self.shelf.shop_id, self.shelf.skus[sku], count)
        if count >= self.reserved(sku):
            self.act(lambda tx: inventory.set_on_hand(tx, self.shelf.staff, [change]))
            self.on_hand[sku] = count
        else:
            with pytest.raises(StockIsReserved):
                self.act(lambda tx: inventory.set_on_hand(tx, self.shelf.staff, [change]))

    @rule(hours=st.sampled_from([1, 30, 50]))
    def time_passes(self, hours: int) -> None:
        self.db.pass_time(timedelta(hours=hours))
        due = {
            order_id
            for order_id, order in self.orders.items()
            if order.is_open and not order.is_paid and order.until <= self.db.moment
        }
        assert self.act(inventory.expire) == len(due)
        for order_id in due:
            self.orders[order_id].close()

    @invariant()
    def stock_is_what_it_should_be(self) -> None:
        believed = [(self.on_hand[sku], self.reserved(sku)) for sku in range(SKUS)]
        assert self.world.run(counts(self.db, self.shelf)) == believed
        assert self.world.run(conserved(self.db))


async def test_stock_is_conserved(server: Callable[[str], str], template: str) -> None:
    address = await clone(server, template)

    def work() -> None:
        Stock.world = world = World(address)
        try:
            run_machine(
                Stock,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            world.close()

    await asyncio.to_thread(work)


WISH = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 5)), min_size=1, max_size=3)
SHELVES = st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=3, max_size=3)


@given(SHELVES, st.lists(WISH, max_size=6))
def test_deciding_never_gives_out_more_than_there_is(
    stock: list[list[int]], groups: list[list[tuple[int, int]]]
) -> None:
    shelves = {
        (ShopId(1), SkuId(sku)): [ModelShelf(WarehouseId(n), count) for n, count in enumerate(row)]
        for sku, row in enumerate(stock)
    }
    wants = [
        [Want(ShopId(1), OrderId(order), SkuId(sku), count, START) for sku, count in group]
        for order, group in enumerate(groups)
    ]
    grants, shortages = decide(wants, shelves)
    granted = {grant.want.order_id for grant in grants}
    assert granted.isdisjoint(shortages)
    assert granted | set(shortages) == {OrderId(order) for order in range(len(groups))}
    assert sum(grant.want.quantity for grant in grants) == sum(map(sum, stock)) - sum(
        shelf.available for row in shelves.values() for shelf in row
    )
    assert all(shelf.available >= 0 for row in shelves.values() for shelf in row)
    for shortage in shortages.values():
        assert all(line.available < line.wanted for line in shortage.lines)
