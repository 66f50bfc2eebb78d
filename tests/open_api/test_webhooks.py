"""Webhooks: what is sent, signed how, in which order, to whom, and what becomes of failures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clipcart import apps, orders
from clipcart.apps import DeliveryState, Party
from clipcart.apps.envelopes import body_of, signature
from clipcart.apps.notes import Note
from clipcart.kit.ids import OrderId, ShopId
from tests.open_api.bench import DEVELOPER, Bench
from tests.support.buying import lines_for, place_one, request_for
from tests.support.consumer import Consumer, consuming

EVENTS = "/open/202309/events"


@pytest.fixture
async def consumer() -> AsyncIterator[Consumer]:
    """A consumer that answers 200 to everything."""
    async with consuming() as made:
        yield made


async def listen(bench: Bench, consumer: Consumer, *topics: str, path: str = "/hook") -> None:
    for topic in topics:
        body = {"event_type": topic, "address": consumer.url(path)}
        answer = await bench.call("PUT", "/event/202309/webhooks", body=body, cipher=bench.cipher)
        assert answer.code == 0, answer.message


async def buy(bench: Bench, key: str = "key-1") -> OrderId:
    lines = await lines_for(bench.installation.db, bench.world, "teapot")
    request = await request_for(bench.installation, bench.world, lines, key=key)
    placed = await place_one(bench.installation.db, request)
    ((_, order_id),) = placed.orders
    return order_id


async def deliveries(bench: Bench, **filters: Any) -> list[apps.Delivery]:
    async with bench.installation.db.reading() as tx:
        actor = bench.world.person(DEVELOPER)
        page = await apps.deliveries_for(tx, actor, bench.mine.app.id, **filters)
    return list(page.items)


def statuses(consumer: Consumer, path: str = "/hook") -> list[str]:
    return [each["data"]["order_status"] for each in consumer.bodies(path) if each["type"] == 1]


def test_the_signature_is_that_of_the_reference() -> None:
    body = (
        '{"type":1,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621",'
        '"timestamp":1644412885,"data":{"order_id":"576486316948490001","order_status":"UNPAID",'
        '"is_on_hold_order":false,"update_time":1644412885}}'
    )
    made = signature("29a39d", "e59af819cc", body)
    assert made == "e21e909414e500178230da539adfc1faddd443124f93a8f67a060568a49620be"


def test_json_is_written_as_php_does_it() -> None:
    note, now = Note(6, {"message": 'a/é𝄞 "'}), datetime.fromtimestamp(1644412885, UTC)
    assert body_of(note, ShopId(7), 9, now) == (
        '{"type":6,"tts_notification_id":"9","shop_id":"7","timestamp":1644412885,'
        '"data":{"message":"a\\/\\u00e9\\ud834\\udd1e \\""}}'
    )


async def test_an_order_is_told_in_its_order_and_signed(bench: Bench, consumer: Consumer) -> None:
    await listen(bench, consumer, "ORDER_STATUS_CHANGE")
    order_id = await buy(bench)
    await bench.engine.settle()
    await bench.engine.advance(timedelta(hours=2))
    assert statuses(consumer) == ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"]
    first = consumer.received[0]
    assert list(first.json) == ["type", "tts_notification_id", "shop_id", "timestamp", "data"]
    assert first.json["shop_id"] == str(bench.shop_id)
    assert list(first.json["data"]) == [
        "order_id",
        "order_status",
        "is_on_hold_order",
        "update_time",
    ]
    assert first.json["data"]["order_id"] == str(order_id)
    assert b" " not in first.body
    assert first.headers["content-type"] == "application/json"
    for each in consumer.received:
        assert each.is_signed_by(bench.mine.app.key, bench.mine.secret)
    assert {each.state for each in await deliveries(bench)} == {DeliveryState.DELIVERED}


async def test_others_hear_nothing(bench: Bench, consumer: Consumer) -> None:
    narrow = await bench.let_in(["seller.product.basic"], name="Without orders")
    foreign = await bench.let_in(["seller.order.info"], owner="halflight", name="Elsewhere")
    for each, path in ((narrow, "/narrow"), (foreign, "/foreign")):
        async with bench.installation.db.transaction() as tx:
            await apps.set_app_webhook(
                tx,
                bench.world.person(DEVELOPER),
                each.app.id,
                "ORDER_STATUS_CHANGE",
                consumer.url(path),
                is_local=True,
            )
    await listen(bench, consumer, "ORDER_STATUS_CHANGE")
    await buy(bench)
    await bench.engine.settle()
    assert {each.path for each in consumer.received} == {"/hook"}


async def test_what_was_withdrawn_meanwhile_is_not_sent(bench: Bench, consumer: Consumer) -> None:
    await listen(bench, consumer, "ORDER_STATUS_CHANGE", "SELLER_DEAUTHORIZATION")
    consumer.answer = lambda _: 500
    await buy(bench)
    await bench.engine.settle()
    before = len(consumer.received)
    consumer.answer = lambda _: 200
    async with bench.installation.db.transaction() as tx:
        await apps.end_consent(tx, bench.owner, bench.mine.app.id, Party.SELLER)
    await bench.engine.advance(timedelta(minutes=10))
    (last,) = consumer.received[before:]
    assert last.json["type"] == 6
    assert last.json["data"] == {"message": "The seller has withdrawn the authorization."}
    assert {each.state for each in await deliveries(bench, type=1)} == {DeliveryState.DROPPED}


async def test_a_failing_consumer_gets_all_in_order_when_it_is_back(
    bench: Bench, consumer: Consumer
) -> None:
    await listen(bench, consumer, "ORDER_STATUS_CHANGE")
    consumer.answer, consumer.said = lambda _: 503, b"down"
    await buy(bench)
    await bench.engine.settle()
    assert statuses(consumer) == ["UNPAID"]
    await bench.engine.advance(timedelta(hours=2))
    assert statuses(consumer) == ["UNPAID"] * 3, "after 2 and 32 minutes"
    consumer.answer = lambda _: 200
    await bench.engine.advance(timedelta(hours=3))
    assert statuses(consumer)[3:] == ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"]
    oldest = (await deliveries(bench))[-1]
    async with bench.installation.db.reading() as tx:
        actor = bench.world.person(DEVELOPER)
        _, attempts = await apps.delivery_for(tx, actor, bench.mine.app.id, oldest.id)
    assert [each.status for each in attempts] == [200, 503, 503, 503]
    assert attempts[1].answer == "down"
    assert attempts[1].problem == "it answered 503, not 200"
    assert attempts[1].address == consumer.url()
    assert attempts[1].signature == consumer.received[0].headers["authorization"]


async def test_a_lost_consumer_holds_nobody_up_and_its_letters_can_be_replayed(
    bench: Bench, consumer: Consumer
) -> None:
    other = await bench.let_in(["seller.order.info"], name="Another")
    await listen(bench, consumer, "ORDER_STATUS_CHANGE", path="/lost")
    actor = bench.world.person(DEVELOPER)
    db, app_id = bench.installation.db, bench.mine.app.id
    async with db.transaction() as tx:
        await apps.set_app_webhook(
            tx, actor, other.app.id, "ORDER_STATUS_CHANGE", consumer.url("/well"), is_local=True
        )
    consumer.answer = lambda got: 500 if got.path == "/lost" else 200
    await buy(bench)
    await bench.engine.settle()
    assert statuses(consumer, "/well") == ["UNPAID", "ON_HOLD"]
    await bench.engine.advance(timedelta(days=5))
    dead = await deliveries(bench, state=DeliveryState.DEAD)
    assert len(dead) >= 3
    assert dead[-1].attempts == 8
    consumer.answer = lambda _: 200
    before = len(consumer.bodies("/lost"))
    async with db.transaction() as tx:
        assert await apps.send_dead_again(tx, actor, app_id) == len(dead)
    await bench.engine.settle()
    replayed = [each["data"]["order_status"] for each in consumer.bodies("/lost")[before:]]
    assert replayed[:3] == ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"]
    assert await deliveries(bench, state=DeliveryState.DEAD) == []


async def test_who_is_silent_holds_up_no_other_app_of_the_same_host(
    bench: Bench, consumer: Consumer
) -> None:
    """As many are silent as are minded at once, so that the others' turn comes after them."""
    actor, db = bench.world.person(DEVELOPER), bench.installation.db
    silent = [await bench.let_in(["seller.order.info"], name=f"Silent {n}") for n in range(32)]
    topic, others = "ORDER_STATUS_CHANGE", [f"/{n}" for n in range(3)]
    well = [await bench.let_in(["seller.order.info"], name=f"Well {n}") for n in range(3)]
    paths = [(each, "/silent") for each in silent] + list(zip(well, others, strict=True))
    for each, path in paths:
        async with db.transaction() as tx:
            address = consumer.url(path)
            await apps.set_app_webhook(tx, actor, each.app.id, topic, address, is_local=True)
    consumer.answer = lambda got: None if got.path == "/silent" else 200
    await buy(bench)
    await bench.engine.settle()
    assert {len(statuses(consumer, path)) for path in others} == {2}


async def test_a_test_is_sent_at_once_and_signed(bench: Bench, consumer: Consumer) -> None:
    actor, app_id = bench.world.person(DEVELOPER), bench.mine.app.id
    async with bench.installation.db.transaction() as tx:
        with pytest.raises(apps.NoAddress):
            await apps.send_test(tx, actor, app_id, "ORDER_STATUS_CHANGE")
    for topic in apps.TOPICS.values():
        async with bench.installation.db.transaction() as tx:
            await apps.set_app_webhook(tx, actor, app_id, topic.name, consumer.url(), is_local=True)
            await apps.send_test(tx, actor, app_id, topic.name)
    await bench.engine.settle()
    assert [each["type"] for each in consumer.bodies()] == list(apps.TOPICS)
    for each in consumer.received:
        assert each.is_signed_by(bench.mine.app.key, bench.mine.secret)


async def test_an_end_of_consent_is_told_daily_in_its_last_month(
    bench: Bench, consumer: Consumer
) -> None:
    await listen(bench, consumer, "UPCOMING_AUTHORIZATION_EXPIRATION", "SELLER_DEAUTHORIZATION")
    await bench.engine.advance(timedelta(days=334))
    assert consumer.bodies() == []
    await bench.engine.advance(timedelta(days=33))
    told = consumer.bodies()
    assert [each["type"] for each in told] == [7] * (len(told) - 1) + [6]
    assert 29 <= len(told) - 1 <= 30
    assert {each["timestamp"] % 86_400 < 1_200 for each in told[:-1]} == {True}
    assert told[-1]["data"] == {"message": "The authorization has expired."}


async def test_the_log_gives_what_was_missed(bench: Bench) -> None:
    async def page(after: str, size: int = 100) -> Any:
        query = {"after": after, "page_size": str(size)}
        answer = await bench.call("GET", EVENTS, query=query, cipher=bench.cipher)
        assert answer.code == 0, answer.message
        return answer.data

    begun = await page("0")
    assert begun == {"events": [], "next_cursor": "0", "has_more": False, "has_gap": False}
    await buy(bench)
    await bench.engine.advance(timedelta(hours=2))
    first = await page(begun["next_cursor"], 2)
    assert [each["data"]["order_status"] for each in first["events"]] == ["UNPAID", "ON_HOLD"]
    assert first["has_more"]
    rest = await page(first["next_cursor"])
    assert [each["data"]["order_status"] for each in rest["events"]] == ["AWAITING_SHIPMENT"]
    assert (rest["has_more"], (await page(rest["next_cursor"]))["events"]) == (False, [])
    await bench.engine.advance(timedelta(days=32))
    await buy(bench, "key-2")
    await bench.engine.settle()
    async with bench.installation.db.transaction() as tx:
        issued = await apps.refresh(tx, bench.mine.app, bench.mine.refresh_token)
    bench.mine = replace(bench.mine, token=issued.access_token)
    late = await page(first["next_cursor"])
    assert late["has_gap"]
    told = [each["data"].get("order_status") for each in late["events"]]
    assert told[-2:] == ["UNPAID", "ON_HOLD"]


async def test_the_log_shows_an_app_what_its_scopes_cover(bench: Bench) -> None:
    narrow = await bench.let_in(
        ["seller.authorization.info", "seller.product.basic"], name="Without orders"
    )
    await buy(bench)
    await bench.engine.settle()
    cipher = bench.vault.cipher(narrow.app.id, bench.shop_id)
    answer = await bench.call("GET", EVENTS, cipher=cipher, by=narrow)
    assert (answer.code, answer.data["events"]) == (0, [])
    assert answer.data["next_cursor"] != "0"


async def test_a_cancellation_is_told_by_both_its_topics(bench: Bench, consumer: Consumer) -> None:
    await listen(bench, consumer, "ORDER_STATUS_CHANGE", "CANCELLATION_STATUS_CHANGE")
    order_id = await buy(bench)
    await bench.engine.settle()
    buyer = bench.world.person("mira")
    async with bench.installation.db.transaction() as tx:
        await orders.cancel(tx, buyer, bench.shop_id, order_id, orders.Reason.CHANGED_MIND)
    await bench.engine.settle()
    await bench.engine.advance(timedelta(days=1))
    told = consumer.bodies()[2:]
    assert [each["data"].get("order_status") for each in told if each["type"] == 1] == ["CANCEL"]
    cancelled = [each["data"] for each in told if each["type"] == 11]
    assert [each["cancel_status"] for each in cancelled] == [
        "CANCELLATION_REQUEST_SUCCESS",
        "CANCELLATION_REQUEST_COMPLETE",
    ]
    assert {each["cancellations_role"] for each in cancelled} == {"BUYER"}
