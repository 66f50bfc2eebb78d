"""Everybody outside: buyers, sellers, the provider and the bank's page, all over HTTP.

Whoever hears nothing asks again with the same key, as long as it takes. What they were told is
kept here and compared with the database afterwards.
"""

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from clipcart import checkout, identity, inventory, orders, payments
from clipcart.doorway import csrf
from clipcart.kit.crypto import sign
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from clipcart.payments.adapters.fake import SIGNATURE
from tests.crash.wreck import AWAY, SECRET, Wreck
from tests.payments import till
from tests.support.buying import lines_for, token

SHOPS = ("fernhollow", "halflight")
BUYERS = ("mira", "theo", "amara", "lucia", "dmitri", "xiulan", "farid", "agnes")
PLENTY, SCARCE = 90_000, 40
WAITING = (429, 502, 503)
CARDS = (
    *[till.SUCCESS] * 24,
    *[till.DUPLICATES, till.OUT_OF_ORDER, till.TIMEOUT, till.SOON, till.CHALLENGE] * 2,
    *(till.DECLINED, till.CALLBACK_LOST, till.HOURS_LATER, till.LATER_DECLINED),
    *(till.PROCESSING_ERROR, till.LATE_CAPTURE, till.SLOW_REFUND, till.REFUND_FAILS),
)
CANCELLED_OF_100, ASKED_TWICE_OF_100 = 6, 10


@dataclass(frozen=True, slots=True)
class Shopper:
    """A buyer: a token for the API, and what each basket costs at their address."""

    handle: str
    bearer: str
    address: Mapping[str, Any]
    quotes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop's owner with a session of the browser."""

    shop_id: ShopId
    cookie: str

    @property
    def form_token(self) -> str:
        """What the owner's forms carry."""
        return csrf.token_for(SECRET, self.cookie)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is outside."""

    shoppers: Sequence[Shopper]
    sellers: Sequence[Seller]
    cards: Sequence[str]


@dataclass
class Told:
    """What those outside were told."""

    purchases: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    cancelled: dict[str, tuple[str, str]] = field(default_factory=dict)
    invited: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    silences: int = 0

    async def reaches(self, purchases: int) -> None:
        """Wait until so much was sold."""
        while len(self.purchases) < purchases:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def take_troubles(self) -> list[str]:
        """What went wrong since it was asked last."""
        taken, self.troubles = self.troubles, []
        return taken


async def gather_cast(installation: Installation, wreck: Wreck) -> Cast:
    """Tokens, sessions, prices and full shelves, all made by the rooms' own actions."""
    world, db = wreck.world, installation.db
    assert world is not None
    handles = [product.handle for shop in SHOPS for product in world.content.shop(shop).products]
    lines = [(await lines_for(db, world, handle))[0] for handle in handles]
    for place, line in enumerate(lines):
        count = SCARCE if place % 5 == 4 else PLENTY
        owner = next(name for name, shop_id in world.shops.items() if shop_id == line.shop_id)
        async with db.transaction() as tx:
            change = inventory.StockChange(line.shop_id, line.sku_id, count)
            await inventory.set_on_hand(tx, world.owner(owner), [change])
    baskets = [
        *((line,) for line in lines),
        *((lines[0], lines[5]), (lines[1], lines[6]), (lines[2], lines[7], lines[3])),
    ]
    shoppers = [await _shopper(installation, wreck, name, baskets) for name in BUYERS]
    sellers = []
    for shop in SHOPS:
        async with db.transaction() as tx:
            owner_id = world.people[world.content.shop(shop).owner]
            session = await identity.start_session(tx, owner_id, "192.0.2.1")
        sellers.append(Seller(world.shops[shop], session.value))
    return Cast(shoppers, sellers, [token(installation, card) for card in CARDS])


async def _shopper(
    installation: Installation,
    wreck: Wreck,
    handle: str,
    baskets: Sequence[Sequence[checkout.CartLine]],
) -> Shopper:
    world = wreck.world
    assert world is not None
    actor = world.person(handle)
    scopes = (identity.Scope.CART, identity.Scope.ORDERS_READ, identity.Scope.ORDERS_WRITE)
    async with installation.db.transaction() as tx:
        made = await identity.create_token(tx, actor, "Crash", scopes)
        home = (await identity.addresses(tx, actor))[0]
        quotes = [
            await checkout.quote(tx, home.market_id, basket, region=home.region)
            for basket in baskets
        ]
    address = {name: getattr(home, name) or "" for name in ("name", "line1", "city", "region")}
    address |= {"postal_code": home.postal_code or "", "phone": home.phone or ""}
    return Shopper(
        handle,
        made.secret,
        address,
        [
            {
                "market": home.market_id,
                "lines": [
                    {"shop_id": str(x.shop_id), "sku_id": str(x.sku_id), "quantity": x.quantity}
                    for x in basket
                ],
                "deliveries": {str(x.shop_id): x.options[0].id for x in quote.shops},
                "total_shown": {
                    "amount": quote.total.decimal_string(),
                    "currency": quote.total.currency.code,
                },
            }
            for basket, quote in zip(baskets, quotes, strict=True)
        ],
    )


@dataclass
class Crowd:
    """All of them at once, until `leave` is called; then each finishes what it has begun."""

    wreck: Wreck
    installation: Installation
    cast: Cast
    chance: random.Random
    told: Told = field(default_factory=Told)
    buyers: int = 16
    number: int = 0
    leaving: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def come(self) -> None:
        """Everybody begins."""
        rooms: list[Callable[[random.Random], Coroutine[Any, Any, None]]] = [
            *[self._buy_on] * self.buyers,
            *(self._sell_on, self._call_back, self._invite),
        ]
        for room in rooms:
            own = random.Random(self.chance.randrange(1 << 62))
            self.tasks.append(asyncio.create_task(room(own)))

    async def leave(self, limit_s: float = 60) -> None:
        """Nobody begins anything new; what was asked is asked to the end."""
        self.leaving = True
        async with asyncio.timeout(limit_s):
            await asyncio.gather(*self.tasks)

    def check(self) -> None:
        """Raise what a task of the crowd failed with."""
        for task in self.tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    # -- asking --------------------------------------------------------------------------------

    async def _ask(
        self, http: httpx.AsyncClient, method: str, path: str, **more: Any
    ) -> httpx.Response:
        """Ask until there is an answer that is one."""
        while True:
            try:
                answer = await http.request(method, path, **more)
            except (httpx.HTTPError, OSError):
                self.told.silences += 1
                await asyncio.sleep(0.05)
                continue
            self.told.answers[answer.status_code] += 1
            if answer.status_code not in WAITING and answer.status_code != 500:
                return answer
            if answer.status_code == 500:
                self.told.troubles.append(f"{method} {path} answered 500: {answer.text[:300]}")
            elif "Traceback" in answer.text:
                self.told.troubles.append(f"{method} {path} shows a trace: {answer.text[:300]}")
            await asyncio.sleep(0.05)

    def _http(self, bearer: str | None = None) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.AsyncClient(base_url=self.wreck.base_url, timeout=30, headers=headers)

    # -- buyers --------------------------------------------------------------------------------

    async def _buy_on(self, chance: random.Random) -> None:
        clients = [(one, self._http(one.bearer)) for one in self.cast.shoppers]
        while not self.leaving:
            shopper, http = chance.choice(clients)
            self.number += 1
            await self._buy(http, shopper, f"crash-{self.number}", chance)
            await asyncio.sleep(chance.uniform(0.0, 0.02))
        for _, http in clients:
            await http.aclose()

    async def _buy(
        self, http: httpx.AsyncClient, shopper: Shopper, key: str, chance: random.Random
    ) -> None:
        wish = {
            **chance.choice(shopper.quotes),
            "address": shopper.address,
            "payment_method": chance.choice(self.cast.cards),
        }
        headers = {"idempotency-key": key}
        answer = await self._ask(http, "POST", "/api/v1/purchases", json=wish, headers=headers)
        if answer.status_code != 201:
            code = answer.json()["error"]["code"]
            if code != "checkout.out_of_stock":
                self.told.troubles.append(f"{key} was refused: {answer.text[:300]}")
            self.told.refused.add(key)
            return
        bought = answer.json()
        self.told.purchases[key] = bought["purchase_id"]
        if chance.randrange(100) < ASKED_TWICE_OF_100:
            twice = await self._ask(http, "POST", "/api/v1/purchases", json=wish, headers=headers)
            same = ("purchase_id", "payment_id", "orders", "total")
            if {k: twice.json().get(k) for k in same} != {k: bought[k] for k in same}:
                self.told.troubles.append(f"{key} was answered twice otherwise: {twice.text[:300]}")
        if chance.randrange(100) < CANCELLED_OF_100:
            await self._cancel(http, key, bought["orders"][0], chance)
        if chance.randrange(100) < CANCELLED_OF_100:
            await self._answer_the_bank(http, bought["purchase_id"], chance)

    async def _cancel(
        self, http: httpx.AsyncClient, key: str, order: Mapping[str, str], chance: random.Random
    ) -> None:
        reason = chance.choice(sorted(orders.REASONS[orders.By.BUYER]))
        path = f"/api/v1/orders/{order['shop_id']}/{order['order_id']}/cancellations"
        answer = await self._ask(
            http,
            "POST",
            path,
            json={"reason": reason},
            headers={"idempotency-key": f"{key}-cancel"},
        )
        if answer.status_code == 201:
            if answer.json()["is_cancelled"]:
                self.told.cancelled[key] = (order["shop_id"], order["order_id"])
        elif answer.status_code != 409:
            self.told.troubles.append(f"{key}: cancelling answered {answer.text[:300]}")

    async def _answer_the_bank(
        self, http: httpx.AsyncClient, purchase_id: str, chance: random.Random
    ) -> None:
        answer = await self._ask(http, "GET", f"/api/v1/purchases/{purchase_id}")
        url = answer.json().get("challenge_url")
        if not url:
            return
        cookie = "0." + sign(SECRET, "visitor", "0")
        await self._ask(
            http,
            "POST",
            httpx.URL(url).path,
            data={
                "_csrf": csrf.token_for(SECRET, cookie),
                "answer": chance.choice(("yes", "yes", "no")),
            },
            cookies={"clipcart_visitor": cookie},
        )

    # -- sellers -------------------------------------------------------------------------------

    async def _sell_on(self, chance: random.Random) -> None:
        async with self._http() as http:
            while not self.leaving:
                await asyncio.sleep(chance.uniform(0.05, 0.3))
                seller = chance.choice(self.cast.sellers)
                if waiting := await self._orders_to_ship(seller.shop_id):
                    await self._ship(http, seller, waiting, f"{chance.randrange(1 << 60)}")

    async def _orders_to_ship(self, shop_id: ShopId) -> list[int]:
        with contextlib.suppress(*AWAY):
            rows = await self.installation.pool.fetch(
                "select id from orders.order_ where shop_id = $1 and state = 'AWAITING_SHIPMENT' "
                "order by id limit 12",
                shop_id,
            )
            return [row["id"] for row in rows]
        return []

    async def _ship(
        self, http: httpx.AsyncClient, seller: Seller, ids: Sequence[int], key: str
    ) -> None:
        """Ship several in one go; heard nothing, the same press again."""
        answer = await self._ask(
            http,
            "POST",
            f"/sell/{seller.shop_id}/orders/ship",
            data={"_csrf": seller.form_token, "key": key, "order": [str(one) for one in ids]},
            cookies={"clipcart_session": seller.cookie},
        )
        if answer.status_code != 200:
            self.told.troubles.append(f"shipping answered {answer.status_code}")

    async def _invite(self, chance: random.Random) -> None:
        """Invitations of staff: each sends an e-mail."""
        async with self._http() as http:
            while not self.leaving:
                await asyncio.sleep(chance.uniform(0.3, 0.6))
                seller = chance.choice(self.cast.sellers)
                self.number += 1
                email = f"packer-{self.number}@there.example"
                answer = await self._ask(
                    http,
                    "POST",
                    f"/sell/{seller.shop_id}/staff/invite",
                    data={"_csrf": seller.form_token, "email": email, "role": "PACKER"},
                    cookies={"clipcart_session": seller.cookie},
                )
                self.told.invited.add(email)
                if answer.status_code not in (200, 303):
                    self.told.troubles.append(f"inviting answered {answer.status_code}")

    # -- the payment provider ------------------------------------------------------------------

    async def _call_back(self, chance: random.Random) -> None:
        """The provider calls early and often: what the robot plans is also sent over HTTP."""
        async with self._http() as http:
            while not self.leaving:
                await asyncio.sleep(chance.uniform(0.02, 0.15))
                for body in await self._planned_callbacks():
                    raw = body.encode()
                    headers = {SIGNATURE: sign(SECRET, "callback", raw)}
                    answer = await self._ask(
                        http, "POST", "/payments/callbacks/test", content=raw, headers=headers
                    )
                    if answer.status_code != 204:
                        said = json.loads(body)["id"]
                        self.told.troubles.append(f"callback {said}: {answer.status_code}")

    async def _planned_callbacks(self) -> list[str]:
        with contextlib.suppress(*AWAY):
            rows = await self.installation.pool.fetch(
                "select body from payments.testpay_callback order by id limit 5"
            )
            return [row["body"] for row in rows]
        return []


def provider_of(installation: Installation) -> payments.TestProvider:
    """The test provider and its own books."""
    provider = installation.services.provider
    assert isinstance(provider, payments.TestProvider)
    return provider
