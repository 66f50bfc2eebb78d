"""docs/how/orders.md is true: its worked example is replayed, its lists are compared."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clipcart.kit.events import EVENTS
from clipcart.kit.ids import OrderId
from clipcart.orders._jobs import SWEEPS
from clipcart.orders.model import Clocks, State
from clipcart.orders.reasons import SELLER_FAULT, Reason
from tests.orders.world import Wish, World

PAGE = (Path(__file__).resolve().parents[2] / "docs/how/orders.md").read_text()
STEP = re.compile(r"\| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \| (\w+) \| (\w+) \|")

Story = list[tuple[datetime, str, State]]


def stories() -> list[Story]:
    """The tables of the worked example."""
    part = PAGE.split("## A worked example")[1].split("## ")[0]
    return [
        [
            (datetime.fromisoformat(at).replace(tzinfo=UTC), fact, State(state))
            for at, fact, state in STEP.findall(table)
        ]
        for table in part.split("| UTC |")[1:]
    ]


@pytest.mark.parametrize("story", stories(), ids=["forgotten", "delivered"])
async def test_the_worked_example_happens(world: World, story: Story) -> None:
    order_id = await world.paid(Wish(await world.sku()))
    verbs: dict[str, Callable[[OrderId], Awaitable[object]]] = {
        "label_made": world.ship,
        "in_transit": world.collect,
        "delivered": world.deliver,
    }
    known: list[str] = ["placed"]
    for at, fact, state in story:
        before = at - timedelta(seconds=1)
        if before > await world.now():
            await world.engine.advance(before - await world.now(), grain=timedelta(0))
            assert await world.facts(order_id) == known, f"too early for {fact}"
        await world.engine.advance(at - await world.now(), grain=timedelta(0))
        if fact in verbs:
            await verbs[fact](order_id)
        known = await world.facts(order_id)
        assert known[-1] == fact
        assert await world.state(order_id) is state


def test_the_example_has_both_stories() -> None:
    assert [len(story) for story in stories()] == [4, 6]


def test_every_clock_and_fact_is_on_the_page() -> None:
    clocks = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert clocks == set(Clocks.__slots__)
    assert len(SWEEPS) == len(clocks)
    told = set(re.findall(r"`(orders\.[a-z_]+)`", PAGE))
    assert told == {name for name in EVENTS if name.startswith("orders.")}


def test_reasons_that_count_against_the_shop_are_named() -> None:
    assert {Reason.OUT_OF_STOCK, Reason.WRONG_PRICE, Reason.NOT_SHIPPED} == SELLER_FAULT
    assert all(reason.value in PAGE for reason in SELLER_FAULT)
