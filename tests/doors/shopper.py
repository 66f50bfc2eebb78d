"""Mira in front of the teapot: what tests of the storefront do again and again."""

import re
from typing import Any

import httpx

from clipcart import catalog, inventory, orders
from clipcart.inventory import StockChange
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.world import World

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PRODUCT = re.compile(r'href="(/p/[^"]+)"')
CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "12/39", "card_cvc": "123"}
NEW_ADDRESS = {
    "address": "new",
    "name": "Mira of the Tests",
    "line1": "12 Long Meadow Road",
    "city": "Oakland",
    "region": "CA",
    "postal_code": "94612",
    "phone": "510 555 0101",
}


class Shopper:
    """Mira, in front of the teapot."""

    def __init__(self, visitor: Visitor, installation: Installation, world: World) -> None:
        self.visitor, self.installation, self.world = visitor, installation, world
        self.shop_id = world.shops["fernhollow"]

    @property
    def teapot_url(self) -> str:
        """The teapot's page."""
        return f"/p/{self.shop_id}/{self.world.products['teapot']}/teapot"

    async def sku(self) -> catalog.Sku:
        """The teapot's first SKU."""
        return (await self.world.skus(self.installation.db, "teapot"))[0]

    async def put_in(self, quantity: int = 1) -> httpx.Response:
        """Put the teapot into the cart by its page's form."""
        sku = await self.sku()
        fields = {"sku": f"{self.shop_id}-{sku.id}", "quantity": str(quantity)}
        return await self.visitor.submit(
            "/cart/add", fields, page=f"{self.teapot_url}?sku={sku.id}"
        )

    async def sign_in(self) -> None:
        """Come in as Mira."""
        await self.visitor.sign_in(self.world.email("mira"))

    async def form(self, **typed: Any) -> dict[str, Any]:
        """The checkout's form as its page shows it, with what is typed into it."""
        page = await self.visitor.get("/checkout?market=us")
        assert page.status_code == 200
        fields: dict[str, Any] = {}
        for name, value in HIDDEN.findall(page.text):
            fields.setdefault(name, value)
        address = re.search(r'name="address" value="(\d+)" checked', page.text)
        fields["address"] = address.group(1) if address else "new"
        return {**fields, **CARD, **typed}

    async def place(self, fields: dict[str, Any]) -> httpx.Response:
        """Press the button."""
        return await self.visitor.http.post("/checkout", data=fields)

    async def buy(self, card: str = "4242424242424242") -> str:
        """Sign in, put the teapot in, buy it; gives where the browser is sent."""
        await self.sign_in()
        await self.put_in()
        answer = await self.place(await self.form(card_number=card))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def order(self) -> orders.Order:
        """Mira's newest order."""
        async with self.installation.db.reading() as tx:
            page = await orders.orders_of_buyer(tx, self.world.person("mira"))
        return page.items[0]

    async def order_count(self) -> int:
        """How many orders Mira has."""
        async with self.installation.db.reading() as tx:
            return len((await orders.orders_of_buyer(tx, self.world.person("mira"))).items)


async def set_stock(shopper: Shopper, count: int) -> None:
    sku = await shopper.sku()
    owner = shopper.world.owner("fernhollow")
    async with shopper.installation.db.transaction() as tx:
        await inventory.set_on_hand(
            tx, owner, [StockChange(ShopId(shopper.shop_id), sku.id, count)]
        )
