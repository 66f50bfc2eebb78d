"""What buyers do again and again: come in, choose, fill in the checkout, press."""

import itertools
import re

from playwright.async_api import expect

from tests.browser.guest import Guest
from tests.browser.site import Site

CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "12/39", "card_cvc": "123"}
HOME = {
    "name": "Juno Abernathy",
    "line1": "12 Long Meadow Road",
    "city": "Oakland",
    "region": "CA",
    "postal_code": "94612",
    "phone": "510 555 0101",
}
PAY = re.compile(r"^Pay \$")
_numbers = itertools.count(1)


async def sign_up(guest: Guest) -> str:
    """Open an account by the form; gives its e-mail."""
    email = f"juno{next(_numbers)}@browser.example"
    await guest.go("/sign-in")
    await guest.link(re.compile("account|Sign up", re.I))
    await guest.fill(name="Juno Abernathy", email=email, password="umbrella piano gravel")
    await guest.button("Open the account")
    return email


async def find_teapot(guest: Guest) -> None:
    """Search for it, and open its page."""
    await guest.go("/")
    await guest.page.get_by_role("searchbox").first.fill("teapot wood-ash")
    async with guest.page.expect_navigation():
        await guest.page.get_by_role("searchbox").first.press("Enter")
    await guest.look()
    await guest.link(re.compile("^Hollow Teapot"))


async def choose(guest: Guest, *variants: str) -> None:
    """Choose a value on each axis."""
    for variant in variants:
        link = guest.page.get_by_role("link", name=variant, exact=True)
        await link.click()
        await expect(link).to_have_attribute("aria-current", "true")
        await guest.look()


async def to_checkout(guest: Guest, *variants: str) -> None:
    """Find the teapot, choose it, put it into the cart, go to the checkout."""
    await find_teapot(guest)
    await choose(guest, *variants)
    await guest.button("Add to cart")
    if not guest.path.startswith("/cart"):
        await guest.go("/cart")
    await guest.sees("Hollow Teapot")
    await guest.link("Check out")


async def fill_address(guest: Guest) -> None:
    """Where to; with JavaScript, delivery and total follow by themselves."""
    await guest.fill(**HOME)
    await guest.page.locator("#postal_code").blur()
    await expect(guest.page.get_by_role("button", name=PAY)).to_be_visible()
    await guest.look()


async def buy(guest: Guest, site: Site, person: str, card: str = CARD["card_number"]) -> str:
    """Somebody with an address buys the teapot from its page; gives the purchase's path."""
    await guest.sign_in(site.world.email(person), site.teapot)
    await guest.button("Add to cart")
    await guest.go("/checkout")
    await guest.fill(**{**CARD, "card_number": card})
    await guest.button(PAY)
    assert guest.path.startswith("/purchases/")
    return guest.path


async def is_paid(guest: Guest) -> None:
    """Wait for the payment to be taken, without touching anything."""
    await guest.sees("Paid. Thank you!")
    await guest.look()


async def to_order(guest: Guest) -> str:
    """From the purchase to its order; gives the order's path."""
    await guest.press(guest.page.locator(".order-card h2 a").first)
    return guest.path
