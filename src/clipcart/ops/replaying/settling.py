"""Before the first order: people, shops and shelves, in sets that can be gone on with."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from PIL import Image

from clipcart import catalog, identity, inventory, sellers
from clipcart.identity import Actor, as_person
from clipcart.kit.db import Tx
from clipcart.kit.files import Files
from clipcart.kit.ids import PersonId, ShopId
from clipcart.kit.images import check_picture
from clipcart.kit.money import Money
from clipcart.ops.replaying import _sql as sql
from clipcart.ops.replaying.clockwork import StillDatabase, StillEngine
from clipcart.ops.replaying.files import Buyer, FileProduct, FileSeller, History
from clipcart.ops.replaying.plan import SkuName
from clipcart.ops.replaying.record import Record
from clipcart.ops.replaying.telling import Tell

MARKET: Final = "br"
PLATFORM: Final = identity.job_actor("ops.replay")
OPERATOR_EMAIL: Final = "operator@replay.example"
PEOPLE_AT_ONCE: Final = 2_000
SHOPS_AT_ONCE: Final = 100
PRODUCTS_AT_ONCE: Final = 300
PAPERS: Final = ("identity", "tax_registration")
REASON: Final = "It was sold at this price."

T = TypeVar("T")


@dataclass(slots=True)
class Stage:
    """Where the replay happens."""

    db: StillDatabase
    engine: StillEngine
    files: Files
    record: Record
    tell: Tell


def ship_to(buyer: Buyer) -> identity.NewAddress:
    """The buyer's address as far as it is known: street and name are not in the files."""
    return identity.NewAddress(
        name=f"Cliente {buyer.person[:8]}",
        line1="Endereço não informado",
        city=buyer.city,
        region=buyer.state,
        postal_code=f"{buyer.zip_prefix}-000",
    )


async def settle(stage: Stage, history: History) -> None:
    """Everybody and everything that the orders need. Goes on where it stopped."""
    await _people(stage, history)
    operator = await _operator(stage)
    await _shops(stage, history, operator)
    await _shelves(stage, history, operator)


async def _people(stage: Stage, history: History) -> None:
    homes: dict[str, dict[tuple[str, str, str], Buyer]] = defaultdict(dict)
    for order in history.orders:
        each = order.buyer
        homes[each.person].setdefault((each.zip_prefix, each.city, each.state), each)
    left = [person for person in homes if person not in stage.record.people]
    for done, some in _sets(left, PEOPLE_AT_ONCE):
        stage.tell("people", len(homes) - len(left) + done, len(homes))
        async with stage.db.transaction() as tx:
            made = await identity.bring_people(
                tx,
                PLATFORM,
                [
                    identity.NewPerson(f"{person}@buyers.example", f"Cliente {person[:8]}", MARKET)
                    for person in some
                ],
            )
            ids = {person: each.id for person, each in zip(some, made, strict=True)}
            addresses = [
                (ids[person], ship_to(home)) for person in some for home in homes[person].values()
            ]
            await identity.bring_addresses(tx, PLATFORM, MARKET, addresses)
            await tx.run(sql.ADD_PEOPLE, people=list(ids), person_ids=list(ids.values()))
        stage.record.people.update(ids)


async def _operator(stage: Stage) -> Actor:
    """Somebody who answers for the shops; made once."""
    async with stage.db.transaction() as tx:
        person = await identity.person_by_email(tx, OPERATOR_EMAIL)
        if person is None:
            new = identity.NewPerson(OPERATOR_EMAIL, "Replay", MARKET)
            person = (await identity.bring_people(tx, PLATFORM, [new]))[0]
            await identity.grant_role(tx, identity.SYSTEM, person.id)
    return as_person(person.id, roles=frozenset({identity.OPERATOR}), staff_mode=True)


async def _shops(stage: Stage, history: History, operator: Actor) -> None:
    left = [each for key, each in history.sellers.items() if key not in stage.record.shops]
    total = len(history.sellers)
    paper = await stage.files.put("documents", _paper(), ".pdf")
    for done, some in _sets(left, SHOPS_AT_ONCE):
        stage.tell("shops", total - len(left) + done, total)
        async with stage.db.transaction() as tx:
            owners = await identity.bring_people(
                tx,
                PLATFORM,
                [
                    identity.NewPerson(f"{each.id}@sellers.example", _name(each), MARKET)
                    for each in some
                ],
            )
            shop_ids = await sellers.admit_shops(
                tx,
                operator,
                [_arrival(each, owner.id, paper) for each, owner in zip(some, owners, strict=True)],
            )
            await inventory.add_warehouses(
                tx,
                PLATFORM,
                [_warehouse(each, shop_id) for each, shop_id in zip(some, shop_ids, strict=True)],
            )
            owner_ids = [owner.id for owner in owners]
            await tx.run(
                sql.ADD_SELLERS,
                sellers=[each.id for each in some],
                shop_ids=shop_ids,
                owner_ids=owner_ids,
            )
        for each, shop_id, owner_id in zip(some, shop_ids, owner_ids, strict=True):
            stage.record.shops[each.id], stage.record.owners[each.id] = shop_id, owner_id
        await stage.engine.settle()


def _name(seller: FileSeller) -> str:
    return f"Loja {seller.id[:12]}"


def _arrival(seller: FileSeller, owner_id: PersonId, paper: str) -> sellers.Arrival:
    name = _name(seller)
    return sellers.Arrival(
        owner_id=owner_id,
        shop=sellers.OpenShop(name=name, market_id=MARKET, handle=f"loja-{seller.id[:12]}"),
        business=sellers.Business(
            legal_form="individual",
            legal_name=name,
            tax_number=seller.id[:14],
            representative=name,
            line1="Endereço não informado",
            city=seller.city,
            region=seller.state,
            postal_code=f"{seller.zip_prefix}-000",
        ),
        documents=tuple(
            sellers.NewDocument(
                kind=kind, file_key=paper, content_type="application/pdf", size_bytes=len(_paper())
            )
            for kind in PAPERS
        ),
        bank=sellers.NewBankAccount(
            holder_name=name,
            bank_name="Banco",
            routing_code="001",
            # No account of the history ends like the robot's wrong account.
            number=f"{seller.id[:20]}1",
        ),
    )


def _paper() -> bytes:
    return b"%PDF-1.4\n% Verified where the history comes from.\n%%EOF\n"


def _warehouse(seller: FileSeller, shop_id: ShopId) -> inventory.WarehouseDraft:
    return inventory.WarehouseDraft(
        shop_id,
        "Depósito",
        line1="Endereço não informado",
        city=seller.city,
        region=seller.state,
        postal_code=f"{seller.zip_prefix}-000",
        country="BR",
    )


async def _shelves(stage: Stage, history: History, operator: Actor) -> None:
    """Every product in the shop that sells it, at its first price, with all units ever sold."""
    prices, units = _sold(history)
    left: dict[str, list[SkuName]] = defaultdict(list)
    for sku in prices:
        if sku not in stage.record.skus:
            left[sku[0]].append(sku)
    image = await _picture(stage.files)
    categories = _Categories()
    done = len(prices) - sum(map(len, left.values()))
    for shops in _packs(left, PRODUCTS_AT_ONCE):
        stage.tell("products", done, len(prices))
        async with stage.db.transaction() as tx:
            for seller, skus in shops:
                drafts = [
                    _draft(
                        stage.record.shops[seller],
                        history.products[product],
                        prices[seller, product],
                        image,
                        categories,
                    )
                    for _, product in skus
                ]
                await _list(tx, stage, seller, skus, drafts, units)
        done += sum(len(skus) for _, skus in shops)
        await stage.engine.settle()
    await _decide(stage, operator)


def _sold(history: History) -> tuple[Mapping[SkuName, int], Mapping[SkuName, int]]:
    prices: dict[SkuName, int] = {}
    units: Counter[SkuName] = Counter()
    for order in history.orders:
        for line in order.lines:
            prices.setdefault((line.seller, line.product), line.price_minor)
            units[line.seller, line.product] += 1
    return prices, units


def _packs(
    left: Mapping[str, Sequence[SkuName]], size: int
) -> Iterator[list[tuple[str, Sequence[SkuName]]]]:
    """Shops with what is to be listed there, so many products at a time; big ones in parts."""
    pack: list[tuple[str, Sequence[SkuName]]] = []
    room = size
    for seller, skus in left.items():
        for _, part in _sets(skus, size):
            if len(part) > room and pack:
                yield pack
                pack, room = [], size
            pack.append((seller, part))
            room -= len(part)
    if pack:
        yield pack


class _Categories:
    """The leaf that a category of the history speaks for most, by its English name."""

    def __init__(self) -> None:
        self._known: dict[str, catalog.CategoryId] = {}

    def of(self, name: str) -> catalog.CategoryId:
        """A leaf that asks for no attributes, since the files have none."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> catalog.CategoryId:
        for text in (name, *reversed(name.split()), "home decor", "decor"):
            for found in catalog.recommend_category(text, limit=10):
                if not catalog.missing_attributes(found.category.id, ()):
                    return found.category.id
        raise LookupError(f"the tree has no leaf for {name}")


def _draft(
    shop_id: ShopId,
    product: FileProduct,
    price_minor: int,
    image: str,
    categories: _Categories,
) -> catalog.ProductDraft:
    name = product.category or "product"
    title = f"{name.capitalize()} {product.id[:8]}"
    return catalog.ProductDraft(
        shop_id=shop_id,
        title=title,
        description_html="",
        category_id=categories.of(name),
        skus=(
            catalog.SkuDraft(
                price=Money.of(price_minor, "BRL"),
                seller_sku=product.id,
                weight_g=product.weight_g,
            ),
        ),
        images=(catalog.Image(image, title),),
        handle=product.id,
    )


async def _picture(files: Files) -> str:
    """The files have no pictures: one plain square stands for all."""
    out = io.BytesIO()
    Image.new("RGB", (600, 600), (236, 240, 239)).save(out, "PNG")
    picture = check_picture("image", out.getvalue())
    return await files.put_picture("products", picture.content, picture.thumbnail)


async def _list(
    tx: Tx,
    stage: Stage,
    seller: str,
    skus: Sequence[SkuName],
    drafts: Sequence[catalog.ProductDraft],
    units: Mapping[SkuName, int],
) -> None:
    shop_id = stage.record.shops[seller]
    ids = await catalog.create_products(tx, PLATFORM, shop_id, drafts)
    made = await catalog.skus_of_products(tx, PLATFORM, shop_id, ids)
    sku_ids = [made[product_id][0].id for product_id in ids]
    await inventory.set_on_hand(
        tx,
        PLATFORM,
        [
            inventory.StockChange(shop_id, sku_id, units[name])
            for name, sku_id in zip(skus, sku_ids, strict=True)
        ],
    )
    await catalog.submit(tx, PLATFORM, shop_id, ids)
    await tx.run(
        sql.ADD_SKUS,
        sellers=[name[0] for name in skus],
        products=[name[1] for name in skus],
        shop_ids=[shop_id] * len(skus),
        sku_ids=sku_ids,
    )
    stage.record.skus.update(zip(skus, sku_ids, strict=True))


async def _decide(stage: Stage, operator: Actor) -> None:
    """What the checks find odd is looked at: a price that was paid is no mistake."""
    while True:
        async with stage.db.reading() as tx:
            page = await catalog.audit_queue(
                tx, operator, audit_status=catalog.AuditStatus.AUDITING
            )
        if not page.items:
            return
        async with stage.db.transaction() as tx:
            for card in page.items:
                await catalog.decide_audit(
                    tx, operator, card.shop_id, card.product_id, approved=True, reason=REASON
                )
        await stage.engine.settle()


def _sets(items: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    """Parts of a list with how many came before."""
    for start in range(0, len(items), size):
        yield start, items[start : start + size]
