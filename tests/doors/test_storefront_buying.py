"""The storefront without JavaScript: checking out, paying, following an order, calling it off."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from clipcart import catalog, checkout, identity, orders
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.doors.shopper import CARD, HIDDEN, NEW_ADDRESS, Shopper, set_stock
from tests.support.installation import Visitor
from tests.support.world import World


@pytest.fixture
def shopper(visitor: Visitor, installation: Installation, world: World) -> Shopper:
    """Mira's browser, not signed in yet."""
    return Shopper(visitor, installation, world)


# -- checkout ----------------------------------------------------------------------------------


async def test_buying_to_a_kept_address(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy()
    assert "Your payment is on its way" in (await shopper.visitor.get(url)).text
    await engine.settle()
    page = await shopper.visitor.get(url)
    assert "Paid. Thank you!" in page.text
    part = await shopper.visitor.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "hx-get" not in part.text
    order = await shopper.order()
    assert order.state is orders.State.ON_HOLD
    async with shopper.installation.db.reading() as tx:
        assert await checkout.cart_count(tx, order.buyer_id) == 0


async def test_double_click_buys_once(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    fields = await shopper.form()
    before = await shopper.order_count()
    first, second = await shopper.place(fields), await shopper.place(fields)
    assert first.headers["location"] == second.headers["location"]
    assert await shopper.order_count() == before + 1


async def test_new_address_is_used_and_remembered(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    number = "4242424242424242"
    typed = {**await shopper.form(card_number=number), **NEW_ADDRESS, "keeps_address": "yes"}
    reviewed = await shopper.visitor.http.post("/checkout/review", data=typed)
    assert reviewed.status_code == 200
    assert number not in reviewed.text
    total = re.search(r'name="total_shown" value="(\d+)"', reviewed.text)
    assert total
    answer = await shopper.place({**typed, "total_shown": total.group(1)})
    assert answer.status_code == 303, answer.text
    assert (await shopper.order()).ship_to.city == "Oakland"
    async with shopper.installation.db.reading() as tx:
        kept = await identity.addresses(tx, shopper.world.person("mira"))
    assert kept[0].line1 == NEW_ADDRESS["line1"]


async def test_mistakes_are_said_all_at_once_and_typed_values_stay(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    before = await shopper.order_count()
    typed = {**await shopper.form(card_cvc="1"), **NEW_ADDRESS, "postal_code": "9461"}
    page = await shopper.place(typed)
    assert page.status_code == 422
    assert "write it like" in page.text
    assert "security code" in page.text
    assert 'value="12 Long Meadow Road"' in page.text
    assert await shopper.order_count() == before


async def test_real_card_numbers_are_refused(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    page = await shopper.place(await shopper.form(card_number="4111 1111 1111 1111"))
    assert page.status_code == 422
    assert "Only test cards work here" in page.text
    assert "4111" not in page.text


async def test_moved_price_shows_what_moved_and_keeps_the_card(shopper: Shopper) -> None:
    await shopper.sign_in()
    await shopper.put_in()
    fields, before = await shopper.form(), await shopper.order_count()
    sku = await shopper.sku()
    raised = sku.price + sku.price
    async with shopper.installation.db.transaction() as tx:
        change = catalog.PriceChange(sku.id, raised)
        owner = shopper.world.owner("fernhollow")
        await catalog.change_prices(tx, owner, shopper.shop_id, [change])
    page = await shopper.place(fields)
    assert page.status_code == 409
    assert f"{raised.format()}, it was {sku.price.format()}" in page.text
    assert "Card ending in" in page.text
    assert await shopper.order_count() == before
    again = dict(fields)
    again.update(dict(HIDDEN.findall(page.text)))
    for name in CARD:
        again.pop(name)
    assert (await shopper.place(again)).status_code == 303
    assert (await shopper.order()).lines[0].unit_price == raised


async def test_sold_out_meanwhile(shopper: Shopper) -> None:
    await set_stock(shopper, 1)
    await shopper.sign_in()
    await shopper.put_in()
    fields, before = await shopper.form(), await shopper.order_count()
    await set_stock(shopper, 0)
    page = await shopper.place(fields)
    assert page.status_code == 409
    assert "only 0 left" in page.text
    assert await shopper.order_count() == before


# -- paying ------------------------------------------------------------------------------------


async def test_declined_then_another_card(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000000000009995")
    await engine.settle()
    page = await shopper.visitor.get(url)
    assert "not enough money" in page.text
    wrong = await shopper.visitor.submit(f"{url}/pay", {**CARD, "card_cvc": "1"}, page=url)
    assert wrong.status_code == 422
    assert "security code" in wrong.text
    again = await shopper.visitor.submit(f"{url}/pay", CARD, page=url)
    assert "Your payment is on its way" in again.text
    await engine.settle()
    assert "Paid. Thank you!" in (await shopper.visitor.get(url)).text


async def test_bank_asks_and_is_answered(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000002760003184")
    await engine.settle()
    page = await shopper.visitor.get(url)
    bank = re.search(r'href="[^"]*(/test-bank/[^"]+)"', page.text)
    assert bank, page.text
    path = bank.group(1).partition("?")[0]
    asked = await shopper.visitor.get(bank.group(1))
    assert "Do you want to pay" in asked.text
    assert f'value="{url}"' in asked.text
    await shopper.visitor.submit(path, {"answer": "yes", "back": url}, page=bank.group(1))
    await engine.settle()
    assert "Paid. Thank you!" in (await shopper.visitor.get(url)).text
    assert "answered" in (await shopper.visitor.get(path)).text


async def test_bank_sends_nobody_elsewhere(shopper: Shopper, engine: Engine) -> None:
    url = await shopper.buy("4000002760003184")
    await engine.settle()
    page = await shopper.visitor.get(url)
    path = re.findall(r'href="[^"]*(/test-bank/[^"?]+)', page.text)[0]
    asked = await shopper.visitor.get(f"{path}?back=//evil.test")
    assert "evil.test" not in asked.text


# -- orders ------------------------------------------------------------------------------------


async def test_order_page_tells_the_story(shopper: Shopper, engine: Engine) -> None:
    await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    page = await shopper.visitor.get(url)
    for text in ("Ordered", "Paid", "The shop starts packing", order.total.format("en")):
        assert text in page.text
    part = await shopper.visitor.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "every 20s" in part.text
    assert url in (await shopper.visitor.get("/account/orders")).text


async def test_free_cancel_needs_a_reason_and_is_at_once(shopper: Shopper, engine: Engine) -> None:
    await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    without = await shopper.visitor.submit(f"{url}/cancel", {"reason": "NO"}, page=url)
    assert "Choose a reason" in without.text
    assert (await shopper.order()).state is orders.State.ON_HOLD
    done = await shopper.visitor.submit(f"{url}/cancel", {"reason": "CHANGED_MIND"}, page=url)
    assert "on its way back to you" in done.text
    await engine.settle()
    after = await shopper.visitor.get(url)
    assert "Cancelled by you: you changed your mind." in after.text
    assert "was sent back" in after.text


async def test_later_the_shop_is_asked_and_the_request_can_be_taken_back(
    shopper: Shopper, engine: Engine
) -> None:
    await shopper.buy()
    await engine.settle()
    await engine.advance(timedelta(hours=2))
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    assert "Ask the shop to cancel" in (await shopper.visitor.get(url)).text
    asked = await shopper.visitor.submit(f"{url}/cancel", {"reason": "TOO_SLOW"}, page=url)
    assert "No answer means yes" in asked.text
    back = await shopper.visitor.submit(f"{url}/withdraw", page=url)
    assert "goes on as before" in back.text
    assert (await shopper.order()).state is orders.State.AWAITING_SHIPMENT


async def test_orders_and_purchases_of_others_are_not_there(
    shopper: Shopper, engine: Engine, new_visitor: Callable[[], Visitor], world: World
) -> None:
    purchase = await shopper.buy()
    await engine.settle()
    order = await shopper.order()
    url = f"/orders/{order.shop_id}/{order.id}"
    stranger = new_visitor()
    for path in (purchase, url, "/account/orders"):
        answer = await stranger.http.get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["location"]
    seller = world.content.shop("fernhollow").owner
    await stranger.sign_in(world.email(seller))
    for path in (purchase, url):
        assert (await stranger.get(path)).status_code == 404
    sent = await stranger.submit(
        f"{url}/cancel", {"reason": "CHANGED_MIND"}, page=shopper.teapot_url
    )
    assert sent.status_code in (403, 404)
    assert (await shopper.order()).state is orders.State.ON_HOLD
