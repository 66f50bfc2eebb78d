"""W6: signed calls of sellers' programs: the newest 50 orders, and a product in detail.

An app may make 50 calls a second of one operation in one shop, so a thousand calls a second come
from as many apps as a busy shop never has. They ask in turn.
"""

from collections.abc import Sequence
from random import Random
from time import process_time
from typing import Final
from urllib.parse import urlencode

from bench.bench import Bench, json_of, only, require
from bench.report import Figure
from bench.wire import Outcome, Script, request
from bench.workloads.selling import load_orders
from clipcart import apps, identity
from clipcart.apps import NewApp, Vault
from clipcart.kit.clock import wall_now
from clipcart.kit.ids import PersonId, ShopId
from clipcart.open_api import signing
from clipcart.open_api.registry import CALLS_PER_S
from clipcart.open_api.signing import Signed

CONNECTIONS: Final = 16
NEWEST: Final = 50
APPS: Final = 60
PRODUCTS: Final = 200
CHECKS: Final = 20_000
"""How often a signature is checked to see what it costs."""
SCOPES: Final = ("seller.order.info", "seller.product.basic")
SEARCH: Final = "/order/202309/orders/search"
DETAIL: Final = "/product/202309/products"
AIM_P99_MS: Final = 100


class _Client:
    """An app that the shop's owner let in, and how it signs."""

    def __init__(self, key: str, secret: str, token: str, cipher: str) -> None:
        self.secret = secret
        self._key, self._token, self._cipher = key, token, cipher

    def signed(self, path: str, query: dict[str, str], body: bytes) -> tuple[Signed, str]:
        """What is signed, and the signature."""
        pairs = [
            *query.items(),
            ("app_key", self._key),
            ("shop_cipher", self._cipher),
            ("timestamp", str(int(wall_now().timestamp()))),
        ]
        made = Signed(path, pairs, "application/json", body)
        return made, signing.sign(made, self.secret)

    def script(self, method: str, path: str, query: dict[str, str], body: bytes) -> Script:
        """A whole signed request. It is good for five minutes."""
        made, signature = self.signed(path, query, body)
        text = urlencode([*made.parameters, ("sign", signature)])
        headers = [f"x-tts-access-token: {self._token}"]
        if method == "GET":
            headers.append("Content-Type: application/json")
        content = body if method == "POST" else None
        return (request(method, f"{path}?{text}", headers=headers, body=content),)


async def signed_calls(bench: Bench) -> None:
    """W6 at the smallest and the largest number of orders."""
    shop_id = bench.world.shops[0]
    clients = await _clients(bench, shop_id)
    sizes = bench.order_counts
    for count in dict.fromkeys((sizes[0], sizes[-1])):
        await load_orders(bench, count)
        _search(bench, clients, f"at {count:,} orders in the shop")
    _detail(bench, clients, shop_id)


async def _clients(bench: Bench, shop_id: int) -> list[_Client]:
    """Apps of several developers, each let into the shop."""
    vault, owner = Vault(bench.installation.services.secret), bench.world.owner(shop_id)
    made = []
    async with bench.installation.db.transaction() as tx:
        for place in range(APPS):
            developer = bench.world.buyers[place % len(bench.world.buyers)][0]
            new = NewApp(
                name=f"Bench {place}",
                about="Asks for orders.",
                redirect_url="https://bench.example/callback",
                scopes=dict.fromkeys(SCOPES, "To measure."),
            )
            actor = identity.as_person(PersonId(developer))
            app, secret = await apps.register_app(tx, actor, vault, new)
            code = await apps.authorise_shops(tx, owner, app, [ShopId(shop_id)], 30)
            issued = await apps.exchange_code(tx, app, code)
            cipher = vault.cipher(app.id, ShopId(shop_id))
            made.append(_Client(app.key, secret, issued.access_token, cipher))
    return made


def _search(bench: Bench, clients: Sequence[_Client], where: str) -> None:
    query = {"page_size": str(NEWEST), "sort_field": "create_time", "sort_order": "DESC"}
    scripts = [each.script("POST", SEARCH, query, b"{}") for each in clients]
    outcome, cpu_s = _send(bench, scripts)
    for sample in outcome.samples:
        if sample.status != 200:
            continue
        told = json_of(sample)
        require(told["code"] == 0, f"W6: the search was refused: {told['message']}")
        found = told["data"]["orders"]
        require(len(found) == NEWEST, f"W6: the answer has {len(found)} orders, not {NEWEST}")
        require(all(each["line_items"] for each in found), "W6: an order came without its units")
    signed = clients[0].signed(SEARCH, query, b"{}")
    bench.add(
        _figure(
            f"signed search of 50 orders {where}", outcome, cpu_s, _check_us(clients[0], signed)
        )
    )


def _detail(bench: Bench, clients: Sequence[_Client], shop_id: int) -> None:
    mine = [each.product_id for each in bench.world.shelves if each.shop_id == shop_id]
    chosen = Random(6).sample(mine, min(PRODUCTS, len(mine)))
    scripts = [
        client.script("GET", f"{DETAIL}/{product_id}", {}, b"")
        for product_id in chosen
        for client in clients
    ]
    outcome, cpu_s = _send(bench, scripts)
    for sample in outcome.samples:
        if sample.status != 200:
            continue
        told, wanted = json_of(sample), chosen[sample.script // len(clients)]
        is_right = told["code"] == 0 and told["data"]["id"] == str(wanted)
        require(is_right, f"W6: not product {wanted} but {str(told)[:300]}")
    check_us = _check_us(clients[0], clients[0].signed(f"{DETAIL}/{chosen[0]}", {}, b""))
    bench.add(_figure("signed product in detail", outcome, cpu_s, check_us))


def _send(bench: Bench, scripts: Sequence[Script]) -> tuple[Outcome, float]:
    """The load, and the server's processor time for a call."""
    before = bench.house.server_cpu_s()
    outcome = bench.send(scripts, CONNECTIONS, seconds=min(bench.seconds, 6.0), sample_every=20)
    only(outcome, 200, 429)
    spent = bench.house.server_cpu_s() - before
    return outcome, spent / max(1, sum(outcome.statuses.values()))


def _check_us(client: _Client, signed: tuple[Signed, str]) -> float:
    """Processor time to read the parameters and check a signature, in this process."""
    made, signature = signed
    query = urlencode([*made.parameters, ("sign", signature)]).encode()
    begun = process_time()
    for _ in range(CHECKS):
        parameters = signing.parameters_of(query)
        again = Signed(made.path, parameters, made.content_type, made.body)
        if not signing.fits(again, client.secret, signature):
            raise RuntimeError("a signature that was just made does not fit")
    return (process_time() - begun) / CHECKS * 1_000_000


def _figure(what: str, outcome: Outcome, cpu_s: float, check_us: float) -> Figure:
    """Calls that were answered. Those above the apps' limits are told beside, and must be few."""
    limited = outcome.statuses.get(429, 0)
    every = sum(outcome.statuses.values())
    most = CALLS_PER_S * APPS
    require(limited * 20 < every, f"W6: {limited} of {every} calls were above {most} a second")
    p99_ms = outcome.percentile_ms(0.99)
    return Figure(
        "W6",
        what,
        outcome.per_second,
        "/s",
        outcome.percentile_ms(0.5),
        p99_ms,
        None,
        f"p99 {AIM_P99_MS} ms",
        p99_ms < AIM_P99_MS,
        {
            "the server's processor time for a call, us": round(cpu_s * 1_000_000),
            "checking its signature, us": round(check_us, 1),
            "part of it, %": round(check_us / cpu_s / 10_000, 2) if cpu_s else 0.0,
            "answers checked": len(outcome.samples),
            "above the limit": limited,
        },
    )
