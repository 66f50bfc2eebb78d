"""A small trade for tests of orders: one shop, its staff, a buyer, stock, and the test provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from clipcart import inventory, markets, orders, payments
from clipcart.identity import OPERATOR, SYSTEM, Actor, as_person, job_actor, robot
from clipcart.inventory._jobs import SWEEPS as INVENTORY_SWEEPS
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.ids import (
    LineId,
    OrderId,
    PaymentId,
    PersonId,
    ProductId,
    PurchaseId,
    ShopId,
    SkuId,
    new_id,
    new_ids,
)
from clipcart.kit.money import USD, Money
from clipcart.orders._jobs import SUBSCRIBER, SWEEPS
from tests.support.database import OneConnection, StillEngine

PAID_AT_ONCE = "4242424242424242"
DECLINED = "4000000000000002"
HOURS_LATER = "4000000000102006"
LATE_CAPTURE = "4000000000108003"

ADDRESS = orders.ShipTo(
    "Mira Okafor", "12 Harbor Road", "", "Oakland", "CA", "94607", "US", "+15105550123"
)
STANDARD = orders.DeliveryChoice("standard", "Standard", 6)

# Orders know SKUs by id alone, so the shelves are filled without a catalogue.
FILL_SHELF = """
    insert into inventory.stock (shop_id, sku_id, warehouse_id, on_hand)
    select $1, $2, w.id, $3 from inventory.warehouse w where w.shop_id = $1 and w.is_default"""
FILL_BOOK = """
    insert into inventory.movement (shop_id, sku_id, warehouse_id, kind, on_hand_change,
        reserved_change, actor, at)
    select $1, $2, w.id, 'RECEIVED', $3, 0, 'test', $4 from inventory.warehouse w
    where w.shop_id = $1 and w.is_default"""
EVENTS = "select name from kit.event where shop_id = $1 and subject = $2 order by id"


@dataclass(frozen=True, slots=True)
class Wish:
    """A line to buy: which SKU, how many, at which price; tax on top."""

    sku_id: SkuId
    quantity: int = 1
    price_minor: int = 1999
    tax_minor: int = 145


def draft(
    shop_id: ShopId,
    buyer_id: PersonId,
    wishes: Sequence[Wish],
    *,
    free_cancel_hours: int = 1,
    shipping_minor: int = 599,
    name: str = ADDRESS.name,
) -> orders.OrderDraft:
    """An order as checkout would draft it."""
    lines = tuple(
        orders.LineDraft(
            line_id=LineId(new_ids(wish.quantity)),
            sku_id=wish.sku_id,
            product_id=ProductId(new_id()),
            title="Kettle",
            options_text="Blue",
            seller_sku="KET-BLU",
            image_key=None,
            quantity=wish.quantity,
            unit_price_minor=wish.price_minor,
            tax_minor=wish.tax_minor,
            tax_included=False,
            fee_bps=600,
            weight_g=900,
        )
        for wish in wishes
    )
    items = sum(wish.price_minor * wish.quantity for wish in wishes)
    tax = sum(wish.tax_minor for wish in wishes)
    fields = {**ADDRESS.fields(), "name": name}
    return orders.OrderDraft(
        order_id=OrderId(new_id()),
        shop_id=shop_id,
        buyer_id=buyer_id,
        purchase_id=PurchaseId(new_id()),
        payment_id=PaymentId(new_id()),
        market_id="us",
        currency="USD",
        ship_to=orders.ShipTo(**fields),
        delivery=STANDARD,
        lines=lines,
        items_minor=items,
        shipping_minor=shipping_minor,
        tax_minor=tax,
        total_minor=items + shipping_minor + tax,
        free_cancel_hours=free_cancel_hours,
    )


@dataclass(slots=True)
class World:
    """One shop with shelves, the people around it, and the engine that moves time."""

    db: Database
    engine: Engine
    provider: payments.TestProvider
    shop_id: ShopId
    buyer: Actor
    staff: Actor
    viewer: Actor
    stranger: Actor
    operator: Actor
    carrier: Actor = field(default_factory=lambda: robot("carrier"))

    @property
    def buyer_id(self) -> PersonId:
        return cast(PersonId, self.buyer.person_id)

    async def sku(self, on_hand: int = 10) -> SkuId:
        """A new SKU with units on the shelf."""
        sku_id = SkuId(new_id())
        async with self.db.transaction() as tx:
            connection: Any = tx._connection
            await connection.execute(FILL_SHELF, self.shop_id, sku_id, on_hand)
            await connection.execute(FILL_BOOK, self.shop_id, sku_id, on_hand, tx.now)
        return sku_id

    async def now(self) -> datetime:
        return await self.engine.now()

    async def place(
        self, *wishes: Wish, card: str = PAID_AT_ONCE, free_cancel_hours: int = 1, name: str = ""
    ) -> OrderId:
        """Reserve, place and ask for the payment in one transaction, as checkout does."""
        made = draft(
            self.shop_id,
            self.buyer_id,
            wishes,
            free_cancel_hours=free_cancel_hours,
            name=name or ADDRESS.name,
        )
        async with self.db.transaction() as tx:
            expires_at = markets.pay_by(markets.get("us"), tx.now)
            short = await inventory.reserve(
                tx,
                self.buyer,
                [
                    inventory.Want(
                        self.shop_id, made.order_id, line.sku_id, line.quantity, expires_at
                    )
                    for line in made.lines
                ],
            )
            assert not short
            await orders.place(tx, self.buyer, [made])
            total = Money(made.total_minor, USD)
            token = self.provider.tokenise(card, "12/30", "123", tx.now)
            split = payments.Split(self.shop_id, made.order_id, total)
            intent = payments.Intent(made.payment_id, self.buyer_id, total, token, (split,))
            await payments.request(tx, self.buyer, [intent])
        return made.order_id

    async def paid(self, *wishes: Wish, free_cancel_hours: int = 1) -> OrderId:
        """A paid order in its free-cancel window."""
        order_id = await self.place(*wishes, free_cancel_hours=free_cancel_hours)
        await self.engine.settle()
        return order_id

    async def to_ship(self, *wishes: Wish) -> OrderId:
        """A paid order past its free-cancel window."""
        order_id = await self.paid(*wishes)
        await self.engine.advance(timedelta(hours=1, minutes=1), grain=timedelta(0))
        return order_id

    async def order(self, order_id: OrderId) -> orders.Order:
        async with self.db.reading() as tx:
            return await orders.order_for(tx, SYSTEM, self.shop_id, order_id)

    async def state(self, order_id: OrderId) -> orders.State:
        return (await self.order(order_id)).state

    async def facts(self, order_id: OrderId, prefix: str = "orders.") -> list[str]:
        """Names of what was announced about an order, without their prefix."""
        async with self.db.reading() as tx:
            connection: Any = tx._connection
            rows = await connection.fetch(EVENTS, self.shop_id, f"order:{order_id}")
        names = [row["name"] for row in rows]
        return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]

    async def available(self, sku_id: SkuId) -> int:
        async with self.db.reading() as tx:
            return (await inventory.levels(tx, [(self.shop_id, sku_id)]))[sku_id]

    async def refunds(self, order_id: OrderId) -> list[payments.Refund]:
        async with self.db.reading() as tx:
            return await payments.refunds_of_order(tx, self.shop_id, order_id)

    async def cancel(
        self, actor: Actor, order_id: OrderId, reason: orders.Reason
    ) -> orders.CancelOutcome:
        async with self.db.transaction() as tx:
            return await orders.cancel(tx, actor, self.shop_id, order_id, reason)

    async def ship(
        self, order_id: OrderId, lines: Sequence[orders.LineShipped] | None = None
    ) -> orders.State:
        """Make a label as fulfilment does: the order moves and the units leave the shelf."""
        async with self.db.transaction() as tx:
            before = (await orders.lines_of(tx, [(self.shop_id, order_id)]))[order_id]
            state = await orders.mark_label_made(tx, self.staff, self.shop_id, order_id, lines)
            after = (await orders.lines_of(tx, [(self.shop_id, order_id)]))[order_id]
            gone = [
                inventory.OrderLine(
                    self.shop_id, order_id, new.sku_id, new.shipped_quantity - old.shipped_quantity
                )
                for old, new in zip(before, after, strict=True)
                if new.shipped_quantity > old.shipped_quantity
            ]
            await inventory.consume(tx, self.staff, gone)
        return state

    async def collect(self, *order_ids: OrderId) -> None:
        async with self.db.transaction() as tx:
            keys = [(self.shop_id, order_id) for order_id in order_ids]
            await orders.mark_collected(tx, self.carrier, keys)

    async def deliver(self, *order_ids: OrderId) -> None:
        async with self.db.transaction() as tx:
            keys = [(self.shop_id, order_id) for order_id in order_ids]
            await orders.mark_delivered(tx, self.carrier, keys)


def wiring(provider: payments.TestProvider) -> Wiring:
    """Orders with the rooms whose facts it hears."""
    return Wiring(
        subscribers=(SUBSCRIBER,),
        jobs=payments.jobs(provider),
        sweeps=(*INVENTORY_SWEEPS, *SWEEPS, provider.sweep),
    )


async def make_world(db: Database, *, still: bool = True) -> World:
    """A shop with a warehouse and people; nothing on the shelves yet."""
    provider = payments.TestProvider(db, secret="s3cret", seed=7, challenge_url="/bank/")
    engine = (
        StillEngine(cast(OneConnection, db), wiring(provider), concurrent=False)
        if still
        else Engine(db, wiring(provider), concurrent=False)
    )
    shop_id = ShopId(new_id())
    grants = frozenset({"orders.view", "orders.ship", "orders.cancel", "inventory.edit"})
    async with db.transaction() as tx:
        await inventory.add_warehouse(
            tx, job_actor("test"), inventory.WarehouseDraft(shop_id, "Main")
        )
    return World(
        db=db,
        engine=engine,
        provider=provider,
        shop_id=shop_id,
        buyer=_person(),
        staff=_person(memberships={shop_id: grants}),
        viewer=_person(memberships={shop_id: frozenset({"orders.view"})}),
        stranger=_person(memberships={ShopId(new_id()): grants}),
        operator=_person(roles=frozenset({OPERATOR}), staff_mode=True),
    )


def _person(**more: Any) -> Actor:
    return as_person(PersonId(new_id()), **more)
