"""W3: whole purchases by one call; then what became of them."""

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from time import perf_counter

from bench import ceiling
from bench.bench import Bench, json_of, require
from bench.house import BenchFailed
from bench.report import Figure
from bench.wire import Outcome, Script, request
from bench.world import MARKET, REGION
from clipcart import checkout, identity, inventory, orders, payments, settlement
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId, ShopId, SkuId
from clipcart.kit.money import Money

CLIENTS = 128
BASKETS = 400
BUYERS = 2_000
SOLD_OUT = 8
"""Shelves at the end that the flash sale empties."""
GROUP = 128
"""Purchases in one transaction of the grouped ceiling."""
CARD = "4242424242424242"
ADDRESS = {
    "name": "Robin Bench",
    "line1": "12 Harbour Street",
    "city": "Oakland",
    "region": REGION,
    "postal_code": "94607",
    "country": "US",
    "phone": "+1 510 555 0100",
}


@dataclass(frozen=True, slots=True)
class Basket:
    """Two lines of one shop and what they come to, delivered and taxed."""

    lines: tuple[checkout.CartLine, ...]
    total: Money

    @property
    def body(self) -> dict[str, object]:
        """Lines as the API takes them."""
        return {
            "lines": [
                {
                    "shop_id": str(line.shop_id),
                    "sku_id": str(line.sku_id),
                    "quantity": line.quantity,
                }
                for line in self.lines
            ]
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """What the database holds."""

    orders: int
    purchases: int
    payments: int
    reserved: int


async def counts(bench: Bench) -> Counts:
    """Counted in one moment."""
    row = await bench.pool.fetchrow("""
        select (select count(*) from orders.order_), (select count(*) from checkout.purchase),
            (select count(*) from payments.payment),
            (select coalesce(sum(reserved), 0) from inventory.stock)""")
    assert row is not None
    return Counts(*map(int, row))


async def baskets(bench: Bench, count: int = BASKETS) -> list[Basket]:
    """Baskets of two lines, priced by checkout as it would quote them."""
    dice = Random(5)
    found: list[Basket] = []
    by_shop: dict[int, list[int]] = {}
    for shelf in bench.world.shelves[:-SOLD_OUT]:
        by_shop.setdefault(shelf.shop_id, []).extend(shelf.sku_ids)
    async with bench.installation.db.reading() as tx:
        for _ in range(count):
            shop_id = dice.choice(bench.world.shops)
            lines = tuple(
                checkout.CartLine(ShopId(shop_id), SkuId(sku), 1)
                for sku in dice.sample(by_shop[shop_id], 2)
            )
            quote = await checkout.quote(tx, MARKET, lines, region=REGION)
            require(quote.is_ready, f"a basket cannot be bought: {quote}")
            found.append(Basket(lines, quote.total))
    return found


def method_of(bench: Bench) -> str:
    """A token of the test provider for a card that pays at once."""
    provider = bench.installation.services.provider
    assert isinstance(provider, payments.TestProvider)
    return provider.tokenise(CARD, "12/39", "123", bench.installation.db.now_hint)


def money(amount: Money) -> dict[str, str]:
    """As the API takes it."""
    return {"amount": amount.decimal_string(), "currency": amount.currency.code}


def purchase_of(basket: Basket, method: str) -> bytes:
    """The body of one call that buys everything."""
    whole = {
        "market": MARKET,
        "address": ADDRESS,
        "payment_method": method,
        "total_shown": money(basket.total),
        **basket.body,
    }
    return json.dumps(whole).encode()


async def one_call(bench: Bench) -> None:
    """W3: 128 clients, each purchase one idempotent call."""
    chosen, method = await baskets(bench), method_of(bench)
    bodies = [purchase_of(basket, method) for basket in chosen]
    buyers = bench.world.buyers[:BUYERS]
    scripts: list[Script] = [
        (
            request(
                "POST",
                "/api/v1/purchases",
                headers=(f"Authorization: Bearer {token}",),
                body=bodies[place % len(bodies)],
                has_key=True,
            ),
        )
        for place, (_, token) in enumerate(buyers)
    ]
    await bought(
        bench,
        "whole purchase by one call, 128 clients",
        partial(bench.send, scripts, CLIENTS),
        2_000,
        await _ceilings(bench, chosen, method),
    )


async def bought(
    bench: Bench,
    what: str,
    send: Callable[[], Outcome],
    aim_per_s: int,
    tops: tuple[float | None, float | None],
    last_step: int = 0,
) -> None:
    """Send purchases, find each in the database, keep the figure, let the worker finish."""
    if bench.worker_during:
        bench.house.start_worker()
    else:
        bench.house.stop_worker()
    before = await counts(bench)
    begun = perf_counter()
    outcome = await asyncio.to_thread(send)
    ended = perf_counter()
    after = await counts(bench)
    good = outcome.last_statuses[201]
    other = {code: n for code, n in outcome.last_statuses.items() if code != 201}
    require(not other, f"W3 answers that were not 201: {other}, {outcome.samples[:1]}")
    for name in ("orders", "purchases", "payments"):
        made = getattr(after, name) - getattr(before, name)
        require(made == good, f"W3: {good} purchases were answered, and there are {made} {name}")
    require(
        after.reserved - before.reserved == 2 * good,
        f"W3: {2 * good} units were sold, and {after.reserved - before.reserved} are reserved",
    )
    for sample in outcome.samples:
        if sample.step == last_step:
            require(len(json_of(sample)["orders"]) == 1, f"W3 gave {sample.body[:300]!r}")
    settling = await _settled(bench, good, begun, ended)
    await _stock_agrees(bench)
    figure = Figure(
        "W3",
        what,
        outcome.per_second,
        "/s",
        outcome.percentile_ms(0.5),
        outcome.percentile_ms(0.99),
        tops[0],
        f"{aim_per_s:,}/s",
        outcome.per_second >= aim_per_s,
        {
            "answered and found in the database": good,
            "stock, movements and reservations agree": True,
            "worker ran during it": bench.worker_during,
        },
    )
    if outcome.step_s:
        medians = ", ".join(f"{each:.1f}" for each in outcome.step_medians_ms())
        figure.checks["p50 of each step, ms"] = medians
    if tops[1]:
        figure.checks["ceiling with 128 in one transaction, per second"] = tops[1]
    bench.add(figure)
    if settling is not None:
        bench.add(settling)


async def _stock_agrees(bench: Bench) -> None:
    async with bench.installation.db.snapshot() as tx:
        found = await inventory.audit(tx)
    require(not found, f"stock does not agree: {found[:3]}")


async def _settled(bench: Bench, placed: int, begun: float, ended: float) -> Figure | None:
    """Let the worker finish, say how fast it was, and prove the books.

    `begun` and `ended` are when the purchases were sent. A worker that ran meanwhile counts from
    their beginning, one that is started now from their end.
    """
    if bench.settle_limit_s <= 0:
        return None
    bench.house.start_worker()
    left = await _unpaid(bench)
    while (rest := await _unpaid(bench)) or await _busy(bench):
        if perf_counter() - ended > bench.settle_limit_s:
            break
        await asyncio.sleep(0.1)
    now = perf_counter()
    is_done = not rest and not await _busy(bench)
    if is_done:
        async with bench.installation.db.snapshot() as tx:
            proof = await settlement.prove(tx)
        if not proof.holds:
            raise BenchFailed("the books do not agree: " + "; ".join(proof.problems[:5]))
    took_s = now - (begun if bench.worker_during else ended)
    return Figure(
        "W3",
        "worker: from the first of them to the last one paid and booked",
        (placed - rest) / took_s,
        "payments/s",
        checks={
            "left at the end of the load": left,
            "seconds after it": round(now - ended, 1),
            "all paid, everybody heard": is_done,
            "ledger proves": "yes" if is_done else "not asked: the worker had not finished",
        },
    )


async def _unpaid(bench: Bench) -> int:
    return await bench.count("select count(*) from payments.payment where state <> 'CAPTURED'")


async def _busy(bench: Bench) -> int:
    """Facts that somebody has not heard, and jobs that are due."""
    return await bench.count("""
        select (select count(*) from (select from kit.event_pending limit 1) p)
            + (select count(*) from (select from kit.job where state = 'queued'
                and run_at <= now() limit 1) j)""")


async def _ceilings(
    bench: Bench, chosen: Sequence[Basket], method: str
) -> tuple[float | None, float | None]:
    """Purchases a second: one in each transaction from 128 connections; 128 in each from one.

    Replayed in a copy of the database, so that no order comes from anywhere but the server.
    """
    if bench.copy_url is None:
        return None, None
    singles, groups = (300, 4) if bench.quick else (4_000, 80)
    alone = await ceiling.record(
        bench.installation,
        [partial(_place, bench, chosen, method, place, 1) for place in range(singles)],
    )
    one = ceiling.Replay(bench.copy_url, alone, CLIENTS, 10.0, writes=True)
    together = await ceiling.record(
        bench.installation,
        [partial(_place, bench, chosen, method, n * GROUP, GROUP) for n in range(groups)],
    )
    many = ceiling.Replay(bench.copy_url, together, 1, 10.0, writes=True, pieces=GROUP)
    return ceiling.measure(one).per_second, ceiling.measure(many).per_second


async def _place(
    bench: Bench, chosen: Sequence[Basket], method: str, start: int, count: int, tx: Tx
) -> object:
    run = secrets.token_hex(4)
    requests = [
        _request(bench, chosen[place % len(chosen)], method, f"ceiling-{run}-{place}", place)
        for place in range(start, start + count)
    ]
    outcomes = await checkout.place(tx, requests)
    for outcome in outcomes:
        if not isinstance(outcome, checkout.Placed):
            raise BenchFailed(f"a purchase of the ceiling was refused: {outcome!r}")
    return outcomes


def _request(
    bench: Bench, basket: Basket, method: str, key: str, place: int
) -> checkout.PlaceRequest:
    person_id = PersonId(bench.world.buyers[place % min(BUYERS, len(bench.world.buyers))][0])
    return checkout.PlaceRequest(
        actor=identity.as_person(person_id),
        person_id=person_id,
        key=key,
        market_id=MARKET,
        lines=basket.lines,
        ship_to=orders.ShipTo(line2="", **ADDRESS),
        deliveries={},
        method=method,
        total_shown=basket.total,
    )
