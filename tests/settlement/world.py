"""A trade for tests of settlement: a verified shop, real orders and payments, the bank robot."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from clipcart import inventory, payments, sellers, settlement
from clipcart.identity import OPERATOR, SYSTEM, Actor, as_person, job_actor
from clipcart.inventory._jobs import SWEEPS as INVENTORY_SWEEPS
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.ids import OrderId, PersonId, ShopId, new_id
from clipcart.kit.money import USD, Money
from clipcart.orders._jobs import SUBSCRIBER as ORDERS
from clipcart.orders._jobs import SWEEPS as ORDER_SWEEPS
from tests.orders.world import PAID_AT_ONCE, Wish, World, make_world
from tests.support.database import OneConnection, StillEngine

ACCOUNT = "000123456789"
DAY = timedelta(days=1)
FINANCE = frozenset({"finance.view", "orders.view", "shop.edit", "bank.edit", "shop.view"})


def usd(minor: int) -> Money:
    return Money(minor, USD)


def wiring(provider: payments.TestProvider, bank: settlement.BankRobot) -> Wiring:
    """Orders and settlement with the outsiders they talk to."""
    return Wiring(
        subscribers=(ORDERS, settlement.SUBSCRIBER),
        jobs=(*payments.jobs(provider), *settlement.jobs(bank)),
        sweeps=(
            *INVENTORY_SWEEPS,
            *ORDER_SWEEPS,
            *settlement.SWEEPS,
            provider.sweep,
            bank.sweep,
        ),
    )


@dataclass(slots=True)
class Books:
    """The trade and what is asked of its books."""

    trade: World
    bank: settlement.BankRobot
    owner: Actor

    @property
    def db(self) -> Database:
        return self.trade.db

    @property
    def engine(self) -> Engine:
        return self.trade.engine

    @property
    def shop_id(self) -> ShopId:
        return self.trade.shop_id

    async def pass_(self, by: timedelta) -> None:
        """Move the clock, stopping at everything that falls due."""
        await self.engine.advance(by, grain=timedelta(minutes=10))

    async def sold(self, *wishes: Wish, card: str = PAID_AT_ONCE) -> OrderId:
        """A paid order."""
        order_id = await self.trade.place(*wishes, card=card)
        await self.engine.settle()
        return order_id

    async def delivered(self, *wishes: Wish, card: str = PAID_AT_ONCE) -> OrderId:
        """A paid order that was shipped and delivered a good hour later."""
        order_id = await self.sold(*wishes, card=card)
        await self.pass_(timedelta(hours=1, minutes=1))
        await self.trade.ship(order_id)
        await self.trade.collect(order_id)
        await self.trade.deliver(order_id)
        await self.engine.settle()
        return order_id

    async def wish(self, price_minor: int = 1999, tax_minor: int = 145, quantity: int = 1) -> Wish:
        """Something on the shelf, to be bought."""
        return Wish(await self.trade.sku(), quantity, price_minor, tax_minor)

    async def refund(self, order_id: OrderId, minor: int) -> None:
        """Ask for a refund as returns would, and let the provider answer."""
        await self.ask_refund(order_id, minor)
        await self.engine.settle()

    async def ask_refund(self, order_id: OrderId, minor: int) -> None:
        """Ask for a refund only."""
        async with self.db.transaction() as tx:
            draft = payments.RefundDraft(
                self.shop_id, order_id, usd(minor), "test", f"test:{new_id()}"
            )
            await payments.request_refund(tx, SYSTEM, draft)

    async def balance(self) -> settlement.Balance:
        async with self.db.reading() as tx:
            return await settlement.balance(tx, self.owner, self.shop_id)

    async def accounts(self, order_id: OrderId) -> dict[str, int]:
        """What the entries of an order come to, by account; accounts at zero are left out."""
        connection = cast(OneConnection, self.db).connection
        rows = await connection.fetch(
            "select account, balance_minor from ledger.v_order_account "
            "where shop_id = $1 and order_id = $2 and balance_minor <> 0",
            self.shop_id,
            order_id,
        )
        return {row["account"]: row["balance_minor"] for row in rows}

    async def statements(self) -> list[settlement.StatementDetail]:
        """Every statement with its lines, oldest first."""
        async with self.db.reading() as tx:
            page = await settlement.statements(tx, self.owner, self.shop_id, limit=200)
            return [
                await settlement.statement_for(tx, self.owner, self.shop_id, each.id)
                for each in reversed(page.items)
            ]

    async def payouts(self) -> list[settlement.Payout]:
        """Every payout, oldest first."""
        async with self.db.reading() as tx:
            page = await settlement.payouts(tx, self.owner, self.shop_id, limit=200)
        return list(reversed(page.items))

    async def prove(self) -> settlement.Proof:
        async with self.db.reading() as tx:
            return await settlement.prove(tx)

    async def story(self, order_id: OrderId) -> settlement.MoneyStory:
        async with self.db.reading() as tx:
            return await settlement.where_is_my_money(tx, self.owner, self.shop_id, order_id)


async def open_books(
    db: OneConnection,
    *,
    number: str | None = ACCOUNT,
    seed: int = 1,
    name: str = "Harbor Kettles",
) -> Books:
    """A shop with an approved bank account (None: without), people, and nothing sold yet."""
    trade = await make_world(db)
    bank = settlement.BankRobot(db, seed=seed)
    operator = as_person(PersonId(new_id()), roles=frozenset({OPERATOR}), staff_mode=True)
    person_id = PersonId(new_id())
    async with db.transaction() as tx:
        opened = sellers.OpenShop(name=name, market_id="us")
        shop_id = (await sellers.open_shop(tx, as_person(person_id), opened)).id
        owner = as_person(person_id, memberships={shop_id: FINANCE})
        await inventory.add_warehouse(
            tx, job_actor("test"), inventory.WarehouseDraft(shop_id, "Main")
        )
    grants = {"orders.view", "orders.ship", "orders.cancel", "inventory.edit"}
    staff = as_person(PersonId(new_id()), memberships={shop_id: frozenset(grants)})
    trade = replace(
        trade,
        shop_id=shop_id,
        staff=staff,
        operator=operator,
        engine=StillEngine(db, wiring(trade.provider, bank), concurrent=False),
    )
    books = Books(trade, bank, owner)
    if number is not None:
        await give_account(books, number)
    return books


async def give_account(books: Books, number: str) -> None:
    """Name a bank account and have it approved."""
    shop_id, name = books.shop_id, "Harbor Kettles LLC"
    async with books.db.transaction() as tx:
        if await sellers.business_for(tx, books.trade.operator, shop_id) is None:
            await sellers.submit_business(
                tx,
                books.owner,
                shop_id,
                sellers.Business(
                    legal_form="individual",
                    legal_name=name,
                    tax_number="12-3456789",
                    representative="Mira Okafor",
                    line1="12 Harbor Road",
                    city="Oakland",
                    region="CA",
                    postal_code="94607",
                    phone="+15105550123",
                ),
            )
        new = sellers.NewBankAccount(
            holder_name=name, bank_name="Bay Bank", routing_code="121000358", number=number
        )
        await sellers.submit_bank_account(tx, books.owner, shop_id, new)
        await sellers.decide(
            tx, books.trade.operator, shop_id, sellers.Requirement.BANK_ACCOUNT, True, ""
        )
