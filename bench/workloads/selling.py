"""W5: a seller looks at the newest 50 orders with their lines, among ever more orders."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import click

from bench import history, inside
from bench.bench import Bench, json_of, only, require
from bench.report import Figure
from bench.wire import Outcome, Script, request
from bench.world import PASSWORD, World
from clipcart import identity, orders
from clipcart.doorway.visit import SESSION_COOKIE
from clipcart.kit.clock import wall_now
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId, ShopId

CONNECTIONS = 16
NEWEST = 50
AIM_PER_S = 2_000
AIM_P99_MS = 15
OTHERS_SHARE = 10
"""The other shops together have a tenth of what the big one has."""


async def newest_orders(bench: Bench) -> None:
    """W5 at each size: the read by itself, the API and the Seller Center's page over HTTP."""
    for count in bench.order_counts:
        await load_orders(bench, count)
        for where, shops in (
            (f"in one shop of {count:,} orders", bench.world.shops[:1]),
            (f"in every shop, {count:,} orders in one", bench.world.shops),
        ):
            await _by_face(bench, where, shops)
        where = f"in one shop of {count:,} orders"
        await _by_api(bench, where, bench.world.shops[0])
        await _by_page(bench, where, bench.world.shops[0])


async def load_orders(bench: Bench, count: int) -> None:
    """Let the big shop have so many orders, and the others their share."""
    path = bench.house.settings.home / "bench-history.json"
    known = _known(path)
    newest_at = datetime.fromisoformat(known["newest_at"])
    begun = perf_counter()
    world = bench.world
    others = max(1, count // OTHERS_SHARE // max(1, len(world.shops) - 1))
    async with bench.pool.acquire() as connection:
        for number, shop_id in enumerate(world.shops):
            wanted = count if number == 0 else others
            have = int(known.get(str(shop_id), "0"))
            if have < wanted:
                past = history.Past(shop_id, number, have, wanted, newest_at)
                await history.load(connection, past)
                await history.check(connection, past)
                known[str(shop_id)] = str(wanted)
        for table in ("orders.order_", "orders.line", "orders.of_buyer"):
            await connection.execute(f"vacuum analyze {table}")
        await connection.execute("checkpoint")
    path.write_text(json.dumps(known))
    click.echo(f"{count:,} orders are there ({perf_counter() - begun:.0f} s)", err=True)


def _known(path: Path) -> dict[str, str]:
    if path.exists():
        found: dict[str, str] = json.loads(path.read_text())
        return found
    return {"newest_at": wall_now().isoformat()}


async def _cards(world: World, shop_id: int, tx: Tx) -> object:
    page = await orders.cards_of_shop(
        tx, world.owner(shop_id), ShopId(shop_id), cursor=None, limit=NEWEST
    )
    return len(page.items)


async def _by_face(bench: Bench, where: str, shops: Sequence[int]) -> None:
    async with bench.installation.db.reading() as tx:
        for shop_id in shops:
            page = await orders.cards_of_shop(
                tx, bench.world.owner(shop_id), ShopId(shop_id), limit=NEWEST
            )
            require(
                (len(page.items) == NEWEST or shop_id != bench.world.shops[0])
                and all(
                    sum(line.quantity for line in card.lines) == card.units for card in page.items
                ),
                f"W5: the page of shop {shop_id} has not the orders that were loaded",
            )
    # Without its buyers, the world travels quickly to the other process.
    small = World(
        bench.world.sizes, bench.world.shops, bench.world.owners, bench.world.owner_emails, (), ()
    )
    calls = [partial(_cards, small, shop_id) for shop_id in shops]
    outcome = inside.measure(
        inside.Calls(bench.house.url, calls, CONNECTIONS, min(bench.seconds, 6.0))
    )
    top = await bench.read_ceiling(calls, CONNECTIONS)
    bench.add(_figure(f"newest 50 orders {where}: the read in process", outcome, top))


async def _by_api(bench: Bench, where: str, shop_id: int) -> None:
    token = await _token(bench, shop_id)
    scripts: list[Script] = [
        (
            request(
                "GET",
                f"/api/v1/seller/{shop_id}/orders?limit={NEWEST}",
                headers=(f"Authorization: Bearer {token}",),
            ),
        )
    ]
    outcome = bench.send(scripts, CONNECTIONS, seconds=min(bench.seconds, 6.0), sample_every=50)
    only(outcome, 200)
    for sample in outcome.samples:
        items = json_of(sample)["items"]
        require(len(items) == NEWEST, f"W5: the answer has {len(items)} orders, not {NEWEST}")
        require(all(each["lines"] for each in items), "W5: an order came without its lines")
    bench.add(_figure(f"newest 50 orders {where}: API over HTTP", outcome, None))


async def _by_page(bench: Bench, where: str, shop_id: int) -> None:
    cookie = await _signed_in(bench, shop_id)
    scripts: list[Script] = [
        (
            request(
                "GET",
                f"/sell/{shop_id}/orders",
                headers=(f"Cookie: {SESSION_COOKIE}={cookie}",),
            ),
        )
    ]
    outcome = bench.send(scripts, CONNECTIONS, seconds=min(bench.seconds, 6.0), sample_every=50)
    only(outcome, 200)
    for sample in outcome.samples:
        links = sample.body.count(f"/sell/{shop_id}/orders/".encode())
        require(links >= NEWEST, f"W5: the page has {links} links to orders, not {NEWEST}")
    bench.add(_figure(f"newest 50 orders {where}: Seller Center page", outcome, None))


async def _token(bench: Bench, shop_id: int) -> str:
    owner = bench.world.owners[bench.world.shops.index(shop_id)]
    async with bench.installation.db.transaction() as tx:
        made = await identity.create_token(
            tx, identity.as_person(PersonId(owner)), "bench", [identity.Scope.ORDERS_READ]
        )
    return made.secret


async def _signed_in(bench: Bench, shop_id: int) -> str:
    email = bench.world.owner_emails[bench.world.shops.index(shop_id)]
    async with bench.installation.db.transaction() as tx:
        entry = await identity.sign_in(tx, email, PASSWORD, "127.0.0.1")
    if isinstance(entry, identity.SignInFailed):
        raise entry
    return entry.value


def _figure(what: str, outcome: Outcome, top: float | None) -> Figure:
    p99_ms = outcome.percentile_ms(0.99)
    return Figure(
        "W5",
        what,
        outcome.per_second,
        "/s",
        outcome.percentile_ms(0.5),
        p99_ms,
        top,
        f"{AIM_PER_S:,}/s, p99 {AIM_P99_MS} ms",
        outcome.per_second >= AIM_PER_S and p99_ms < AIM_P99_MS,
    )
