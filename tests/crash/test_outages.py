"""Outages: what the house says while something it needs is away, and that it recovers by itself."""

import asyncio
import contextlib
import io
import json
import os
import random
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image

from clipcart import settlement
from clipcart.kit.clock import stopwatch
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.crash.crowd import Cast, Shopper, gather_cast
from tests.crash.wreck import SERVER, WORKERS, Wreck, free_port, new_folder, wreck_in

WORKER = WORKERS[0]
AWAY_S = float(os.environ.get("CLIPCART_TEST_AWAY_S", "3"))
"""How long the database is away; CLIPCART_TEST_AWAY_S=60 tries a minute."""
QUICK_S = 2.0
LIMIT_S = 40
TMPFS_MB = 420


@dataclass
class Town:
    """A wreck that runs, somebody outside, and our own look inside."""

    wreck: Wreck
    installation: Installation
    cast: Cast
    number: int = 0
    quick: list[float] = field(default_factory=list)

    @property
    def http(self) -> httpx.AsyncClient:
        """A client of the server."""
        return httpx.AsyncClient(base_url=self.wreck.base_url, timeout=30)

    async def buy(self, *, card: str | None = None) -> httpx.Response:
        """One purchase under a new key."""
        shopper: Shopper = self.cast.shoppers[self.number % len(self.cast.shoppers)]
        self.number += 1
        method = card or self.cast.cards[0]
        wish = {**shopper.quotes[0], "address": shopper.address, "payment_method": method}
        headers = {
            "authorization": f"Bearer {shopper.bearer}",
            "idempotency-key": f"outage-{self.number}",
        }
        begun = stopwatch()
        async with self.http as http:
            answer = await http.post("/api/v1/purchases", json=wish, headers=headers)
        self.quick.append(stopwatch() - begun)
        return answer

    async def look(self, path: str) -> httpx.Response:
        """A page."""
        async with self.http as http:
            return await http.get(path)

    async def until_bought(self) -> str:
        """Buy until it works; gives the payment's id."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (answer := await self.buy()).status_code == 201:
                        return str(answer.json()["payment_id"])
                await asyncio.sleep(0.2)

    async def until_captured(self, payment_id: str) -> None:
        """Wait until a worker has asked the provider, and heard that it is paid."""
        await self.until(
            "select count(*) = 1 from payments.payment where id = $1 and state = 'CAPTURED'",
            int(payment_id),
        )

    async def until(self, sql: str, *values: Any) -> None:
        """Wait until a question is answered with true."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                with contextlib.suppress(OSError, httpx.HTTPError):
                    if await self.installation.pool.fetchval(sql, *values):
                        return
                await asyncio.sleep(0.1)

    async def is_sound(self) -> bool:
        """The books agree once everybody has heard of everything."""
        await self.until("select not exists (select 1 from kit.event_pending)")
        async with self.installation.db.snapshot() as tx:
            return (await settlement.prove(tx)).holds


def is_honest(answer: httpx.Response) -> bool:
    """503 with a clear text and when to come back; no trace, and nothing that is not so."""
    return (
        answer.status_code == 503
        and answer.headers.get("retry-after", "").isdigit()
        and "Traceback" not in answer.text
        and "asyncpg" not in answer.text
        and "again" in answer.text
    )


@pytest.fixture(scope="module")
async def wreck(home: Path) -> AsyncIterator[Wreck]:
    """A settled installation."""
    with new_folder("outages") as folder:
        async with wreck_in(folder, home) as settled:
            yield settled


@pytest.fixture
async def town(wreck: Wreck, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """It runs, on a copy of its own."""
    await wreck.fresh(f"town_{abs(hash(request.node.name))}")
    async with running(wreck) as found:
        yield found


@contextlib.asynccontextmanager
async def running(wreck: Wreck, **more: str) -> AsyncIterator[Town]:
    """Server and worker up; killed afterwards."""
    installation = await wreck.open()
    try:
        cast = await gather_cast(installation, wreck)
        for name in (SERVER, WORKER):
            await wreck.start(name, more=more)
        await wreck.await_ready()
        yield Town(wreck, installation, cast)
    finally:
        for name in list(wreck.processes):
            await wreck.kill(name)
        await installation.close()


async def test_a_database_that_is_away_is_waited_for(town: Town) -> None:
    await town.until_captured(await town.until_bought())
    wreck = town.wreck
    await asyncio.to_thread(wreck.embedded.stop)
    # A server and a worker that start meanwhile wait, too.
    late_port = free_port()
    late = Wreck(wreck.folder, wreck.home, port=late_port, database=wreck.database)
    for name in (SERVER, WORKERS[1]):
        await late.start(name)
    try:
        begun = stopwatch()
        while stopwatch() - begun < AWAY_S:
            assert is_honest(await town.look("/"))
            assert is_honest(await town.buy())
            assert (await town.look("/health")).status_code == 200
            assert (await town.look("/ready")).status_code == 503
            await asyncio.sleep(0.2)
        async with asyncio.timeout(LIMIT_S):
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    async with httpx.AsyncClient(base_url=late.base_url, timeout=5) as http:
                        assert (await http.get("/health")).status_code == 200
                        assert (await http.get("/ready")).status_code == 503
                        assert is_honest(await http.get("/"))
                        assert is_honest(await http.get("/api/v1/products"))
                        break
                await asyncio.sleep(0.1)
        await asyncio.to_thread(wreck.embedded.start)
        await town.until_captured(await town.until_bought())
        await late.await_ready()
        late.check_alive()
        wreck.check_alive()
        assert await town.is_sound()
    finally:
        for name in list(late.processes):
            await late.kill(name)


async def test_a_full_media_folder_is_said_and_nothing_changes(town: Town) -> None:
    noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3))
    file = io.BytesIO()
    noise.save(file, "PNG")
    seller = town.cast.sellers[0]

    async def shop() -> list[Any]:
        sql = "select name, avatar_key from sellers.shop where shop_id = $1"
        return list(await town.installation.pool.fetch(sql, seller.shop_id))

    before = await shop()

    async def upload() -> httpx.Response:
        async with town.http as http:
            return await http.post(
                f"/sell/{seller.shop_id}/settings",
                data={
                    "_csrf": seller.form_token,
                    "name": "Another name",
                    "tagline": "",
                    "story": "",
                    "accent": "#336699",
                    "free_cancel_hours": "1",
                },
                files={"avatar": ("noise.png", file.getvalue(), "image/png")},
                cookies={"clipcart_session": seller.cookie},
            )

    # To the server a file that may not grow is a disk that is full.
    set_longest_file(town.wreck, 8192)
    assert is_honest(await upload())
    assert (await town.look("/")).status_code == 200
    assert await shop() == before
    set_longest_file(town.wreck, resource.RLIM_INFINITY)
    assert (await upload()).status_code == 303
    assert await shop() != before


def set_longest_file(wreck: Wreck, size: int) -> None:
    """How large a file the server may write, in bytes."""
    watcher = psutil.Process(wreck.processes[SERVER].pid)
    for process in (watcher, *watcher.children(recursive=True)):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder on a small file system of its own."""
    with new_folder("disk") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "tmpfs", str(folder)]
        if (
            os.geteuid() != 0
            or subprocess.run(command, capture_output=True, check=False).returncode
        ):
            pytest.skip(
                "left out: a full disk needs a small file system, which only root can mount"
            )
        try:
            folder.chmod(0o755)
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_is_said_and_survived(small_disk: Path, home: Path) -> None:
    async with wreck_in(small_disk, home) as wreck, running(wreck) as town:
        await town.until_captured(await town.until_bought())
        filler = small_disk / "filler"
        refused = 0
        with filler.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        async with asyncio.timeout(LIMIT_S):
            while refused < 20:
                answers = await asyncio.gather(*(town.buy() for _ in range(20)))
                assert {answer.status_code for answer in answers} <= {201, 503}, said(wreck)
                assert all(is_honest(each) for each in answers if each.status_code != 201)
                refused += sum(answer.status_code == 503 for answer in answers)
        assert (await town.look("/health")).status_code == 200
        filler.unlink()
        await town.until_captured(await town.until_bought())
        wreck.check_alive()
        assert await town.is_sound()


def said(wreck: Wreck) -> str:
    """What the server said of requests that failed without an outage."""
    lines = wreck.log(SERVER).read_text().splitlines()
    return "\n".join(line[-2000:] for line in lines if '"status": 500' in line)[:6000]


class SlowStripe:
    """A payment provider that takes for ever, until it is told to be well."""

    def __init__(self) -> None:
        self.port = free_port()
        self.is_well = asyncio.Event()
        self.asked = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request: its intent is paid, some time."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (
                        int(x.split(b":")[1])
                        for x in head.split(b"\r\n")
                        if b"ontent-length" in x or b"ontent-Length" in x
                    ),
                    0,
                )
                fields = httpx.QueryParams((await reader.readexactly(length)).decode())
                self.asked += 1
                await self.is_well.wait()
                intent = {
                    "id": f"pi_{fields.get('metadata[payment_id]', self.asked)}",
                    "object": "payment_intent",
                    "status": "succeeded",
                    "amount": int(fields.get("amount", "0")),
                    "currency": fields.get("currency", "usd"),
                    "metadata": {
                        name[9:-1]: value
                        for name, value in fields.items()
                        if name.startswith("metadata[")
                    },
                }
                body = json.dumps(intent).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%s" % (len(body), body)
                )
                await writer.drain()
        writer.close()


async def test_a_slow_payment_provider_holds_nobody_up(wreck: Wreck) -> None:
    await wreck.fresh("town_slow")
    stripe = SlowStripe()
    server = await asyncio.start_server(stripe.answer, "127.0.0.1", stripe.port)
    more = {
        "CLIPCART_PAYMENT_PROVIDER": "stripe",
        "CLIPCART_STRIPE_KEY": "sk_test_slow",
        "CLIPCART_STRIPE_URL": f"http://127.0.0.1:{stripe.port}",
        "CLIPCART_STRIPE_WEBHOOK_SECRET": "whsec_slow",
    }
    async with server, running(wreck, **more) as town:
        answers = [await town.buy(card="pm_card_visa") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201] * 3
        assert {answer.json()["payment_state"] for answer in answers} == {"REQUESTED"}
        # A set is under way; whatever was bought after it was claimed is of the next one.
        await town.until(
            "select count(*) = 3 and count(leased_until) > 0 from kit.job "
            "where kind = 'payments.charge'"
        )
        # Others go on: pages, and e-mails of the lane beside it.
        seller = town.cast.sellers[0]
        begun = stopwatch()
        async with town.http as http:
            await http.post(
                f"/sell/{seller.shop_id}/staff/invite",
                data={"_csrf": seller.form_token, "email": "a@there.example", "role": "PACKER"},
                cookies={"clipcart_session": seller.cookie},
            )
        await town.until(
            "select exists (select 1 from identity.outbox where recipient = 'a@there.example' "
            "and sent_at is not null)"
        )
        assert stopwatch() - begun < 2 * QUICK_S
        assert (await town.look("/ready")).status_code == 200
        assert max(town.quick) < QUICK_S
        # Nobody waits for ever for an answer: the attempt ends, says so, and is made again later.
        await town.until(
            "select count(*) = 3 from kit.job where kind = 'payments.charge' "
            "and error like '%cannot be reached%'"
        )
        stripe.is_well.set()
        engine = Engine(town.installation.db, town.installation.wiring)
        await engine.move_to(await engine.now() + timedelta(minutes=1))
        for answer in answers:
            await town.until_captured(answer.json()["payment_id"])
        assert await town.is_sound()
