"""The operator's desk: the books agree, and time moves at a press."""

from tests.browser.guest import Guest
from tests.browser.site import Site

DESKS = ("/ops", "/ops/verification", "/ops/shops", "/ops/jobs", "/ops/events", "/ops/exceptions")


async def test_operator_proves_the_money_and_moves_the_clock(guest: Guest, site: Site) -> None:
    await guest.sign_in(site.world.operator_email(), "/staff-mode")
    await guest.fill(reason="Looking after the books")
    await guest.button("Enter staff mode")
    for path in DESKS:
        await guest.go(path)
    await guest.go("/ops/money")
    await guest.sees("The books agree")
    await guest.go("/ops/clock")
    face = guest.page.locator(".clock-time")
    before = await site.now()
    await guest.button("1 day")
    await guest.sees("The last move went from")
    assert (await site.now() - before).days == 1
    await guest.look()
    assert await face.inner_text()
