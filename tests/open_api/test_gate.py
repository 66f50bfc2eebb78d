"""The gate: the order of its checks, the envelope in every case, limits, the log of requests."""

import asyncio
import re

import pytest

from clipcart import apps, sellers
from clipcart.apps import NewApp
from clipcart.doorway.app import MAX_BODY_BYTES
from clipcart.kit.clock import wall_now
from clipcart.kit.errors import Throttled
from clipcart.open_api.limits import WINDOW_S, Left, Limits
from tests.open_api.bench import DEVELOPER, SHOP, Bench, Pass, read

SHOPS = "/authorization/202309/shops"
WEBHOOKS = "/event/202309/webhooks"
HOOK = {"event_type": "PACKAGE_UPDATE", "address": "https://connector.example/hook"}


async def test_the_token_s_shops(bench: Bench) -> None:
    answer = await bench.call("GET", SHOPS)
    assert answer.data == {
        "shops": [
            {
                "id": str(bench.shop_id),
                "name": bench.world.content.shop(SHOP).name,
                "region": "US",
                "seller_type": "LOCAL",
                "cipher": bench.cipher,
                "code": SHOP.upper(),
            }
        ]
    }
    assert re.fullmatch(r"\d{14}[0-9A-F]{20}", answer.raw.decode().split('"')[9])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/order/202309/nothing", 404, 36009009),
        ("GET", "/order/202309", 404, 36009009),
        ("GET", "/nothing/202309/orders", 404, 36009009),
        ("DELETE", "/order/202309/orders", 405, 36009010),
        ("PATCH", SHOPS, 405, 36009010),
        ("GET", "/authorization/202301/shops", 400, 36009014),
        ("GET", "/authorization/soon/shops", 400, 36009014),
        ("GET", "/affiliate_partner/202405/campaigns", 404, 36009009),
    ],
)
async def test_what_is_not_there_is_said_in_the_envelope(
    method: str, path: str, status: int, code: int, bench: Bench
) -> None:
    answer = read(await bench.client.request(method, path))
    assert (answer.status, answer.code, answer.data) == (status, code, None)
    assert "/docs/open-api" in answer.message


async def test_a_body_has_an_end(bench: Bench) -> None:
    answer = read(
        await bench.client.post(
            "/order/202309/orders/search",
            content=bytes(MAX_BODY_BYTES + 1),
            headers={"Content-Type": "application/json"},
        )
    )
    assert (answer.status, answer.code, answer.data) == (413, 36009021, None)


async def test_a_key_that_no_text_can_be_is_nobody_s(bench: Bench) -> None:
    now = int(wall_now().timestamp())
    answer = read(await bench.client.get(f"{SHOPS}?app_key=%00&timestamp={now}&sign=x"))
    assert (answer.status, answer.code) == (400, 36009004)
    assert "app_key" in answer.message


@pytest.mark.parametrize("odd", ["%00", "a%0ab", "%C2%85", "%F1%A7%B4%8B"])
async def test_an_address_that_nobody_can_print_is_answered_in_the_envelope(
    odd: str, bench: Bench
) -> None:
    path = f"/finance/202309/orders/{odd}/statement_transactions"
    answer = await bench.client.get(path, headers={"x-tts-access-token": bench.mine.token})
    assert (answer.status_code, answer.json()["code"]) == (400, 36009004)


async def test_checks_come_in_the_documented_order(bench: Bench) -> None:
    """Everything is wrong at first; one thing after the other is put right."""
    everything = frozenset({"app_key", "timestamp", "sign"})

    async def said(*present: str, **how: object) -> tuple[int, int, str]:
        left = everything - set(present)
        answer = await bench.call("PUT", WEBHOOKS, leave_out=left, **how)  # type: ignore[arg-type]
        return answer.status, answer.code, answer.message

    narrow = await bench.let_in(["seller.finance.info"])
    unknown = {"query": [("app_key", "nobody"), ("shop_cipher", "x")]}
    status, code, message = await said(token="")
    assert (status, code) == (400, 36009004)
    assert "app_key" in message
    status, code, message = await said("app_key", token="")
    assert (status, code) == (400, 36009004)
    assert "timestamp" in message
    status, code, message = await said("app_key", "timestamp", token="")
    assert (status, code) == (400, 36009004)
    assert "sign" in message
    status, code, message = await said("timestamp", "sign", token="", **unknown)
    assert (status, code) == (400, 36009004)
    assert "app_key" in message
    all_there = ("app_key", "timestamp", "sign")
    status, code, message = await said(*all_there, timestamp=1, signature="x", token="")
    assert (status, code) == (400, 36009004)
    assert "timestamp" in message
    assert (await said(*all_there, signature="x", token=""))[:2] == (401, 106001)
    status, code, message = await said(*all_there, token="")
    assert (status, code) == (400, 36009004)
    assert "x-tts-access-token" in message
    assert (await said(*all_there, token="ROW_x"))[:2] == (401, 105001)
    assert (await said(*all_there, by=narrow))[:2] == (403, 105005)
    assert (await said(*all_there))[:2] == (400, 106013)
    assert (await said(*all_there, cipher="ROW_x"))[:2] == (400, 101000)
    assert (await said(*all_there, cipher=bench.cipher))[:2] == (400, 36009004)
    assert (await said(*all_there, cipher=bench.cipher, body=HOOK))[:2] == (200, 0)


async def test_a_wrong_signature_is_explained_without_the_secret(bench: Bench) -> None:
    answer = await bench.call("PUT", WEBHOOKS, body=HOOK, cipher=bench.cipher, signature="A" * 64)
    assert answer.code == 106001
    expected = f"{{app_secret}}{WEBHOOKS}app_key{bench.mine.app.key}shop_cipher{bench.cipher}"
    assert expected in answer.message
    assert '{"event_type":"PACKAGE_UPDATE"' in answer.message
    assert bench.mine.secret not in answer.message


async def test_content_types(bench: Bench) -> None:
    for kind, code in (("", 36009022), ("text/plain", 36009023)):
        answer = await bench.call(
            "PUT", WEBHOOKS, body=HOOK, cipher=bench.cipher, content_type=kind
        )
        assert (answer.status, answer.code) == (400, code)
    with_charset = "application/json; charset=utf-8"
    answer = await bench.call(
        "PUT", WEBHOOKS, body=HOOK, cipher=bench.cipher, content_type=with_charset
    )
    assert answer.code == 0


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"x"', b"\xff", b"[" * 100_000])
async def test_a_body_that_is_no_object_is_refused(raw: bytes, bench: Bench) -> None:
    answer = await bench.call("PUT", WEBHOOKS, raw=raw, cipher=bench.cipher)
    assert (answer.status, answer.code) == (400, 36009004)
    assert "body" in answer.message


async def test_every_byte_of_the_body_is_signed(bench: Bench) -> None:
    """Some encoders end a body with a new line; it counts."""
    raw = b'{ "address": "https:\\/\\/connector.example\\/hook", "event_type": "PACKAGE_UPDATE" }\n'
    answer = await bench.call("PUT", WEBHOOKS, raw=raw, cipher=bench.cipher)
    assert answer.code == 0
    found = await bench.call("GET", WEBHOOKS, cipher=bench.cipher)
    assert [each["address"] for each in found.data["webhooks"]] == [
        "https://connector.example/hook"
    ]


async def test_the_machine_s_time_counts_also_when_the_clock_was_moved(bench: Bench) -> None:
    db = bench.installation.db
    async with db.transaction() as tx:
        moved = int(tx.now.timestamp()) + 2 * 3600
    await bench.installation.pool.execute(
        "update kit.clock set offset_us = offset_us + $1", 2 * 3600 * 1_000_000
    )
    assert (await bench.call("GET", SHOPS)).code == 0
    assert (await bench.call("GET", SHOPS, timestamp=moved)).code == 0
    assert (
        await bench.call("GET", SHOPS, timestamp=int(wall_now().timestamp()) + 3600)
    ).code == 36009004


async def test_an_old_and_a_new_secret_both_sign_while_one_is_replaced(bench: Bench) -> None:
    async with bench.installation.db.transaction() as tx:
        developer = bench.world.person(DEVELOPER)
        made = await apps.rotate_secret(
            tx, developer, bench.vault, bench.mine.app.id, apps.AUTH_CODE_TTL
        )
    fresh = apps_pass(bench, made.secret)
    assert (await bench.call("GET", SHOPS)).code == 0
    assert (await bench.call("GET", SHOPS, by=fresh)).code == 0
    async with bench.installation.db.transaction() as tx:
        await apps.rotate_secret(tx, developer, bench.vault, bench.mine.app.id)
    assert (await bench.call("GET", SHOPS)).code == 106001
    assert (await bench.call("GET", SHOPS, by=fresh)).code == 106001


def apps_pass(bench: Bench, secret: str) -> Pass:
    """The app with another secret."""
    mine = bench.mine
    return Pass(mine.app, secret, mine.token, mine.refresh_token)


async def test_callers_that_are_not_on_the_list_are_refused(bench: Bench) -> None:
    app = bench.mine.app
    new = NewApp(
        name=app.name,
        about=app.about,
        redirect_url=app.redirect_url,
        scopes=app.scopes,
        allowed_ips=["203.0.113.0/24"],
    )
    async with bench.installation.db.transaction() as tx:
        await apps.change_app(tx, bench.world.person(DEVELOPER), app.id, new)
    answer = await bench.call("GET", SHOPS)
    assert (answer.status, answer.code) == (403, 36009033)


async def test_a_suspended_shop_is_closed_for_apps(bench: Bench) -> None:
    async with bench.installation.db.transaction() as tx:
        await sellers.suspend(tx, bench.world.operator(), bench.shop_id, "Checked again")
    answer = await bench.call("GET", WEBHOOKS, cipher=bench.cipher)
    assert (answer.status, answer.code) == (401, 36009043)


async def test_who_left_the_shop_takes_the_app_along(bench: Bench) -> None:
    await bench.installation.pool.execute(
        "delete from sellers.membership where shop_id = $1", bench.shop_id
    )
    assert (await bench.call("GET", SHOPS)).data == {"shops": []}
    answer = await bench.call("GET", WEBHOOKS, cipher=bench.cipher)
    assert (answer.status, answer.code) == (400, 101000)


async def test_too_many_calls_are_told_when_to_come_back(bench: Bench) -> None:
    counted = [await bench.call("GET", SHOPS) for _ in range(3)]
    assert counted[0].headers["x-ratelimit-limit"] == "500"
    bucket = f"open:{bench.mine.app.id}:0:GET /authorization/V/shops"
    await bench.installation.pool.execute(
        """
        insert into kit.rate (bucket, window_start, used)
        select $1, to_timestamp($2::bigint + n * 10), 501 from generate_series(0, 2) n
        on conflict (bucket, window_start) do update set used = 501""",
        bucket,
        int(wall_now().timestamp()) // 10 * 10,
    )
    answers = [await bench.call("GET", SHOPS) for _ in range(30)]
    refused = [answer for answer in answers if answer.code != 0]
    assert refused
    assert {(answer.status, answer.code) for answer in refused} == {(429, 36009002)}
    assert 1 <= int(refused[0].headers["retry-after"]) <= 10


async def test_calls_are_written_into_the_app_s_log(bench: Bench) -> None:
    await bench.call("PUT", WEBHOOKS, body={}, cipher=bench.cipher)
    await bench.call("GET", SHOPS)
    await bench.flush_log()
    developer = bench.world.person(DEVELOPER)
    async with bench.installation.db.reading() as tx:
        page = await apps.requests_for(tx, developer, bench.mine.app.id)
        failed = await apps.requests_for(tx, developer, bench.mine.app.id, failed=True)
    newest, before = page.items[:2]
    assert (newest.method, newest.path, newest.status, newest.code) == ("GET", SHOPS, 200, 0)
    assert (before.method, before.code, before.shop_id) == ("PUT", 36009004, bench.shop_id)
    assert "address" in before.message
    assert [each.request_id for each in failed.items] == [before.request_id]
    assert newest.took_us > 0


async def test_of_calls_that_come_together_as_many_pass_as_the_limit_says(bench: Bench) -> None:
    limits, db = Limits(), bench.installation.db
    asked = (limits.take(db, "open:7:0:GET /x", 5) for _ in range(80))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    passed = [each for each in answers if isinstance(each, Left)]
    assert all(isinstance(each, (Left, Throttled)) for each in answers)
    assert len(passed) >= 5 * WINDOW_S
    assert min(each.left for each in passed) >= 0
