"""The package's states as a law: scans in any order, twice, and the wishes of shop and buyer."""

import re
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipcart import fulfilment, orders
from clipcart.fulfilment import MOVES, LabelWish, Package, ScanKind, ShipRequest, State
from clipcart.fulfilment.model import state_after
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, PackageId
from clipcart.orders import LineShipped
from tests.fulfilment.world import Yard, make_yard
from tests.orders.world import Wish
from tests.support.database import OneConnection

HEARD = [kind for kind in ScanKind if kind is not ScanKind.HANDED_OVER]
UNITS = 3
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ship"), st.integers(1, UNITS)),
        st.tuples(st.just("settle"), st.just(0)),
        st.tuples(st.just("relabel"), st.integers(0, 2)),
        st.tuples(st.just("cancel"), st.just(0)),
        st.tuples(st.just("scan"), st.integers(0, 3 * len(HEARD) - 1)),
    ),
    min_size=2,
    max_size=9,
)


@given(st.lists(st.sampled_from(HEARD), min_size=1), st.randoms())
def test_scans_mean_the_same_in_any_order(kinds: list[ScanKind], dice: Any) -> None:
    shuffled = list(kinds)
    dice.shuffle(shuffled)
    assert state_after(kinds) is state_after(shuffled) is state_after([*kinds, *shuffled])


async def test_the_database_guards_the_same_moves(db: OneConnection) -> None:
    source = await db.connection.fetchval(
        "select prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        "where n.nspname = 'fulfilment' and p.proname = 'refuse_move'"
    )
    guarded = set(re.findall(r"\('(\w+)', '(\w+)'\)", source))
    assert guarded == {(old.value, new.value) for old, news in MOVES.items() for new in news}


def reachable(old: State, new: State) -> bool:
    """Whether a package may come from one state to the other by moves."""
    seen, todo = {old}, [old]
    while todo:
        for state in MOVES[todo.pop()] - seen:
            seen.add(state)
            todo.append(state)
    return new in seen


class Machine:
    """Runs steps and holds the laws after each."""

    def __init__(self, yard: Yard, order_id: OrderId) -> None:
        self.yard = yard
        self.order_id = order_id
        self.before: dict[PackageId, Package] = {}

    async def step(self, name: str, number: int) -> None:
        do: dict[str, Callable[[int], Any]] = {
            "ship": self.ship,
            "settle": self.settle,
            "relabel": self.relabel,
            "cancel": self.cancel,
            "scan": self.scan,
        }
        everything = await self.yard.everything()
        try:
            await do[name](number)
        except Refusal:
            assert await self.yard.everything() == everything
        await self.check()

    async def ship(self, quantity: int) -> None:
        line = (await self.yard.world.order(self.order_id)).lines[0]
        await self.yard.ship(self.order_id, ShipRequest(lines=(LineShipped(line.id, quantity),)))

    async def settle(self, _number: int) -> None:
        await self.yard.world.engine.settle()

    async def relabel(self, place: int) -> None:
        packages = await self.yard.packages(self.order_id)
        if place < len(packages):
            staff, shop_id = self.yard.world.staff, self.yard.shop_id
            package_id, wish = packages[place].id, LabelWish(carrier="fedex")
            await self.yard.act(
                lambda tx: fulfilment.replace_label(tx, staff, shop_id, package_id, wish)
            )

    async def cancel(self, _number: int) -> None:
        await self.yard.world.cancel(
            self.yard.world.staff, self.order_id, orders.Reason.OUT_OF_STOCK
        )

    async def scan(self, number: int) -> None:
        packages = await self.yard.packages(self.order_id)
        place, kind = divmod(number, len(HEARD))
        if place < len(packages):
            await self.yard.scan(packages[place], HEARD[kind])

    async def check(self) -> None:
        order = await self.yard.world.order(self.order_id)
        packages = {each.id: each for each in await self.yard.packages(self.order_id)}
        shipped = sum(each.units for each in packages.values())
        assert shipped == sum(line.shipped_quantity for line in order.lines)
        for package_id, old in self.before.items():
            assert reachable(old.state, packages[package_id].state)
            assert len(packages[package_id].scans) >= len(old.scans)
        if order.state is orders.State.DELIVERED:
            assert {each.state for each in packages.values()} == {State.COMPLETED}
        if any(each.collected_at for each in packages.values()):
            assert order.collected_at is not None or order.state is orders.State.CANCELLED
        assert await self.yard.stock_is_right()
        self.before = dict(packages)

    async def finish(self, sku: Any) -> None:
        """When everything is handled, goods are where the states say."""
        await self.settle(0)
        await self.check()
        order = await self.yard.world.order(self.order_id)
        gone = sum(each.units for each in self.before.values() if each.cancelled_at is None)
        kept = 0 if order.state is orders.State.CANCELLED else UNITS - gone
        assert await self.yard.world.available(sku) == UNITS - gone - kept
        if order.state is orders.State.CANCELLED:
            left = {each.state for each in self.before.values()}
            assert not left & {State.TO_FULFIL, State.PROCESSING}


@given(steps=STEPS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_whatever_happens_packages_stock_and_order_agree(
    db: OneConnection, steps: list[tuple[str, int]]
) -> None:
    yard = await make_yard(db)
    sku = await yard.world.sku(UNITS)
    machine = Machine(yard, await yard.world.to_ship(Wish(sku, UNITS)))
    for name, number in steps:
        await machine.step(name, number)
    await machine.finish(sku)
