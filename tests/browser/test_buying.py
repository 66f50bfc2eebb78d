"""From signing up to the parcel at the door, in a real browser, on a phone and on a desk."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser import shopping
from tests.browser.checks import focused
from tests.browser.conftest import NewGuest
from tests.browser.guest import PHONE, Guest, Screen
from tests.browser.shopping import CARD, HOME, PAY
from tests.browser.site import Site

SOON = "4000 0000 0010 1008"
CHALLENGE = "4000 0027 6000 3184"
DECLINED = "4000 0000 0000 9995"
SLOWEST_DAYS = 30


async def test_from_sign_up_to_delivered(
    guest: Guest, new_guest: NewGuest, screen: Screen, site: Site
) -> None:
    await shopping.sign_up(guest)
    await shopping.to_checkout(guest, "Celadon", "900 ml")
    await shopping.fill_address(guest)
    total = await guest.page.get_by_role("button", name=PAY).inner_text()
    await guest.page.locator("#ways .choice").last.click()
    await expect(guest.page.get_by_role("button", name=PAY)).not_to_have_text(total)
    await guest.fill(**{**CARD, "card_number": SOON})
    await guest.button(PAY)
    await guest.sees("Your payment is on its way")
    await site.pass_time(timedelta(minutes=31))
    await shopping.is_paid(guest)
    order = await shopping.to_order(guest)
    await site.pass_time(timedelta(hours=2))
    await ship_from_queue(await new_guest(screen), site, order)
    await arrives(guest, site, order)


async def test_from_sign_up_to_delivered_without_scripts(new_guest: NewGuest, site: Site) -> None:
    guest = await new_guest(PHONE, scripts=False)
    await shopping.sign_up(guest)
    await shopping.to_checkout(guest, "Midnight", "600 ml")
    await guest.fill(**HOME)
    await guest.button("Work out delivery and tax")
    await guest.fill(**CARD)
    await guest.button(PAY)
    while not await guest.page.get_by_text("Paid. Thank you!").count():
        await guest.link("Look again")
    order = await shopping.to_order(guest)
    await site.pass_time(timedelta(hours=2))
    await ship_from_queue(await new_guest(PHONE, scripts=False), site, order)
    await arrives(guest, site, order)


async def ship_from_queue(seller: Guest, site: Site, order: str) -> None:
    """The seller finds the order in today's queue, packs it and prints its label."""
    owner = site.world.content.shop("fernhollow").owner
    await seller.sign_in(site.world.email(owner), "/sell")
    shop, number = order.removeprefix("/orders/").split("/")
    await seller.press(seller.page.locator(f"#main a[href='/sell/{shop}']").first)
    row = seller.page.locator(f".queue-title[href^='/sell/{shop}/orders/{number}']")
    await seller.press(row.first)
    await seller.sees("Hollow Teapot")
    await seller.button("Pack this parcel")
    label = seller.page.get_by_role("link", name="Label", exact=True)
    while not await label.count():
        await seller.link("Look again")
    for name in ("Label", "Packing slip"):
        link = seller.page.get_by_role("link", name=name, exact=True)
        address = await link.get_attribute("href")
        answer = await seller.context.request.get(f"{site.url}{address}")
        assert answer.headers["content-type"] == "application/pdf", name
        assert (await answer.body()).startswith(b"%PDF-"), name


async def arrives(guest: Guest, site: Site, order: str) -> None:
    """Days pass until the buyer's page says that the parcel is there."""
    await guest.go(order)
    await expect(guest.page.locator("#live")).to_contain_text("Parcel")
    delivered = guest.page.locator("#live .pill", has_text=re.compile("^Delivered"))
    for _ in range(SLOWEST_DAYS):
        await site.pass_time(timedelta(days=1))
        await guest.go(order)
        if await delivered.count():
            return
    pytest.fail(f"not delivered after {SLOWEST_DAYS} days")


async def test_bank_asks_and_the_buyer_confirms(guest: Guest, site: Site) -> None:
    purchase = await shopping.buy(guest, site, "mira", CHALLENGE)
    await guest.link("Confirm with my bank")
    assert guest.path.startswith("/test-bank/")
    await guest.button("Yes, pay")
    assert guest.path == purchase
    await shopping.is_paid(guest)


async def test_declined_card_then_another(guest: Guest, site: Site) -> None:
    await shopping.buy(guest, site, "theo", DECLINED)
    await guest.sees("The payment was declined")
    await guest.sees("not enough money")
    await guest.link("Pay with another card")
    await guest.fill(**CARD)
    await guest.button(PAY)
    await shopping.is_paid(guest)


async def test_called_off_in_the_free_hour(guest: Guest, site: Site) -> None:
    await shopping.buy(guest, site, "amara")
    await shopping.is_paid(guest)
    order = await shopping.to_order(guest)
    await guest.page.locator("#cancel summary").click()
    await guest.look()
    await guest.page.get_by_role("radio", name="I changed my mind").check()
    await guest.button("Yes, cancel it")
    await guest.go(order)
    await guest.sees("Cancelled by you")


async def test_checkout_by_keyboard(guest: Guest) -> None:
    await shopping.sign_up(guest)
    await shopping.to_checkout(guest, "Rust", "600 ml")
    keys, passed = guest.page.keyboard, []
    await guest.page.locator("#name").focus()
    while True:
        at = await focused(guest.page)
        assert at, "the keyboard is nowhere"
        passed.append(at["id"] or at["text"])
        assert at["isShown"], f"nothing shows that the keyboard is at {passed[-1]}"
        assert at["isInSight"], f"the keyboard is out of sight at {passed[-1]}"
        if PAY.match(at["text"]):
            break
        if typed := {**HOME, **CARD}.get(at["id"]):
            await keys.type(typed)
        await keys.press("Tab")
        if at["id"] == "phone":
            await expect(guest.page.get_by_role("button", name=PAY)).to_be_visible()
        assert len(passed) < 80, f"the button to pay is never reached: {passed}"
    order = [passed.index(field) for field in (*HOME, *CARD)]
    assert order == sorted(order), passed
    async with guest.page.expect_navigation():
        await keys.press("Enter")
    await shopping.is_paid(guest)
