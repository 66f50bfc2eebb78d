"""A former attempt that comes through while another is on its way: the other one is called back,
under its own name."""

from clipcart import payments
from clipcart.identity import as_person
from clipcart.kit.engine import Wiring
from clipcart.payments import TestProvider
from clipcart.payments.actions.hearing import hear
from clipcart.payments.model import News, Said
from clipcart.payments.ports import ChargeOrder
from tests.payments.till import CHALLENGE, SOON, EngineFor, Till
from tests.support.database import OneConnection


class Minutes(TestProvider):
    """The test provider with a record of what it was asked to give up."""

    __test__ = False

    def __init__(self, db: OneConnection) -> None:
        super().__init__(db, secret="sesame", seed=7, challenge_url="/testpay/")
        self.given_up: list[ChargeOrder] = []

    async def void(self, order: ChargeOrder) -> News:
        self.given_up.append(order)
        return await super().void(order)


async def test_the_other_attempt_is_not_given_up_under_the_name_of_the_one_that_paid(
    db: OneConnection, engine_for: EngineFor
) -> None:
    """A provider asked by that name says CAPTURED: the money would be given back, goods kept."""
    provider = Minutes(db)
    till = Till(db, provider, engine_for(Wiring([], payments.jobs(provider), [provider.sweep])))
    intent = await till.pay(CHALLENGE)
    buyer = as_person(intent.person_id)
    first = f"tp_charge-{intent.payment_id}-1"
    async with db.transaction() as tx:
        await payments.try_again(tx, buyer, intent.payment_id, till.token(SOON))
        came = News(intent.person_id, intent.payment_id, 1, Said.CAPTURED, first, intent.amount)
        await hear(tx, provider.name, [came])
    await till.engine.settle()
    assert await till.state(intent) == "CAPTURED"
    named = {order.attempt: order.ref for order in provider.given_up}
    assert named[2] is None
    assert (await till.facts("payments.%refund%")) == []
