"""The demo world's people, shops and shelves: made by the same actions that real ones use."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Final, TypeVar

from clipcart import catalog, identity, inventory, markets, sellers
from clipcart.demo import content_model as content
from clipcart.demo.documents import verification_paper
from clipcart.demo.pictures.shopfronts import avatar_for, banner_for
from clipcart.demo.shooting import shoot
from clipcart.identity import Actor, as_person
from clipcart.kit.db import Database, Tx
from clipcart.kit.engine import Engine
from clipcart.kit.files import Files
from clipcart.kit.ids import PersonId, ProductId, ShopId
from clipcart.kit.images import Picture
from clipcart.kit.money import Currency, Money, currency

PASSWORD: Final = "clipcart-demo"
"""The password of everybody in the demo world."""

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Album:
    """Keys of a product's stored pictures: its gallery, and one per colour value."""

    gallery: list[str]
    colours: dict[str, str]


@dataclass(slots=True)
class Scene:
    """Who and what is there so far, by the content's handles."""

    db: Database
    files: Files
    engine: Engine
    world: content.World
    people: dict[str, PersonId] = field(default_factory=dict)
    shops: dict[str, ShopId] = field(default_factory=dict)
    products: dict[str, ProductId] = field(default_factory=dict)
    operator: str = ""
    pictures_each: int = 2
    picture_px: int = 560

    def actor(self, handle: str) -> Actor:
        """A person as a signed-in actor, without shops."""
        return as_person(self.people[handle])

    def staff(self, handle: str, shop: str, role: sellers.Role = sellers.Role.OWNER) -> Actor:
        """A person with a role's grants in one shop."""
        return as_person(self.people[handle], memberships={self.shops[shop]: sellers.GRANTS[role]})

    @property
    def staff_mode(self) -> Actor:
        """The operator in staff mode."""
        return as_person(
            self.people[self.operator],
            roles=frozenset({identity.OPERATOR}),
            staff_mode=True,
        )


def market_of(shop: content.Shop) -> markets.Market:
    """The shop's market."""
    return markets.get(shop.market.lower())


async def settle_people(scene: Scene, progress: Progress) -> None:
    """Everybody signs up; shoppers keep their addresses."""
    by_country = {market.country: market.id for market in markets.all()}
    people = scene.world.people
    for done, person in enumerate(people):
        progress("people", done, len(people))
        home = person.addresses[0].country if person.addresses else "US"
        async with scene.db.transaction() as tx:
            made = await identity.sign_up(tx, person.email, PASSWORD, person.name, by_country[home])
            scene.people[person.handle] = made.id
            for address in person.addresses:
                await identity.add_address(
                    tx,
                    scene.actor(person.handle),
                    by_country[address.country],
                    identity.NewAddress(
                        name=address.name,
                        line1=address.line1,
                        line2=address.line2,
                        city=address.city,
                        region=address.region,
                        postal_code=address.postal_code,
                        phone=address.phone,
                    ),
                )
            if person.role is content.Role.OPERATOR:
                await identity.grant_role(tx, identity.SYSTEM, made.id)
                scene.operator = scene.operator or person.handle


async def open_shops(scene: Scene, progress: Progress) -> None:
    """Owners open their shops and show their papers; the operator decides on most of them."""
    shops = scene.world.shops
    for done, shop in enumerate(shops):
        progress("shops", done, len(shops))
        avatar_key = await scene.files.put("shops", avatar_for(shop), ".png")
        banner_key = await scene.files.put("shops", banner_for(shop), ".png")
        async with scene.db.transaction() as tx:
            await _open_shop(scene, tx, shop, avatar_key, banner_key)
        await _show_papers(scene, shop)
        if shop.approval is content.Approval.APPROVED:
            async with scene.db.transaction() as tx:
                for requirement in sellers.Requirement:
                    await sellers.decide(
                        tx, scene.staff_mode, scene.shops[shop.handle], requirement, approved=True
                    )
        await scene.engine.settle()


async def _open_shop(
    scene: Scene, tx: Tx, shop: content.Shop, avatar_key: str, banner_key: str
) -> None:
    opened = await sellers.open_shop(
        tx,
        scene.actor(shop.owner),
        sellers.OpenShop(
            name=shop.name,
            market_id=market_of(shop).id,
            handle=shop.handle,
            tagline=shop.tagline,
            story=shop.story,
            accent=shop.accent,
        ),
    )
    scene.shops[shop.handle] = opened.id
    owner = scene.staff(shop.owner, shop.handle)
    await sellers.update_settings(
        tx,
        owner,
        opened.id,
        sellers.ShopSettings(
            name=shop.name,
            tagline=shop.tagline,
            story=shop.story,
            accent=shop.accent,
            avatar_key=avatar_key,
            banner_key=banner_key,
            free_cancel_hours=shop.free_cancel_hours,
        ),
    )
    await inventory.add_warehouse(
        tx,
        owner,
        inventory.WarehouseDraft(
            shop_id=opened.id,
            name=shop.warehouse.name,
            line1=shop.warehouse.line1,
            city=shop.warehouse.city,
            region=shop.warehouse.region,
            postal_code=shop.warehouse.postal_code,
            country=shop.warehouse.country,
        ),
    )
    await _join_staff(scene, tx, shop, owner)


async def _join_staff(scene: Scene, tx: Tx, shop: content.Shop, owner: Actor) -> None:
    roles = {"manager": sellers.Role.MANAGER, "fulfilment": sellers.Role.PACKER}
    for member in shop.staff:
        person = scene.world.person(member.person)
        await sellers.invite_staff(
            tx,
            owner,
            scene.shops[shop.handle],
            person.email,
            roles[member.role],
            "http://localhost",
        )
        letters = await identity.outbox(tx, scene.staff_mode, limit=5)
        letter = next(mail for mail in letters.items if mail.recipient == person.email)
        token = re.findall(r"/invitations/([\w.-]+)", letter.body or "")[0]
        await sellers.accept_invitation(tx, scene.actor(member.person), token)


async def _show_papers(scene: Scene, shop: content.Shop) -> None:
    market, shop_id = market_of(shop), scene.shops[shop.handle]
    owner = scene.staff(shop.owner, shop.handle)
    async with scene.db.transaction() as tx:
        required = market.at(tx.now).documents_required[shop.legal_form]
        await sellers.submit_business(
            tx,
            owner,
            shop_id,
            sellers.Business(
                legal_form=shop.legal_form,
                legal_name=shop.legal_name,
                tax_number=shop.tax_number,
                representative=scene.world.person(shop.owner).name,
                line1=shop.address.line1,
                line2=shop.address.line2,
                city=shop.address.city,
                region=shop.address.region,
                postal_code=shop.address.postal_code,
                phone=shop.address.phone,
            ),
        )
    if shop.approval is content.Approval.MISSING_DOCUMENT:
        required = required[:-1]
    for kind in required:
        paper = verification_paper(kind, shop.legal_name, shop.tax_number)
        key = await scene.files.put("documents", paper, ".pdf")
        async with scene.db.transaction() as tx:
            await sellers.add_document(
                tx,
                owner,
                shop_id,
                sellers.NewDocument(
                    kind=kind,
                    file_key=key,
                    content_type="application/pdf",
                    size_bytes=len(paper),
                ),
            )
    async with scene.db.transaction() as tx:
        await sellers.submit_bank_account(
            tx,
            owner,
            shop_id,
            sellers.NewBankAccount(
                holder_name=shop.bank_holder,
                bank_name=shop.bank_name,
                routing_code=shop.bank_account[:9],
                number=shop.bank_account,
            ),
        )


async def fill_shelves(scene: Scene, progress: Progress) -> None:
    """Every product with its pictures and stock, listed as the content says."""
    products = scene.world.products
    albums: dict[str, Album] = {}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as studio:
        shooting = partial(shoot, most=scene.pictures_each, size=scene.picture_px)
        shots = studio.map(shooting, products, chunksize=4)
        for done, (product, shot) in enumerate(zip(products, shots, strict=True)):
            progress("pictures", done, len(products))
            albums[product.handle] = Album(
                [await _store(scene.files, picture) for picture in shot.gallery],
                {value: await _store(scene.files, p) for value, p in shot.colours.items()},
            )
    for done, shop in enumerate(scene.world.shops):
        progress("products", done, len(scene.world.shops))
        await _list_products(scene, shop, albums)
        await scene.engine.settle()


async def _store(files: Files, picture: Picture) -> str:
    return await files.put_picture("products", picture.content, picture.thumbnail)


async def _list_products(
    scene: Scene,
    shop: content.Shop,
    albums: Mapping[str, Album],
) -> None:
    if not shop.products:
        return
    shop_id, owner = scene.shops[shop.handle], scene.staff(shop.owner, shop.handle)
    drafts = [
        draft_of(
            shop_id,
            product,
            albums[product.handle],
            currency(shop.currency),
        )
        for product in shop.products
    ]
    for some, products in zip(_chunks(drafts, 10), _chunks(list(shop.products), 10), strict=True):
        async with scene.db.transaction() as tx:
            ids = await catalog.create_products(tx, owner, shop_id, some)
            submitted: list[ProductId] = []
            for product, product_id in zip(products, ids, strict=True):
                scene.products[product.handle] = product_id
                await _stock(tx, owner, shop_id, product_id, product)
                if product.listing is not content.Listing.DRAFT:
                    submitted.append(product_id)
            await catalog.submit(tx, owner, shop_id, submitted)
            for product in products:
                if product.listing is content.Listing.AUDIT_FAILED:
                    await catalog.decide_audit(
                        tx,
                        scene.staff_mode,
                        shop_id,
                        scene.products[product.handle],
                        approved=False,
                        reason=product.audit_note,
                    )
    await scene.engine.settle()
    resting = [
        scene.products[product.handle]
        for product in shop.products
        if product.listing is content.Listing.DEACTIVATED
    ]
    async with scene.db.transaction() as tx:
        await catalog.deactivate(tx, owner, shop_id, resting)


def draft_of(
    shop_id: ShopId,
    product: content.Product,
    album: Album,
    money: Currency,
) -> catalog.ProductDraft:
    def picture_of(values: Sequence[str]) -> str:
        return next((album.colours[value] for value in values if value in album.colours), "")

    category = catalog.category_at(product.category)
    if category is None:
        raise ValueError(f"{product.handle}: there is no category {product.category!r}")
    said = dict(product.attributes)
    return catalog.ProductDraft(
        shop_id=shop_id,
        title=product.title,
        description_html=product.description_html,
        category_id=category.id,
        attributes=tuple(
            catalog.ProductAttribute(attribute.id, (catalog.Chosen(said[attribute.key]),))
            for attribute in catalog.attributes_of(category.id)
            if attribute.key in said
        ),
        axes=tuple(catalog.Axis(axis.name, axis.values) for axis in product.axes),
        images=tuple(
            catalog.Image(key, f"{product.title[:150]}, picture {place}")
            for place, key in enumerate([*album.gallery, *album.colours.values()][:6], start=1)
        ),
        handle=product.handle,
        skus=tuple(
            catalog.SkuDraft(
                price=Money(sku.price_minor, money),
                options=sku.values,
                seller_sku=sku.code,
                weight_g=sku.weight_g,
                image_key=picture_of(sku.values),
            )
            for sku in product.skus
        ),
    )


def _chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


async def _stock(
    tx: Tx, owner: Actor, shop_id: ShopId, product_id: ProductId, product: content.Product
) -> None:
    by_code = {sku.code: sku.stock for sku in product.skus}
    listed = await catalog.product_for(tx, owner, shop_id, product_id)
    changes = [
        inventory.StockChange(shop_id, sku.id, by_code[sku.seller_sku])
        for sku in listed.product.skus
    ]
    await inventory.set_on_hand(tx, owner, changes)
