"""Outbound HTTP: refuses in a transaction, limits, breaks, and keeps off private networks."""

import asyncio
from collections.abc import Callable, Sequence

import httpx
import pytest

from clipcart.kit.errors import Outage
from clipcart.kit.http import (
    FAILURES_TO_OPEN,
    LARGEST_ANSWER,
    OPEN_S,
    AddressRefused,
    HttpClient,
    PublicAddress,
    guard_public_address,
    idempotent,
    is_public,
)
from tests.support.database import OneConnection

URL = "https://pay.example/v1"


class Watch:
    """A stopwatch that a test moves."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def client_for(
    answer: Callable[[httpx.Request], httpx.Response], watch: Watch | None = None
) -> HttpClient:
    return HttpClient(transport=httpx.MockTransport(answer), stopwatch=watch or Watch())


async def test_it_refuses_while_a_transaction_is_open(db: OneConnection) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    client = client_for(answer)
    async with db.transaction():
        with pytest.raises(RuntimeError, match="transaction"):
            await client.send("GET", URL)
        with pytest.raises(RuntimeError, match="transaction"):
            await client.send_public("GET", PublicAddress(URL, "pay.example", "9.9.9.9"))
    assert asked == []
    assert (await client.send("GET", URL)).status_code == 200
    assert len(asked) == 1
    await client.close()


async def test_what_is_sent_and_what_comes_back() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["idempotency-key"] == "charge-1"
        assert request.read() == b"amount=5"
        return httpx.Response(402, json={"error": "declined"})

    client = client_for(answer)
    got = await client.send("POST", URL, headers=idempotent("charge-1"), data={"amount": "5"})
    assert (got.status_code, got.json()) == (402, {"error": "declined"})


async def test_redirects_are_not_followed() -> None:
    client = client_for(lambda _: httpx.Response(302, headers={"location": "http://10.0.0.1/"}))
    assert (await client.send("GET", URL)).status_code == 302


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_failing_host_is_an_outage(status: int) -> None:
    client = client_for(lambda _: httpx.Response(status))
    with pytest.raises(Outage, match=str(status)):
        await client.send("GET", URL)


async def test_an_endless_answer_is_cut_off() -> None:
    client = client_for(lambda _: httpx.Response(200, content=b"x" * (LARGEST_ANSWER + 1)))
    with pytest.raises(Outage, match="more than"):
        await client.send("GET", URL)


async def test_a_silent_host_is_an_outage_after_the_timeout() -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = HttpClient(timeout_s=1)
    with pytest.raises(Outage, match="cannot be reached"):
        await client.send("GET", f"http://127.0.0.1:{port}/")
    await client.close()
    server.close()


async def test_the_breaker_opens_probes_once_and_closes() -> None:
    asked: list[str] = []
    status = 500

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status if request.url.host == "pay.example" else 200)

    watch = Watch()
    client = client_for(answer, watch)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(Outage):
            await client.send("GET", URL)
    with pytest.raises(Outage, match="left alone"):
        await client.send("GET", URL)
    assert len(asked) == FAILURES_TO_OPEN
    assert (await client.send("GET", "https://other.example/")).status_code == 200

    watch.s += OPEN_S
    with pytest.raises(Outage, match="500"):
        await client.send("GET", URL)
    with pytest.raises(Outage, match="left alone"):
        await client.send("GET", URL)
    assert asked.count("pay.example") == FAILURES_TO_OPEN + 1

    watch.s += OPEN_S
    status = 200
    for _ in range(3):
        assert (await client.send("GET", URL)).status_code == 200


async def test_success_forgets_failures() -> None:
    answers = iter(([500] * (FAILURES_TO_OPEN - 1) + [200]) * 3)
    client = client_for(lambda _: httpx.Response(next(answers)))
    for _ in range(3):
        for _ in range(FAILURES_TO_OPEN - 1):
            with pytest.raises(Outage, match="500"):
                await client.send("GET", URL)
        assert (await client.send("GET", URL)).status_code == 200


async def test_a_host_gets_so_many_calls_at_a_time() -> None:
    now, most = 0, 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return httpx.Response(200)

    client = HttpClient(per_host=3, transport=httpx.MockTransport(answer))
    await asyncio.gather(*(client.send("GET", URL) for _ in range(12)))
    assert most == 3


def resolves_to(*addresses: str) -> Callable[[str, int], "asyncio.Future[Sequence[str]]"]:
    def resolve(_host: str, _port: int) -> "asyncio.Future[Sequence[str]]":
        found: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        found.set_result(addresses)
        return found

    return resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2001:0:1:1:1:1:80ff:fffe",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "192.88.99.1",
        "nonsense",
    ],
)
async def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(AddressRefused, match="private"):
        await guard_public_address("https://hook.example/x", resolve=resolves_to(address))
    with pytest.raises(AddressRefused, match="private"):
        mixed = resolves_to("93.184.215.14", address)
        await guard_public_address("https://hook.example/x", resolve=mixed)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hook.example/",
        "file:///etc/passwd",
        "hook.example",
        "https://",
        "https://user:secret@hook.example/",
        "https://hook.example:25/",
        "https://hook.example:99999/",
        "http://[::1",
        "",
    ],
)
async def test_strange_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await guard_public_address(url, resolve=resolves_to("93.184.215.14"))


async def test_numbers_in_disguise_are_refused() -> None:
    for host in ("127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost"):
        with pytest.raises(AddressRefused):
            await guard_public_address(f"http://{host}/")


async def test_an_unknown_name_is_refused() -> None:
    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(AddressRefused, match="not known"):
        await guard_public_address("https://hook.example/", resolve=unknown)


async def test_the_call_goes_to_the_number_that_was_checked() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "93.184.215.14"
        assert request.headers["host"] == "hook.example:8443"
        assert request.extensions["sni_hostname"] == "hook.example"
        return httpx.Response(200)

    target = await guard_public_address(
        "https://hook.example:8443/x?y=1", resolve=resolves_to("93.184.215.14")
    )
    client = client_for(answer)
    assert (await client.send_public("POST", target, json={})).status_code == 200
