"""What a sandbox shop is made of: papers, shelves and a buyer, from the content of the demo."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clipcart import catalog, identity, inventory, sellers
from clipcart.demo.content_loader import world
from clipcart.demo.content_model import Address, Shop
from clipcart.demo.documents import verification_paper
from clipcart.demo.pictures.studio import pictures_for
from clipcart.demo.settling import Album, draft_of
from clipcart.identity import Actor, as_person, robot
from clipcart.kit.db import Tx
from clipcart.kit.files import Files
from clipcart.kit.ids import PersonId, ShopId
from clipcart.kit.images import check_picture
from clipcart.kit.money import currency
from clipcart.markets import Rules

ROBOT: Final = robot("sandbox")
MODELS: Final[Mapping[str, str]] = {"us": "fernhollow", "jp": "mizuiro"}
"""Whose shelves a sandbox shop of a market has, by the content's handles."""

PRODUCTS: Final = 3
STOCK: Final = 10_000
PICTURE_PX: Final = 480


@dataclass(frozen=True, slots=True)
class Supplies:
    """Files that are stored before the shop is made: its paper, and a picture per product."""

    model: Shop
    paper_key: str
    paper_bytes: int
    pictures: Mapping[str, str]


def model_of(market_id: str) -> Shop:
    """Whose shelves a shop of this market has."""
    return world().shop(MODELS.get(market_id, MODELS["us"]))


async def supplies_for(files: Files, market_id: str) -> Supplies:
    """Draw the pictures and store them."""
    model = model_of(market_id)
    paper = verification_paper("sandbox", model.legal_name, model.tax_number)
    key, pictures = await files.put("documents", paper, ".pdf"), {}
    for product in model.products[:PRODUCTS]:
        raw = (await asyncio.to_thread(pictures_for, product, most=1, size=PICTURE_PX))[0][1]
        picture = check_picture("image", raw)
        pictures[product.handle] = await files.put_picture(
            "products", picture.content, picture.thumbnail
        )
    return Supplies(model, key, len(paper), pictures)


def arrival_of(
    supplies: Supplies, rules: Rules, owner_id: PersonId, market_id: str, name: str
) -> sellers.Arrival:
    """The shop with everything that its market asks for."""
    model = supplies.model
    address = model.address
    return sellers.Arrival(
        owner_id=owner_id,
        shop=sellers.OpenShop(
            name=name,
            market_id=market_id,
            handle=f"sandbox-{secrets.token_hex(5)}",
            tagline="A shop for trying things out.",
            accent=model.accent,
        ),
        business=sellers.Business(
            legal_form=model.legal_form,
            legal_name=model.legal_name,
            tax_number=model.tax_number,
            representative="Sandbox",
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            region=address.region,
            postal_code=address.postal_code,
            phone=address.phone,
        ),
        documents=tuple(
            sellers.NewDocument(
                kind=kind,
                file_key=supplies.paper_key,
                content_type="application/pdf",
                size_bytes=supplies.paper_bytes,
            )
            for kind in rules.documents_required[model.legal_form]
        ),
        bank=sellers.NewBankAccount(
            holder_name=model.legal_name,
            bank_name=model.bank_name,
            routing_code=model.bank_account[:9],
            number=model.bank_account,
        ),
    )


async def stock(tx: Tx, seller: Actor, shop_id: ShopId, supplies: Supplies) -> None:
    """A warehouse, products with plenty of stock, handed in for the review."""
    model, home = supplies.model, supplies.model.warehouse
    await inventory.add_warehouse(
        tx,
        seller,
        inventory.WarehouseDraft(
            shop_id=shop_id,
            name=home.name,
            line1=home.line1,
            city=home.city,
            region=home.region,
            postal_code=home.postal_code,
            country=home.country,
        ),
    )
    products = model.products[:PRODUCTS]
    drafts = [
        draft_of(
            shop_id,
            product,
            Album([supplies.pictures[product.handle]], {}),
            currency(model.currency),
        )
        for product in products
    ]
    ids = await catalog.create_products(tx, seller, shop_id, drafts)
    changes: list[inventory.StockChange] = []
    for product_id in ids:
        listed = await catalog.product_for(tx, seller, shop_id, product_id)
        changes += [inventory.StockChange(shop_id, sku.id, STOCK) for sku in listed.product.skus]
    await inventory.set_on_hand(tx, seller, changes)
    await catalog.submit(tx, seller, shop_id, ids)


async def a_buyer(tx: Tx, market_id: str) -> PersonId:
    """A person who buys in one sandbox shop. Nobody knows the password."""
    email = f"buyer-{secrets.token_hex(6)}@sandbox.example"
    made = await identity.sign_up(tx, email, secrets.token_urlsafe(24), "Sandy Box", market_id)
    address = _address(market_id)
    await identity.add_address(
        tx,
        as_person(made.id),
        market_id,
        identity.NewAddress(
            name="Sandy Box",
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            region=address.region,
            postal_code=address.postal_code,
            phone=address.phone,
        ),
    )
    return made.id


def _address(market_id: str) -> Address:
    """An address of the market, from the people of the content."""
    country = market_id.upper()
    found: Sequence[Address] = [
        each for person in world().people for each in person.addresses if each.country == country
    ]
    return found[0] if found else model_of(market_id).address
