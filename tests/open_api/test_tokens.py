"""Codes and refresh tokens become tokens, by every form in which clients ask."""

from datetime import timedelta
from typing import Any

import pytest

from clipcart import apps
from clipcart.apps import Party
from clipcart.doorway.app import MAX_BODY_BYTES
from tests.open_api.bench import DEVELOPER, SHOP, Answer, Bench, read
from tests.support.traces import changed, traces

LARGE = bytes(MAX_BODY_BYTES + 1)
GET, REFRESH = "/api/v2/token/get", "/api/v2/token/refresh"


async def a_code(bench: Bench, days: int = 365) -> str:
    async with bench.installation.db.transaction() as tx:
        return await apps.authorise_shops(tx, bench.owner, bench.mine.app, [bench.shop_id], days)


def proof(bench: Bench, **more: str) -> dict[str, str]:
    return {"app_key": bench.mine.app.key, "app_secret": bench.mine.secret, **more}


async def ask(bench: Bench, path: str, fields: dict[str, str], how: str = "query") -> Answer:
    sent: dict[str, Any] = {
        "query": {"method": "GET", "params": fields},
        "json": {"method": "POST", "json": fields},
        "form": {"method": "POST", "data": fields},
        "posted query": {"method": "POST", "params": fields},
    }[how]
    answer = read(await bench.client.request(url=path, **sent))
    assert answer.status == 200
    return answer


@pytest.mark.parametrize("how", ["query", "json", "form", "posted query"])
async def test_a_code_becomes_tokens_by_every_form(how: str, bench: Bench) -> None:
    fields = proof(bench, auth_code=await a_code(bench), grant_type="authorized_code")
    answer = await ask(bench, GET, fields, how)
    assert (answer.code, answer.message) == (0, "Success")
    data = answer.data
    now = bench.installation.db.now_hint.timestamp()
    assert abs(data["access_token_expire_in"] - now - 7 * 86400) < 60
    assert abs(data["refresh_token_expire_in"] - now - 365 * 86400) < 60
    assert data["access_token"].startswith("ROW_")
    assert data["user_type"] == 0
    assert data["seller_name"] == bench.world.content.shop(SHOP).name
    assert data["seller_base_region"] == "US"
    assert "seller.order.info" in data["granted_scopes"]
    assert len(data["open_id"]) == 32
    shops = await bench.call("GET", "/authorization/202309/shops", token=data["access_token"])
    assert shops.code == 0
    again = await ask(bench, GET, fields, how)
    assert (again.code, again.data) == (36004004, None)


@pytest.mark.parametrize("grant_type", ["refresh_token", "authorized_code", None])
async def test_a_refresh_token_becomes_a_new_pair_once(
    grant_type: str | None, bench: Bench
) -> None:
    fields = proof(bench, refresh_token=bench.mine.refresh_token)
    if grant_type:
        fields["grant_type"] = grant_type
    answer = await ask(bench, REFRESH, fields)
    assert answer.code == 0
    for token in (answer.data["access_token"], bench.mine.token):
        shops = await bench.call("GET", "/authorization/202309/shops", token=token)
        assert shops.code == 0
    again = await ask(bench, REFRESH, fields)
    assert (again.code, again.data) == (36004001, None)


async def test_what_does_not_fit_gives_nothing_and_changes_nothing(bench: Bench) -> None:
    code = await a_code(bench)
    stranger = await bench.let_in(["seller.order.info"])
    before = await traces(bench.installation.pool)
    good = proof(bench, auth_code=code, grant_type="authorized_code")
    for wrong, expected in (
        ({"app_secret": "x" * 40}, 36009004),
        ({"app_key": "nobody"}, 36009004),
        ({"app_key": ""}, 36009004),
        ({"grant_type": "password"}, 36009004),
        ({"auth_code": "ROW_x"}, 36004004),
        ({"auth_code": ""}, 36004004),
        ({"auth_code": bench.mine.refresh_token}, 36004004),
        ({"app_key": stranger.app.key, "app_secret": stranger.secret}, 36004004),
    ):
        answer = await ask(bench, GET, {**good, **wrong})
        assert (answer.code, answer.data) == (expected, None), wrong
        assert bench.mine.secret not in answer.message
    refreshing = proof(bench, refresh_token=bench.mine.token)
    assert (await ask(bench, REFRESH, refreshing)).code == 36004001
    assert changed(before, await traces(bench.installation.pool)) == []
    assert (await ask(bench, GET, good)).code == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[" * 200_000),
        ("application/json", b"\xff{"),
        ("application/json", b'{"app_key":"a\\u0000","app_secret":"x","auth_code":"y"}'),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded", b"app_key=%00&app_secret=x"),
    ],
)
async def test_what_nobody_can_read_is_said_in_the_envelope(
    kind: str, body: bytes, bench: Bench
) -> None:
    sent = await bench.client.post(GET, content=body, headers={"Content-Type": kind})
    answer = read(sent)
    assert (answer.status, answer.code, answer.data) == (200, 36009004, None)


async def test_a_token_call_s_body_has_an_end(bench: Bench) -> None:
    headers = {"Content-Type": "application/json"}
    answer = read(await bench.client.post(GET, content=LARGE, headers=headers))
    assert (answer.status, answer.code, answer.data) == (413, 36009021, None)


async def test_time_ends_codes_tokens_and_consents(bench: Bench) -> None:
    late = await a_code(bench, days=30)
    code = await a_code(bench, days=30)
    pair = (await ask(bench, GET, proof(bench, auth_code=code))).data
    await bench.engine.advance(timedelta(minutes=31))
    assert (await ask(bench, GET, proof(bench, auth_code=late))).code == 36004004
    path = "/authorization/202309/shops"
    assert (await bench.call("GET", path, token=pair["access_token"])).code == 0
    await bench.engine.advance(timedelta(days=7))
    answer = await bench.call("GET", path, token=pair["access_token"])
    assert (answer.status, answer.code) == (401, 105002)
    pair = (await ask(bench, REFRESH, proof(bench, refresh_token=pair["refresh_token"]))).data
    assert (await bench.call("GET", path, token=pair["access_token"])).code == 0
    await bench.engine.advance(timedelta(days=23))
    answer = await bench.call("GET", path, token=pair["access_token"])
    assert answer.code in (105001, 105002)
    spent = await ask(bench, REFRESH, proof(bench, refresh_token=pair["refresh_token"]))
    assert spent.code == 36004001
    async with bench.installation.db.reading() as tx:
        assert await apps.consents_of(tx, bench.owner) == ()
        assert await apps.apps_of_shop(tx, bench.owner, bench.shop_id) == ()


async def test_creators_have_tokens_of_their_own(bench: Bench) -> None:
    app = await bench.let_in(["seller.order.info", "creator.showcase.read"])
    mira = bench.world.person("mira")
    async with bench.installation.db.transaction() as tx:
        code = await apps.authorise_creator(tx, mira, app.app)
    fields = {"app_key": app.app.key, "app_secret": app.secret, "auth_code": code}
    data = (await ask(bench, GET, fields)).data
    assert (data["user_type"], data["granted_scopes"]) == (1, ["creator.showcase.read"])
    assert "seller_name" not in data
    answer = await bench.call(
        "GET", "/authorization/202309/shops", by=app, token=data["access_token"]
    )
    assert (answer.status, answer.code) == (400, 101000)
    async with bench.installation.db.transaction() as tx:
        await apps.end_consent(tx, mira, app.app.id, Party.CREATOR)
    assert DEVELOPER != "mira"
