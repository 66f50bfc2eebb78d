"""W3 step by step: each purchase is six requests of one client."""

import json
from functools import partial

from bench.bench import Bench
from bench.wire import Script, Step, request
from bench.workloads import purchases
from bench.world import MARKET, REGION

CLIENTS = 16
AIM_PER_S = 300


async def step_by_step(bench: Bench) -> None:
    """W3: a line into the cart, another, a look, the price, a card, the purchase.

    A figure of 300 a second is 1,800 requests a second.
    """
    chosen, method = await purchases.baskets(bench), purchases.method_of(bench)
    scripts = [
        _script(chosen[place % len(chosen)], method, token)
        for place, (_, token) in enumerate(bench.world.buyers[: purchases.BUYERS])
    ]
    await purchases.bought(
        bench,
        f"whole purchase step by step, {CLIENTS} clients",
        partial(bench.send, scripts, CLIENTS),
        AIM_PER_S,
        (None, None),
        last_step=len(scripts[0]) - 1,
    )


def _script(basket: purchases.Basket, method: str, token: str) -> Script:
    headers = (f"Authorization: Bearer {token}",)

    def call(verb: str, path: str, body: object = None, *, has_key: bool = False) -> Step:
        raw = None if body is None else json.dumps(body).encode()
        return request(verb, f"/api/v1{path}", headers=headers, body=raw, has_key=has_key)

    lines = basket.body["lines"]
    assert isinstance(lines, list)
    card = {"number": purchases.CARD, "expiry": "12/39", "cvc": "123"}
    whole = {
        "market": MARKET,
        "address": purchases.ADDRESS,
        "payment_method": method,
        "total_shown": purchases.money(basket.total),
    }
    return (
        call("PATCH", "/cart", {"lines": lines[:1]}),
        call("PATCH", "/cart", {"lines": lines[1:]}),
        call("GET", "/cart"),
        call("POST", "/quotes", {"market": MARKET, "region": REGION}),
        call("POST", "/payment-methods", card),
        call("POST", "/purchases", whole, has_key=True),
    )
