"""Workers are killed while they send webhooks: each is told at least once, and in its order.

pytest tests/crash/test_webhooks.py --seed 7     the choices of a run that was printed before
"""

import asyncio
import contextlib
import random
from datetime import timedelta
from pathlib import Path

import pytest

from clipcart import apps, inventory
from clipcart.apps import NewApp, Vault
from clipcart.kit.clock import stopwatch
from clipcart.kit.engine import Engine
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from tests.crash.wreck import AWAY, WORKERS, Broken, Wreck, new_folder
from tests.support.buying import lines_for, place_one, request_for
from tests.support.consumer import Consumer, Received, consuming
from tests.support.world import World

SHOP, PURCHASES, KILLS, LIMIT_S = "fernhollow", 40, 12, 150
WAITING = "select count(*) from apps.delivery where state = 'WAITING'"
PENDING = "select count(*) from kit.event_pending"


async def test_each_is_told_at_least_once_and_in_order(
    home: Path, request: pytest.FixtureRequest
) -> None:
    given = request.config.getoption("--seed")
    seed = random.SystemRandom().randrange(1 << 31) if given is None else int(given)
    print(f"--seed {seed}")
    dice = random.Random(seed)
    with new_folder("webhooks") as folder:
        wreck = Wreck(folder, home)
        try:
            world = await wreck.settle()
            async with consuming() as consumer:
                consumer.answer = lambda _: moody(dice)
                told = await storm(wreck, world, consumer, dice)
        finally:
            await wreck.close()
    assert len(told) >= PURCHASES * 3
    check(told, consumer.received)


def moody(dice: random.Random) -> int:
    """Mostly well, sometimes broken."""
    return 500 if dice.random() < 0.05 else 200


def check(told: list[str], received: list[Received]) -> None:
    """`told` are the ids in the order of the shop's log."""
    place = {each: at for at, each in enumerate(told)}
    came = [place[each.json["tts_notification_id"]] for each in received]
    furthest = -1
    for at in came:
        # The next one, or the last one once more: never one back, never one ahead.
        assert at in (furthest, furthest + 1), came
        furthest = max(furthest, at)
    assert furthest == len(told) - 1
    assert len(came) > len(told), "nothing was repeated, so nothing was tried"


async def storm(wreck: Wreck, world: World, consumer: Consumer, dice: random.Random) -> list[str]:
    """Buy while workers are killed, then let everything be told; gives the log's ids."""
    installation = await wreck.open()
    try:
        shop_id = await let_in(installation, world, consumer)
        for name in WORKERS:
            await wreck.start(name)
        buying = asyncio.create_task(buy(installation, world, dice))
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.4, 1.6))
            name = dice.choice(WORKERS)
            await wreck.kill(name)
            await wreck.start(name)
        await buying
        await until_quiet(installation, wreck)
        rows = await installation.pool.fetch(
            "select id from apps.notice where shop_id = $1 and type = 1 order by seq", shop_id
        )
        return [str(row["id"]) for row in rows]
    finally:
        await installation.close()


async def let_in(installation: Installation, world: World, consumer: Consumer) -> ShopId:
    """An app that hears of orders; gives the shop."""
    db, shop_id = installation.db, world.shops[SHOP]
    actor, owner = world.person("theo"), world.owner(SHOP)
    (line,) = await lines_for(db, world, "teapot")
    new = NewApp(
        name="Labels",
        about="",
        redirect_url="https://labels.example/back",
        scopes={"seller.order.info": "To print them."},
    )
    async with db.transaction() as tx:
        app, _ = await apps.register_app(tx, actor, Vault(installation.services.secret), new)
        await apps.authorise_shops(tx, owner, app, [shop_id], 365)
        await apps.set_app_webhook(
            tx, actor, app.id, "ORDER_STATUS_CHANGE", consumer.url(), is_local=True
        )
        change = inventory.StockChange(shop_id, line.sku_id, 10 * PURCHASES)
        await inventory.set_on_hand(tx, owner, [change])
    return shop_id


async def buy(installation: Installation, world: World, dice: random.Random) -> None:
    lines = await lines_for(installation.db, world, "teapot")
    for number in range(PURCHASES):
        wanted = await request_for(installation, world, lines, key=f"key-{number}")
        await place_one(installation.db, wanted)
        await asyncio.sleep(dice.uniform(0, 0.3))


async def until_quiet(installation: Installation, wreck: Wreck) -> None:
    """Until all was told, by the workers alone; the clock moves so that pauses end."""
    engine, begun = Engine(installation.db, installation.wiring), stopwatch()
    moved = timedelta()
    while True:
        wreck.check_alive()
        with contextlib.suppress(*AWAY):
            busy = await installation.pool.fetchval(PENDING)
            waiting = await installation.pool.fetchval(WAITING)
            if not busy and not waiting and moved > timedelta(hours=3):
                return
            await engine.move_to(await engine.now() + timedelta(minutes=10))
            moved += timedelta(minutes=10)
        if stopwatch() - begun > LIMIT_S:
            raise Broken(f"{waiting} deliveries and {busy} facts wait after {LIMIT_S} s")
        await asyncio.sleep(0.5)
