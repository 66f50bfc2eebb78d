"""Facts that overtake the payment they follow from: nothing of them is lost."""

from typing import Any

from clipcart.kit.events import Delivered
from clipcart.kit.ids import EventId, OrderId, PaymentId, PersonId, new_id
from clipcart.orders import OrderDelivered, OrderPaid
from clipcart.payments import PaymentCaptured
from clipcart.settlement.actions import sales
from tests.settlement.world import DAY, Books


async def test_a_delivery_heard_before_the_payment_is_released_all_the_same(books: Books) -> None:
    """The payment's facts had failed and were made good only after the parcel had arrived."""
    await books.sold(await books.wish())
    shop_id, order_id = books.shop_id, OrderId(new_id())
    buyer, payment_id = PersonId(new_id()), PaymentId(new_id())

    def told(fact: Any) -> list[Delivered]:
        return [Delivered(EventId(new_id()), now, "job:test", fact)]

    async with books.db.transaction() as tx:
        now = tx.now
        due = now + 30 * DAY
        await sales.on_delivered(tx, told(OrderDelivered(shop_id, order_id, buyer, due)))
        taken = PaymentCaptured(shop_id, order_id, payment_id, buyer, 2743, "USD")
        await sales.on_captured(tx, told(taken))
        paid = OrderPaid(
            shop_id=shop_id,
            order_id=order_id,
            person_id=buyer,
            payment_id=payment_id,
            items_minor=1999,
            shipping_minor=599,
            tax_minor=145,
            tax_included=False,
            total_minor=2743,
            fee_minor=120,
            paid_minor=2743,
            currency="USD",
        )
        await sales.on_paid(tx, told(paid))
    await books.pass_(8 * DAY)
    accounts = await books.accounts(order_id)
    assert "seller_pending" not in accounts
    assert accounts["seller_available"] == -2478
