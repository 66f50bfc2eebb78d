"""A shop opens: its owner hands in papers, an operator approves; two browsers at once."""

from playwright.async_api import FilePayload

from tests.browser import shopping
from tests.browser.conftest import NewGuest
from tests.browser.guest import Guest, Screen
from tests.browser.site import Site

PAPERS = ("identity", "business_registration", "tax_registration")
BUSINESS = {
    "legal_name": "Marmalade & Sons",
    "tax_number": "12-3456789",
    "representative": "Juno Abernathy",
    "line1": "12 Harbour Street",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "phone": "+1 503 555 0142",
}
ACCOUNT = {
    "holder_name": "Marmalade & Sons",
    "bank_name": "First Harbour Bank",
    "routing_code": "021000021",
    "number": "000123456789",
}
PAPER: FilePayload = {
    "name": "paper.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n%a paper\n",
}


async def test_a_shop_is_opened_and_approved(
    guest: Guest, new_guest: NewGuest, screen: Screen, site: Site
) -> None:
    await shopping.sign_up(guest)
    await guest.go("/sell")
    await guest.link("Open a shop")
    name = f"Marmalade {screen.name}"
    await guest.fill(name=name, tagline="Jars of it", market="us")
    await guest.button("Open the shop")
    shop = guest.path.split("/")[2]
    setup = f"/sell/{shop}/setup"
    await hand_in_everything(guest, setup)

    operator = await new_guest(screen)
    await operator.sign_in(site.world.operator_email(), "/staff-mode")
    await operator.fill(reason="Looking at the shops that wait")
    await operator.button("Enter staff mode")
    await operator.go("/ops/verification")
    await operator.link(name)
    for _ in range(3):
        await operator.button("Approve")
    await operator.sees("Open")

    await guest.go(setup)
    await guest.sees("Your shop is open")
    await guest.go(f"/sell/{shop}/products/new")
    await guest.go(f"/sell/{shop}")


async def hand_in_everything(guest: Guest, setup: str) -> None:
    """Business data, papers and bank account, each by its form."""
    await guest.go(f"{setup}/business")
    await guest.page.locator("[name=legal_form][value=sole_proprietor]").check(force=True)
    await guest.fill(**BUSINESS)
    await guest.button("Hand in")
    for kind in PAPERS:
        await guest.go(f"{setup}/documents?kind={kind}")
        await guest.page.locator("#file").set_input_files(PAPER)
        await guest.button("Hand in")
    await guest.go(f"{setup}/bank-account")
    await guest.fill(**ACCOUNT)
    await guest.button("Hand in")
