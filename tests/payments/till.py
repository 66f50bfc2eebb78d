"""A till for tests: buyers, intents, and an engine that runs payments with the test provider."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clipcart import payments
from clipcart.identity import SYSTEM, as_person
from clipcart.kit.db import Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.ids import OrderId, PaymentId, PersonId, ShopId, new_id
from clipcart.kit.money import USD, Money
from clipcart.payments import Intent, Split, Tender, TestProvider
from tests.support.database import OneConnection

SUCCESS = "4242424242424242"
DECLINED = "4000000000009995"
CHALLENGE = "4000002760003184"
SOON = "4000000000101008"
HOURS_LATER = "4000000000102006"
LATER_DECLINED = "4000000000103004"
DUPLICATES = "4000000000104002"
OUT_OF_ORDER = "4000000000105009"
TIMEOUT = "4000000000106007"
PROCESSING_ERROR = "4000000000000119"
CALLBACK_LOST = "4000000000107005"
LATE_CAPTURE = "4000000000108003"
WRONG_AMOUNT = "4000000000109001"
SLOW_REFUND = "4000000000007726"
REFUND_FAILS = "4000000000005126"

TABLES = ("payment", "split", "refund", "callback", "exception", "testpay_charge", "testpay_refund")
EngineFor = Callable[[Wiring], Engine]


def usd(minor: int) -> Money:
    return Money(minor, USD)


@dataclass
class Till:
    """Payments on a test's database."""

    db: OneConnection
    provider: TestProvider
    engine: Engine

    def token(self, number: str = SUCCESS) -> str:
        code = "1234" if number.startswith("37") else "123"
        return self.provider.tokenise(number, "12/39", code, self.db.moment)

    def intent(self, number: str = SUCCESS, *minors: int, at_once: bool = True) -> Intent:
        parts = tuple(
            Split(ShopId(new_id()), OrderId(new_id()), usd(minor)) for minor in minors or (1250,)
        )
        return Intent(
            payment_id=PaymentId(new_id()),
            person_id=PersonId(new_id()),
            amount=usd(sum(part.amount.minor for part in parts)),
            method=self.token(number),
            splits=parts,
            captures_at_once=at_once,
        )

    async def pay_in(self, *tenders: Tender, token: str, parts: Sequence[int] = ()) -> Intent:
        """Ask for a payment of these tenders and run what is due now."""
        whole = sum(tender.amount.minor for tender in tenders)
        made = replace(self.intent(SUCCESS, *(parts or (whole,))), method=token, tenders=tenders)
        async with self.db.transaction() as tx:
            await payments.request(tx, SYSTEM, [made])
        await self.engine.settle()
        return made

    async def payment(self, intent: Intent) -> payments.Payment:
        async with self.db.reading() as tx:
            return await payments.payment_for(tx, as_person(intent.person_id), intent.payment_id)

    async def ask(self, number: str = SUCCESS, *minors: int, at_once: bool = True) -> Intent:
        """Ask for a payment without running anything that follows."""
        made = self.intent(number, *minors, at_once=at_once)
        async with self.db.transaction() as tx:
            await payments.request(tx, SYSTEM, [made])
        return made

    async def pay(self, number: str = SUCCESS, *minors: int, at_once: bool = True) -> Intent:
        """Ask for a payment and run what is due now."""
        made = await self.ask(number, *minors, at_once=at_once)
        await self.engine.settle()
        return made

    async def state(self, intent: Intent) -> str:
        sql = "select state from payments.payment where person_id = $1 and id = $2"
        found: str = await self.db.connection.fetchval(sql, intent.person_id, intent.payment_id)
        return found

    async def facts(self, name: str = "payments.%") -> list[dict[str, Any]]:
        """Every announced fact of that name (or pattern), oldest first."""
        rows = await self.db.connection.fetch(
            "select name, payload from kit.event where name like $1 order by id", name
        )
        return [{"name": row["name"], **row["payload"]} for row in rows]

    async def names(self) -> list[str]:
        return [fact["name"] for fact in await self.facts()]

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of payments and all its facts, to see that nothing changed."""
        found: dict[str, list[Any]] = {"facts": await self.facts()}
        for table in TABLES:
            sql = f"select t::text from payments.{table} t order by 1"
            found[table] = [row[0] for row in await self.db.connection.fetch(sql)]
        return found

    async def books_agree(self) -> None:
        """Our books say what the provider's say."""
        async with self.db.reading() as tx:
            ours = await payments.provider_totals(tx)
        theirs = await self.provider.books()
        busy = {code: both for code, both in theirs.items() if both.captured.is_positive}
        assert dict(ours) == busy

    async def order_payment(self, intent: Intent, place: int = 0) -> payments.OrderPayment:
        part = intent.splits[place]
        async with self.db.reading() as tx:
            found = await payments.payment_of_order(tx, part.shop_id, part.order_id)
        assert found is not None
        return found


def keys(intent: Intent) -> list[tuple[ShopId, OrderId]]:
    return [(part.shop_id, part.order_id) for part in intent.splits]


def open_till(db: OneConnection, engine_for: EngineFor, seed: int = 7) -> Till:
    provider = TestProvider(db, secret="sesame", seed=seed, challenge_url="/testpay/")
    wiring = Wiring([], payments.jobs(provider), [provider.sweep])
    return Till(db, provider, engine_for(wiring))


async def request_void(tx: Tx, intent: Intent) -> None:
    await payments.request_void(tx, SYSTEM, keys(intent))
