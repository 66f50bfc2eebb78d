"""W4: many buyers race for few units. Everybody is answered, and exactly as many get one."""

import asyncio

from bench.bench import Bench, json_of, require
from bench.report import Figure
from bench.wire import Outcome, Script, request
from bench.workloads.purchases import Basket, counts, method_of, purchase_of
from bench.world import MARKET, REGION, Shelf
from clipcart import checkout, inventory
from clipcart.kit.ids import ShopId, SkuId

SMALL = (500, 100, 500, 0.5)
"""Buyers, units, connections, and the seconds that it may take."""
LARGE = (20_000, 5_000, 256, 6.0)
QUICK = (300, 60, 100, 6.0)
ROUNDS = 3
"""Small races, each for another product; the slowest counts."""


async def flash(bench: Bench) -> None:
    """W4: the small race a few times, then the large one."""
    shelves = bench.world.shelves
    await _race(bench, shelves[-1], 100, 20, 50)
    small, large = (QUICK, QUICK) if bench.quick else (SMALL, LARGE)
    rounds = [await _race(bench, shelves[-2 - number], *small[:3]) for number in range(ROUNDS)]
    _add(bench, max(rounds, key=lambda outcome: outcome.seconds), small)
    _add(bench, await _race(bench, shelves[-2 - ROUNDS], *large[:3]), large)


async def _race(bench: Bench, shelf: Shelf, buyers: int, units: int, connections: int) -> Outcome:
    line = checkout.CartLine(ShopId(shelf.shop_id), SkuId(shelf.sku_ids[0]), 1)
    await _leave(bench, line, units)
    async with bench.installation.db.reading() as tx:
        quote = await checkout.quote(tx, MARKET, (line,), region=REGION)
    body = purchase_of(Basket((line,), quote.total), method_of(bench))
    scripts: list[Script] = [
        (
            request(
                "POST",
                "/api/v1/purchases",
                headers=(f"Authorization: Bearer {token}",),
                body=body,
                has_key=True,
            ),
        )
        for _, token in bench.world.buyers[:buyers]
    ]
    require(len(scripts) == buyers, f"there are only {len(scripts)} buyers")
    before = await counts(bench)
    outcome = await asyncio.to_thread(
        lambda: bench.send(scripts, connections, once=True, sample_every=25)
    )
    after = await counts(bench)
    told = dict(outcome.statuses)
    require(
        told == {201: units, 409: buyers - units},
        f"W4: {buyers} buyers for {units} units were told {told}",
    )
    require(after.orders - before.orders == units, "W4: orders are not as many as units")
    require(after.reserved - before.reserved == units, "W4: other units are reserved than sold")
    for sample in outcome.samples:
        require(("orders" in json_of(sample)) == (sample.status == 201), "W4: a wrong answer")
    async with bench.installation.db.snapshot() as tx:
        left = (await inventory.levels(tx, [line.key]))[line.sku_id]
        found = await inventory.audit(tx)
    require(left == 0 and not found, f"W4: {left} units are left; {found[:3]}")
    return outcome


async def _leave(bench: Bench, line: checkout.CartLine, units: int) -> None:
    """Let so many units be there to sell."""
    owner = bench.world.owner(line.shop_id)
    async with bench.installation.db.transaction() as tx:
        levels = await inventory.stock_of(tx, owner, line.shop_id, [line.sku_id])
        change = inventory.StockChange(
            line.shop_id, line.sku_id, sum(level.reserved for level in levels) + units
        )
        await inventory.set_on_hand(tx, owner, [change])


def _add(bench: Bench, outcome: Outcome, race: tuple[int, int, int, float]) -> None:
    buyers, units, connections, aim_s = race
    bench.add(
        Figure(
            "W4",
            f"{buyers:,} buyers for {units:,} units, {connections} connections",
            outcome.seconds,
            "s",
            outcome.percentile_ms(0.5),
            outcome.percentile_ms(0.99),
            None,
            f"{aim_s:g} s",
            outcome.seconds < aim_s,
            {
                "sold": outcome.statuses[201],
                "told that it is sold out": outcome.statuses[409],
                "answers per second": outcome.per_second,
            },
        )
    )
