"""Buyers, workers and PostgreSQL are killed at random moments; afterwards everything adds up.

The server is one of its own with durable settings. The seed is printed; CLIPCART_CRASH_SEED
repeats a run's choices (not its timing to the microsecond: that is the machine's).
"""

import asyncio
import contextlib
import os
import pickle
import random
import shutil
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import asyncpg
import psutil
import pytest

from clipcart import checkout, identity, inventory, payments, settlement
from clipcart.kit.engine import Engine
from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from clipcart.main import Installation, open_installation
from clipcart.settings import Settings, read
from tests.payments import till
from tests.support.buying import lines_for, request_for
from tests.support.world import World, build_world

PURCHASES = 48
BUYERS_KILLED = 4
WORKERS_KILLED = 4
LIMIT_S = 60
SMALL = {"shared_buffers": "32MB"}
CARDS = (*[till.SUCCESS] * 4, till.DUPLICATES, till.OUT_OF_ORDER, till.TIMEOUT, till.DECLINED)

NOTHING_LEFT = {
    "facts not told": "select count(*) from kit.event_pending",
    "done-rows left": "select count(*) from kit.event_done",
    "facts that failed": "select count(*) from kit.event_failure",
    "jobs given up": "select count(*) from kit.job where state = 'dead'",
    "orders without payment": """select count(*) from orders.order_ o
        left join payments.split s on s.shop_id = o.shop_id and s.order_id = o.id
        left join payments.payment p on p.person_id = s.person_id and p.id = s.payment_id
        where p.id is null or p.id <> o.payment_id or s.amount_minor <> o.total_minor""",
    "payments without order": """select count(*) from payments.split s
        left join orders.order_ o on o.shop_id = s.shop_id and o.id = s.order_id
        where o.id is null""",
    "purchases without payment": """select count(*) from checkout.purchase c
        left join payments.payment p on p.person_id = c.person_id and p.id = c.payment_id
        where p.id is null or p.amount_minor <> c.total_minor""",
    "orders without reservation": """select count(*) from orders.order_ o
        where not exists (select 1 from inventory.reservation r
            where r.shop_id = o.shop_id and r.order_id = o.id)""",
    "payments taken twice or otherwise than booked": """select count(*)
        from payments.payment p left join (
            select payment_id, sum(captured_minor - returned_minor) as minor
            from payments.testpay_charge group by payment_id) c on c.payment_id = p.id
        where coalesce(c.minor, 0)
            <> case when p.state = 'CAPTURED' then p.amount_minor else 0 end""",
    "facts of an order announced twice": """select count(*) from (
        select 1 from kit.event where name in ('orders.placed', 'orders.paid',
            'orders.cancelled', 'orders.released', 'payments.captured')
        group by name, shop_id, payload ->> 'order_id' having count(*) > 1) twice""",
    "paid orders that are not booked": """select count(*) from orders.order_ o
        left join settlement.sale s on s.shop_id = o.shop_id and s.order_id = o.id
        where o.paid_at is not null and (s.paid_at is null or s.captured_at is null)""",
}


def writing(log: Path) -> IO[bytes]:
    """The log, to be written on."""
    return log.open("ab")


def said(log: Path) -> str:
    """What a process has said so far."""
    return log.read_text()


@dataclass
class Wreckage:
    """An installation of its own, what is bought there, and what buyers were told."""

    chance: random.Random
    embedded: Embedded
    settings: Settings
    environment: dict[str, str]
    folder: Path
    told: dict[str, str] = field(default_factory=dict)

    async def start(self, *arguments: str, output: int = DEVNULL, log: Path) -> Process:
        """A process of the installation; it ends with ours."""
        with writing(log) as errors:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *arguments),
                env=self.environment,
                stdin=PIPE,
                stdout=output,
                stderr=errors,
            )

    async def buyer(self, *, dies: bool) -> None:
        """One process of buyers; killed a moment after it began, or left to finish."""
        plan = str(self.folder / "requests")
        log = self.folder / "buyers.log"
        seed = str(self.chance.randrange(1 << 32))
        process = await self.start("tests.flows.crash_buyer", plan, seed, output=PIPE, log=log)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        if dies:
            await asyncio.sleep(self.chance.uniform(0.0, 0.35))
            process.kill()
        async for line in process.stdout:
            if not line.endswith(b"\n"):
                break
            key, purchase = line.decode().split()
            assert self.told.setdefault(key, purchase) == purchase, f"{key} was bought twice"
        assert await process.wait() == (-9 if dies else 0)

    async def buyers(self) -> None:
        """Processes of buyers, the last of which lives."""
        for _ in range(BUYERS_KILLED):
            await self.buyer(dies=True)
        await self.buyer(dies=False)

    async def worker(self, log: Path, *, loses_database: bool) -> None:
        """One worker, killed in the middle of its work. It outlives a crash of the database."""
        process = await self.start("clipcart.ops.cli", "worker", "--with-parent", log=log)
        while "worker_started" not in said(log):
            assert process.returncode is None, said(log)
            await asyncio.sleep(0.02)
        await asyncio.sleep(self.chance.uniform(0.0, 0.5))
        if loses_database:
            await self.crash_of_the_database()
            await asyncio.sleep(self.chance.uniform(0.0, 1.5))
        assert process.returncode is None, said(log)
        process.kill()
        await process.wait()

    async def workers(self) -> None:
        """Workers, one after the other; the second loses its database on the way."""
        for number in range(WORKERS_KILLED):
            log = self.folder / f"worker-{number}.log"
            await self.worker(log, loses_database=number == 1)

    async def crash_of_the_database(self) -> None:
        """Every process of PostgreSQL is killed at once; then it is started again."""
        for process in self.embedded._processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        await asyncio.to_thread(self.embedded.stop)
        await asyncio.to_thread(self.embedded.start)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter."""
    made = Path(tempfile.mkdtemp(prefix="clipcart-crash-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def wreckage(folder: Path, home: Path) -> AsyncIterator[Wreckage]:
    """A migrated, empty installation on a durable PostgreSQL."""
    seed = int(os.environ.get("CLIPCART_CRASH_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"CLIPCART_CRASH_SEED={seed}")
    embedded = Embedded(folder / "postgres", SMALL)
    await asyncio.to_thread(embedded.start)
    try:
        await migrate(embedded.url())
        own = {
            "CLIPCART_HOME": str(home),
            "CLIPCART_MEDIA_URL": (folder / "media").as_uri(),
            "CLIPCART_DATABASE_URL": embedded.url(),
            "CLIPCART_SECRET": "a secret that is only for crashes",
            "CLIPCART_POOL_SIZE": "6",
        }
        environment = {**os.environ, **own}
        yield Wreckage(random.Random(seed), embedded, read(own), environment, folder)
    finally:
        await asyncio.to_thread(embedded.stop)


async def plan(wreckage: Wreckage, installation: Installation) -> None:
    """What is bought: a few kinds of things from two shops, by cards of every temper."""
    identity.use_passwords(identity.Passwords(time_cost=1, memory_kib=64))
    media = wreckage.folder / "media"
    db, url = installation.db, wreckage.embedded.url()
    world: World = await build_world(db, installation.wiring, url, media)
    handles = [world.content.shop(shop).products[0].handle for shop in ("fernhollow", "halflight")]
    lines = [(await lines_for(db, world, handle))[0] for handle in handles]
    for shop, line in zip(("fernhollow", "halflight"), lines, strict=True):
        async with db.transaction() as tx:
            change = inventory.StockChange(line.shop_id, line.sku_id, PURCHASES * 2)
            await inventory.set_on_hand(tx, world.owner(shop), [change])
    requests: list[checkout.PlaceRequest] = []
    for number in range(PURCHASES):
        basket = wreckage.chance.choice((lines, lines[:1], lines[1:]))
        card = CARDS[number % len(CARDS)]
        key = f"crash-{number}"
        request = await request_for(installation, world, basket, key=key, card=card)
        # A plain mapping, since the request goes to another process.
        requests.append(replace(request, actor=replace(request.actor, memberships={})))
    (wreckage.folder / "requests").write_bytes(pickle.dumps(requests))


async def examine(installation: Installation, told: dict[str, str]) -> None:
    """Whether anything is lost, doubled or left over."""
    pool: asyncpg.Pool[Any] = installation.pool
    rows = await pool.fetch("select key, purchase_id from checkout.purchase")
    assert {row["key"]: str(row["purchase_id"]) for row in rows} == told
    assert len(told) == PURCHASES
    counts = {what: await pool.fetchval(sql) for what, sql in NOTHING_LEFT.items()}
    assert counts == dict.fromkeys(NOTHING_LEFT, 0)
    async with installation.db.reading() as tx:
        assert await inventory.audit(tx) == []
        proof = await settlement.prove(tx)
        ours = await payments.provider_totals(tx)
    assert proof.holds, proof
    provider = installation.services.provider
    assert isinstance(provider, payments.TestProvider)
    assert dict(ours) == await provider.books()
    states = await pool.fetch("select state, count(*) from orders.order_ group by 1 order by 1")
    assert {row["state"] for row in states} == {"AWAITING_SHIPMENT", "CANCELLED"}


async def test_whatever_is_killed_nothing_is_lost_or_doubled(wreckage: Wreckage) -> None:
    url = wreckage.embedded.url()
    installation = await open_installation(wreckage.settings, url)
    try:
        await plan(wreckage, installation)
    finally:
        await installation.close()
    async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as chaos:
        chaos.create_task(wreckage.buyers())
        chaos.create_task(wreckage.workers())
    installation = await open_installation(wreckage.settings, url)
    try:
        # Jobs of killed workers wait for the end of their leases: five minutes of real time.
        await installation.pool.execute("update kit.job set leased_until = null")
        engine = Engine(installation.db, installation.wiring, concurrent=False)
        await engine.advance(timedelta(days=3))
        await examine(installation, wreckage.told)
    finally:
        await installation.close()
