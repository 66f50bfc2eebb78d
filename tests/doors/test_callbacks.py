"""What payment providers call: kept as it came and once, but only with their signature."""

import json
from datetime import timedelta
from typing import Any

from clipcart.kit.crypto import sign
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.support.buying import lines_for, place_one, request_for
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

PATH = "/payments/callbacks/test"
HOURS_LATER = "4000000000102006"


async def captured(installation: Installation, engine: Engine, world: World) -> bytes:
    """The body of a callback that says that a waiting payment was captured."""
    lines = await lines_for(installation.db, world, "teapot")
    request = await request_for(installation, world, lines, card=HOURS_LATER)
    placed = await place_one(installation.db, request)
    await engine.settle()
    told: dict[str, Any] = {
        "id": "evt-1",
        "kind": "charge",
        "person_id": request.person_id,
        "payment_id": placed.payment_id,
        "attempt": 1,
        "said": "CAPTURED",
        "ref": "tp_from_a_callback",
        "amount_minor": placed.total.minor,
        "currency": placed.total.currency.code,
        "reason": None,
        "brand": "visa",
        "last4": HOURS_LATER[-4:],
    }
    return json.dumps(told).encode()


async def test_a_signed_callback_is_kept_once_and_read_by_a_job(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    body = await captured(installation, engine, world)
    headers = {"testpay-signature": sign(installation.services.secret, "callback", body)}
    states = "select state from orders.order_"
    for _ in range(3):
        answer = await visitor.http.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
    assert await installation.pool.fetchval("select count(*) from payments.callback") == 1
    assert await installation.pool.fetchval(states) == "UNPAID"
    await engine.settle()
    assert await installation.pool.fetchval(states) == "ON_HOLD"
    before = await traces(installation.pool)
    await visitor.http.post(PATH, content=body, headers=headers)
    await engine.advance(timedelta(0))
    assert changed(before, await traces(installation.pool)) == []


async def test_a_forged_callback_leaves_no_trace(
    installation: Installation, engine: Engine, world: World, visitor: Visitor
) -> None:
    body = await captured(installation, engine, world)
    good = sign(installation.services.secret, "callback", body)
    before = await traces(installation.pool)
    for signature, content in (
        (b"", body),
        (b"f" * 64, body),
        ("\u00fc".encode(), body),
        (good.encode(), body + b" "),
    ):
        answer = await visitor.http.post(
            PATH, content=content, headers={b"testpay-signature": signature}
        )
        assert answer.status_code == 403
    assert (await visitor.http.post("/payments/callbacks/stripe", content=body)).status_code == 404
    assert (await visitor.http.get(PATH)).status_code == 405
    large = await visitor.http.post(PATH, content=bytes(300 * 1024))
    assert large.status_code == 413
    assert changed(before, await traces(installation.pool)) == []
