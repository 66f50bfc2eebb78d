"""Shops in every stage, built through the face."""

from dataclasses import dataclass
from datetime import date

from clipcart import identity, sellers
from clipcart.identity import Actor, as_person
from clipcart.kit.db import Tx
from clipcart.sellers import (
    Business,
    NewBankAccount,
    NewDocument,
    OpenShop,
    Requirement,
    Role,
    Shop,
    ShopState,
)
from tests.identity.support import PASSWORD, join, operator_of

BASE = "https://shop.example"
PAPERS = ("identity", "business_registration", "tax_registration")
"""What the US market asks of a sole proprietor."""

BUSINESS = Business(
    legal_form="sole_proprietor",
    legal_name="Okafor Teapots",
    tax_number="12-3456789",
    representative="Mira Okafor",
    line1="12 Harbour Street",
    city="Portland",
    region="OR",
    postal_code="97201",
    phone="+1 503 555 0142",
)
ACCOUNT = NewBankAccount(
    holder_name="Okafor Teapots",
    bank_name="First Harbour Bank",
    routing_code="021000021",
    number="0001 2345 6789",
)


def paper(kind: str, expires_on: date | None = None) -> NewDocument:
    return NewDocument(
        kind=kind,
        file_key=f"documents/{kind}",
        content_type="application/pdf",
        size_bytes=120_000,
        expires_on=expires_on,
    )


@dataclass(frozen=True)
class Stall:
    """A shop and its owner."""

    shop: Shop
    owner: Actor


async def again(tx: Tx, actor: Actor) -> Actor:
    """The actor as the next call of a door would see them."""
    assert actor.person_id is not None
    return await sellers.with_memberships(tx, as_person(actor.person_id))


async def open_stall(tx: Tx, owner: str = "Mira Okafor", name: str = "The Teapot") -> Stall:
    person = as_person((await join(tx, owner)).id)
    shop = await sellers.open_shop(tx, person, OpenShop(name=name, market_id="us"))
    return Stall(shop, await again(tx, person))


async def hand_everything_in(tx: Tx, stall: Stall) -> None:
    await sellers.submit_business(tx, stall.owner, stall.shop.id, BUSINESS)
    for kind in PAPERS:
        await sellers.add_document(tx, stall.owner, stall.shop.id, paper(kind))
    await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, ACCOUNT)


async def live_stall(tx: Tx, owner: str = "Mira Okafor", name: str = "The Teapot") -> Stall:
    stall = await open_stall(tx, owner, name)
    await hand_everything_in(tx, stall)
    operator = await operator_of(tx, f"Operator of {name}")
    for requirement in Requirement:
        await sellers.decide(tx, operator, stall.shop.id, requirement, approved=True)
    return Stall(await sellers.shop(tx, stall.shop.id), stall.owner)


async def invite(tx: Tx, stall: Stall, email: str, role: Role) -> str:
    """Invite somebody; gives the token of the link in the e-mail."""
    await sellers.invite_staff(tx, stall.owner, stall.shop.id, email, role, BASE)
    newest = (await identity.outbox(tx, identity.SYSTEM)).items[0]
    assert newest.recipient == email
    assert newest.body is not None
    return newest.body.partition(f"{BASE}/seller/invitations/")[2].split()[0]


async def hire(tx: Tx, stall: Stall, name: str, role: Role) -> Actor:
    """Somebody who works in the shop."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    person = await identity.sign_up(tx, email, PASSWORD, name, "us")
    token = await invite(tx, stall, email, role)
    await sellers.accept_invitation(tx, as_person(person.id), token)
    return await again(tx, as_person(person.id))


async def state_of(tx: Tx, stall: Stall) -> ShopState:
    return (await sellers.shop(tx, stall.shop.id)).state
