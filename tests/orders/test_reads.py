"""Lists, the queue and the timeline: who sees what, in which order, at which cost."""

from datetime import timedelta

import pytest

from clipcart import orders
from clipcart.identity import ANONYMOUS, SYSTEM, Actor
from clipcart.kit.db import round_trips
from clipcart.kit.errors import Absent, BadCursor, Forbidden, SignInNeeded
from clipcart.kit.ids import OrderId, PersonId, PurchaseId, SkuId, new_id
from clipcart.orders.model import State
from tests.orders.world import DECLINED, Wish, World, draft


async def ids_of_shop(
    world: World, only: orders.OrderFilter | None = None, actor: Actor | None = None
) -> list[OrderId]:
    async with world.db.reading() as tx:
        page = await orders.orders_of_shop(tx, actor or world.viewer, world.shop_id, only)
        cards = await orders.cards_of_shop(tx, actor or world.viewer, world.shop_id, only)
    assert [card.id for card in cards.items] == [order.id for order in page.items]
    for card, order in zip(cards.items, page.items, strict=True):
        assert (card.state, card.total, card.is_late) == (order.state, order.total, order.is_late)
        assert [line.title for line in card.lines] == [line.title for line in order.lines]
    return [order.id for order in page.items]


async def queue(world: World) -> dict[str, list[OrderId]]:
    async with world.db.reading() as tx:
        groups = await orders.queue_of_shop(tx, world.viewer, world.shop_id)
    assert all(group.count == len(group.items) for group in groups)
    return {group.name.value: [item.order_id for item in group.items] for group in groups}


async def test_an_order_is_seen_by_its_parties_alone(world: World) -> None:
    order_id = await world.paid(Wish(await world.sku()))
    async with world.db.reading() as tx:
        for actor in (world.buyer, world.staff, world.viewer, world.operator, SYSTEM):
            assert (await orders.order_for(tx, actor, world.shop_id, order_id)).id == order_id
        for actor in (world.stranger, ANONYMOUS, world.carrier):
            with pytest.raises(Absent):
                await orders.order_for(tx, actor, world.shop_id, order_id)
            with pytest.raises(Absent):
                await orders.timeline_for(tx, actor, world.shop_id, order_id)
            with pytest.raises(Absent):
                await orders.cancellations_for(tx, actor, world.shop_id, order_id)
        with pytest.raises(Absent):
            await orders.order_for(tx, world.operator, world.shop_id, OrderId(1))


async def test_buyers_page_through_their_own_orders(world: World) -> None:
    sku = await world.sku(50)
    placed = [await world.place(Wish(sku)) for _ in range(5)]
    seen: list[OrderId] = []
    cursor = None
    async with world.db.reading() as tx:
        while True:
            page = await orders.orders_of_buyer(tx, world.buyer, cursor, 2)
            seen += [order.id for order in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert (await orders.orders_of_buyer(tx, world.stranger)).items == ()
        with pytest.raises(BadCursor):
            await orders.orders_of_buyer(tx, world.buyer, "nonsense")
        with pytest.raises(SignInNeeded):
            await orders.orders_of_buyer(tx, ANONYMOUS)
    assert seen == placed[::-1]


async def test_a_purchase_is_read_whole_by_its_buyer(world: World) -> None:
    order_id = await world.place(Wish(await world.sku()))
    purchase_id = (await world.order(order_id)).purchase_id
    async with world.db.reading() as tx:
        found = await orders.orders_of_purchase(tx, world.buyer, purchase_id)
        assert [order.id for order in found] == [order_id]
        for actor, purchase in ((world.stranger, purchase_id), (world.buyer, PurchaseId(1))):
            with pytest.raises(Absent):
                await orders.orders_of_purchase(tx, actor, purchase)


async def test_shops_filter_their_list(world: World) -> None:
    unpaid = await world.place(Wish(await world.sku()), card=DECLINED, name="Ada Lindqvist")
    late = await world.to_ship(Wish(await world.sku()))
    await world.engine.advance(timedelta(days=4), grain=timedelta(0))
    held = await world.paid(Wish(await world.sku()))
    filters = {
        orders.OrderFilter(): [held, late, unpaid],
        orders.OrderFilter(frozenset({State.ON_HOLD})): [held],
        orders.OrderFilter(frozenset({State.ON_HOLD, State.AWAITING_SHIPMENT})): [held, late],
        orders.OrderFilter(is_late=True): [late],
        orders.OrderFilter(text=str(unpaid)): [unpaid],
        orders.OrderFilter(text="ada L"): [unpaid],
        orders.OrderFilter(text="mira"): [held, late],
        orders.OrderFilter(frozenset({State.ON_HOLD}), text="ada"): [],
        orders.OrderFilter(text="100%"): [],
    }
    for only, expected in filters.items():
        assert await ids_of_shop(world, only) == expected, only
    for actor in (world.stranger, world.buyer):
        with pytest.raises(Forbidden):
            await ids_of_shop(world, actor=actor)
        async with world.db.reading() as tx:
            with pytest.raises(Forbidden):
                await orders.queue_of_shop(tx, actor, world.shop_id)
            with pytest.raises(Forbidden):
                await orders.cards_of_shop(tx, actor, world.shop_id)


async def test_a_page_of_fifty_costs_one_statement(world: World) -> None:
    async with world.db.transaction() as tx:
        drafts = [
            draft(world.shop_id, PersonId(new_id()), [Wish(SkuId(1)), Wish(SkuId(2))])
            for _ in range(60)
        ]
        await orders.place(tx, SYSTEM, drafts)
    counter = [0]
    async with world.db.reading() as tx:
        token = round_trips.set(counter)
        page = await orders.orders_of_shop(tx, world.viewer, world.shop_id)
        round_trips.reset(token)
        token = round_trips.set(counter)
        cards = await orders.cards_of_shop(tx, world.viewer, world.shop_id)
        round_trips.reset(token)
    assert counter == [2]
    assert [card.id for card in cards.items] == [order.id for order in page.items]
    assert {len(card.lines) for card in cards.items} == {2}
    assert [order.id for order in page.items] == [each.order_id for each in drafts[:9:-1]]
    assert {len(order.lines) for order in page.items} == {2}


async def test_the_queue_groups_by_what_is_due(world: World) -> None:
    late = await world.to_ship(Wish(await world.sku()))
    await world.engine.advance(timedelta(days=2, hours=22))
    today = await world.to_ship(Wish(await world.sku()))
    await world.engine.advance(timedelta(days=4))
    later = await world.to_ship(Wish(await world.sku()))
    labelled = await world.to_ship(Wish(await world.sku()))
    await world.ship(labelled)
    asked = await world.to_ship(Wish(await world.sku()))
    await world.cancel(world.buyer, asked, orders.Reason.CHANGED_MIND)
    held = await world.paid(Wish(await world.sku()))
    assert await queue(world) == {
        "cancellations": [asked],
        "late": [late],
        "ship_today": [today],
        "ship_later": [later],
        "awaiting_collection": [labelled],
        "on_hold": [held],
    }
    await world.collect(labelled)
    await world.engine.advance(timedelta(days=9))
    assert (await queue(world))["overdue"] == [labelled]


async def test_the_timeline_joins_what_was_with_what_is_due(world: World) -> None:
    order_id = await world.to_ship(Wish(await world.sku()))
    order = await world.order(order_id)

    async def steps(actor: Actor) -> list[tuple[str, str]]:
        async with world.db.reading() as tx:
            found = await orders.timeline_for(tx, actor, world.shop_id, order_id)
        for step in found:
            is_reached = step.status is orders.StepStatus.REACHED
            assert is_reached == (step.at is not None) == (step.actor is not None)
        return [(step.key.removeprefix("orders."), step.status.value) for step in found]

    assert await steps(world.buyer) == [
        ("placed", "reached"),
        ("paid", "reached"),
        ("released", "reached"),
        ("label_made", "current"),
        ("collected", "expected"),
        ("delivered", "expected"),
        ("completed", "expected"),
    ]
    async with world.db.reading() as tx:
        found = await orders.timeline_for(tx, world.buyer, world.shop_id, order_id)
    assert [step.due_at for step in found[3:]] == [
        order.clocks.ship_by,
        order.clocks.ship_by,
        order.clocks.deliver_by,
        None,
    ]
    await world.cancel(world.buyer, order_id, orders.Reason.TOO_SLOW)
    assert (await steps(world.viewer))[4] == ("cancellation_answered", "current")
    await world.engine.advance(timedelta(days=1, hours=1))
    assert (await steps(world.buyer))[3:] == [
        ("cancellation_requested", "reached"),
        ("cancelled", "reached"),
        ("cancellation_approved", "reached"),
        ("payments.refund_settled", "reached"),
    ]
