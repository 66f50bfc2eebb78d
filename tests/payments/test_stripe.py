"""Stripe's adapter against a local stand-in of Stripe, through the jobs that run it in earnest."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from clipcart import payments
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.engine import Wiring
from clipcart.kit.errors import Outage
from clipcart.kit.http import HttpClient
from clipcart.kit.ids import PaymentId, PersonId
from clipcart.payments import CallbackRefused, RefundDraft, StripeProvider, StripeSettings
from clipcart.payments.model import News, Said
from clipcart.payments.ports import ChargeOrder
from tests.payments.till import EngineFor, Till, usd
from tests.support.database import OneConnection

SUCCESS = "4242424242424242"
DECLINED = "4000000000000341"
CHALLENGE = "4000002760003184"
CHALLENGE_THEN_DECLINED = "4000008260003178"
SECRET = "whsec_open"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local server that speaks a part of Stripe's interface; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    folder = tmp_path_factory.mktemp("stripe")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                pytest.fail(f"the stand-in did not start: {(folder / 'log').read_text()}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Account:
    """A Stripe account of the stand-in, and a till that is paid through it."""

    url: str
    provider: StripeProvider
    till: Till

    async def api(self, path: str, **form: str) -> dict[str, object]:
        async with httpx.AsyncClient(trust_env=False) as browser:
            headers = {"Authorization": "Bearer sk_test_12345"}
            if form:
                answer = await browser.post(f"{self.url}{path}", headers=headers, data=form)
            else:
                answer = await browser.get(f"{self.url}{path}", headers=headers)
        found: dict[str, object] = answer.json() if answer.content else {}
        return found

    async def card(self, number: str) -> str:
        """What Stripe.js does in the buyer's browser."""
        made = await self.api(
            "/v1/payment_methods",
            **{
                "type": "card",
                "card[number]": number,
                "card[exp_month]": "12",
                "card[exp_year]": "2039",
                "card[cvc]": "123",
            },
        )
        return str(made["id"])

    async def pay(self, number: str, *minors: int, at_once: bool = True) -> payments.Intent:
        intent = self.till.intent("4242424242424242", *minors, at_once=at_once)
        intent = replace(intent, method=await self.card(number))
        async with self.till.db.transaction() as tx:
            await payments.request(tx, SYSTEM, [intent])
        await self.till.engine.settle()
        return intent


@pytest.fixture
async def account(
    stand_in: str, db: OneConnection, engine_for: EngineFor
) -> AsyncIterator[Account]:
    client = HttpClient()
    settings = StripeSettings(stand_in, "sk_test_12345", SECRET, "/pay/confirm/")
    provider = StripeProvider(client, settings)
    engine = engine_for(Wiring([], payments.jobs(provider), []))
    tokens = payments.TestProvider(db, secret="sesame", seed=1, challenge_url="/")
    yield Account(stand_in, provider, Till(db, tokens, engine))
    await client.close()


async def test_a_payment_is_captured_and_partly_refunded(account: Account) -> None:
    till = account.till
    paid = await account.pay(SUCCESS, 1000, 500)
    assert await till.state(paid) == "CAPTURED"
    assert await till.names() == ["payments.captured"] * 2
    part = paid.splits[1]
    async with till.db.transaction() as tx:
        draft = RefundDraft(part.shop_id, part.order_id, usd(200), "broken", "r1")
        await payments.request_refund(tx, SYSTEM, draft)
    await till.engine.settle()
    (settled,) = await till.facts("payments.refund_settled")
    assert (settled["order_id"], settled["amount_minor"]) == (part.order_id, 200)
    ref = await till.db.connection.fetchval("select provider_ref from payments.payment")
    refunds = await account.api(f"/v1/refunds?payment_intent={ref}")
    assert [refund["amount"] for refund in refunds["data"]] == [200]  # type: ignore[attr-defined]


async def test_a_decline_is_told_and_another_card_goes_through(account: Account) -> None:
    till = account.till
    paid = await account.pay(DECLINED)
    assert await till.state(paid) == "DECLINED"
    assert [fact["reason"] for fact in await till.facts()] == ["card_declined"]
    async with till.db.transaction() as tx:
        method = await account.card(SUCCESS)
        await payments.try_again(tx, as_person(paid.person_id), paid.payment_id, method)
    await till.engine.settle()
    assert await till.state(paid) == "CAPTURED"


@pytest.mark.parametrize(
    ("number", "success", "end"),
    [
        (CHALLENGE, "true", "CAPTURED"),
        (CHALLENGE, "false", "DECLINED"),
        (CHALLENGE_THEN_DECLINED, "true", "DECLINED"),
    ],
)
async def test_a_challenge_ends_as_the_bank_says(
    account: Account, number: str, success: str, end: str
) -> None:
    till = account.till
    paid = await account.pay(number)
    assert await till.state(paid) == "CHALLENGE"
    (fact,) = await till.facts()
    intent_id = fact["url"].removeprefix("/pay/confirm/")
    intent = await account.api(f"/v1/payment_intents/{intent_id}")
    await account.api(
        f"/v1/payment_intents/{intent_id}/_authenticate",
        client_secret=str(intent["client_secret"]),
        success=success,
        key="pk_test_12345",
    )
    # No callback reaches this till: the job asks again by itself.
    due = await till.engine.next_due()
    assert due is not None
    await till.engine.move_to(due)
    await till.engine.settle()
    assert await till.state(paid) == end


async def test_what_is_held_is_taken_or_given_up(account: Account) -> None:
    till = account.till
    taken = await account.pay(SUCCESS, 700, at_once=False)
    given_up = await account.pay(SUCCESS, 800, at_once=False)
    assert [await till.state(held) for held in (taken, given_up)] == ["AUTHORISED"] * 2
    async with till.db.transaction() as tx:
        await payments.request_capture(tx, SYSTEM, taken.person_id, taken.payment_id)
        part = given_up.splits[0]
        await payments.request_void(tx, SYSTEM, [(part.shop_id, part.order_id)])
    await till.engine.settle()
    assert await till.state(taken) == "CAPTURED"
    assert await till.state(given_up) == "VOIDED"


async def test_a_signed_webhook_is_kept_and_heard(account: Account) -> None:
    """The stand-in signs and sends its own webhook about a charge; it is stored as it came."""
    arrived: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name: value for name, _, value in (line.partition(": ") for line in head)}
        length = {name.lower(): value for name, value in headers.items()}["content-length"]
        body = await reader.readexactly(int(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await arrived.put((headers, body))

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hook = {"url": f"http://127.0.0.1:{port}/", "secret": SECRET}
    await account.api("/_config/webhooks/till", **hook)
    paid = await account.pay(SUCCESS, 4321)
    # The stand-in also tells of payments of former tests.
    headers, body = await asyncio.wait_for(arrived.get(), 10)
    while str(paid.payment_id) not in body.decode():
        headers, body = await asyncio.wait_for(arrived.get(), 10)
    server.close()
    assert json.loads(body)["type"] == "payment_intent.succeeded"
    till = account.till
    before = await till.facts()
    for forged in ({}, {"Stripe-Signature": "t=1,v1=00"}):
        with pytest.raises(CallbackRefused):
            async with till.db.transaction() as tx:
                await payments.store_callback(tx, account.provider, forged, body)
    async with till.db.transaction() as tx:
        assert await payments.store_callback(tx, account.provider, headers, body)
    await till.engine.settle()
    assert await till.facts() == before
    assert await till.db.connection.fetchval(
        "select count(*) from payments.callback where read_at is not null"
    )
    (news,) = account.provider.read(body)
    assert isinstance(news, News)
    assert (news.payment_id, news.said, news.amount) == (
        paid.payment_id,
        Said.CAPTURED,
        paid.amount,
    )


async def test_events_of_others_say_nothing(account: Account) -> None:
    for kind, told in (
        ("plan.created", {"id": "plan_1"}),
        ("payment_intent.succeeded", {"id": "pi_1", "metadata": {}}),
        ("refund.updated", {"id": "re_1", "metadata": None}),
    ):
        raw = json.dumps({"id": "evt_1", "type": kind, "data": {"object": told}}).encode()
        assert account.provider.read(raw) == []


async def test_a_wrong_key_charges_nobody_and_is_tried_again(account: Account) -> None:
    settings = StripeSettings(account.url, "wrong", SECRET, "/")
    client = HttpClient()
    provider = StripeProvider(client, settings)
    order = ChargeOrder(PersonId(1), PaymentId(1), 1, usd(5), "pm_x", captures_at_once=True)
    with pytest.raises(Outage, match="401"):
        await provider.charge(order)
    await client.close()
