"""What sellers keep beside what buyers read: brands, packages, barcodes, numbers elsewhere."""

from decimal import Decimal

import pytest

from clipcart import catalog, inventory
from clipcart.catalog import (
    Barcode,
    BarcodeType,
    BrandId,
    BrandNameTaken,
    CannotEdit,
    LengthUnit,
    NoSuchBrand,
    PriceChange,
    ProductDetails,
    ShopFilter,
    Size,
    SkuDetails,
    SkuDraft,
    Status,
    TooManyBrands,
    Weight,
    WeightUnit,
)
from clipcart.catalog.actions import branding
from clipcart.catalog.details import barcode_problem
from clipcart.inventory import StockChange, WarehouseDraft
from clipcart.kit.db import Database
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.ids import OrderId, new_id
from tests.catalog.world import open_shop, person, refused, teapot, usd

DETAILS = ProductDetails(
    external_id="A-17",
    weight=Weight(Decimal("1.5"), WeightUnit.POUND),
    size=Size(Decimal(10), Decimal("9.5"), Decimal(8), LengthUnit.INCH),
)
SKU_DETAILS = SkuDetails("B-18", Barcode("4006381333931", BarcodeType.EAN))


@pytest.mark.parametrize(
    ("code", "system", "is_fine"),
    [
        ("4006381333931", BarcodeType.EAN, True),
        ("4006381333932", BarcodeType.EAN, False),
        ("036000291452", BarcodeType.UPC, True),
        ("036000291452", BarcodeType.EAN, False),
        ("080442957X", BarcodeType.ISBN, True),
        ("0804429570", BarcodeType.ISBN, False),
        ("9780306406157", BarcodeType.ISBN, True),
        ("400638133393X", BarcodeType.EAN, False),
        ("", BarcodeType.GTIN, False),
    ],
)
def test_barcodes_check_themselves(code: str, system: BarcodeType, is_fine: bool) -> None:
    assert (barcode_problem("barcode", Barcode(code, system)) is None) is is_fine


async def test_details_are_kept_until_they_are_said_anew(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        said = teapot(
            shop, skus=(SkuDraft(usd(4800), ("Moss",), details=SKU_DETAILS),), details=DETAILS
        )
        product_id = await catalog.create_product(tx, shop.staff, said)
        await catalog.edit_product(tx, shop.staff, product_id, teapot(shop, title="A plain teapot"))
        kept = (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product
        assert kept.title == "A plain teapot"
        assert kept.details == DETAILS
        assert kept.skus[0].details == SKU_DETAILS
        assert DETAILS.weight is not None
        assert DETAILS.weight.grams == 680
        again = teapot(shop, details=ProductDetails(external_id="C-19"))
        await catalog.edit_product(tx, shop.staff, product_id, again)
        newer = (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product
        assert newer.details == ProductDetails(external_id="C-19")


async def test_brands_are_a_shops_own(db: Database) -> None:
    async with db.transaction() as tx:
        shop, other = await open_shop(tx), await open_shop(tx)
        both = person(shop.id, other.id)
        brand_id = await catalog.add_brand(tx, both, [shop.id, other.id], "  Kiln   and Leaf ")
        for one in (shop, other):
            page = await catalog.brands_of_shop(tx, one.staff, one.id, prefix="KILN")
            assert [(each.id, each.name) for each in page.items] == [(brand_id, "Kiln and Leaf")]
            assert await catalog.count_brands(tx, one.staff, one.id) == 1
        under = teapot(shop, details=ProductDetails(brand_id=brand_id))
        product_id = await catalog.create_product(tx, shop.staff, under)
        found = await catalog.product_for(tx, shop.staff, shop.id, product_id)
        assert found.brand is not None
        assert found.brand.name == "Kiln and Leaf"
    async with refused(db, BrandNameTaken) as no:
        await catalog.add_brand(no.tx, both, [other.id], "kiln AND leaf")
    async with refused(db, Forbidden) as no:
        await catalog.add_brand(no.tx, shop.staff, [shop.id, other.id], "Alder")
    async with refused(db, Forbidden) as no:
        await catalog.add_brand(no.tx, shop.staff, [], "Alder")
    async with refused(db, Invalid) as no:
        await catalog.add_brand(no.tx, shop.staff, [shop.id], "K")
    unknown = teapot(shop, details=ProductDetails(brand_id=BrandId(5)), title="Another teapot")
    async with refused(db, NoSuchBrand) as no:
        await catalog.create_product(no.tx, shop.staff, unknown)
    async with refused(db, NoSuchBrand) as no:
        await catalog.edit_product(no.tx, shop.staff, product_id, unknown)


async def test_brands_have_their_number(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branding, "BRANDS_A_DAY", 2)
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        for name in ("Alder", "Birch"):
            await catalog.add_brand(tx, shop.staff, [shop.id], name)
    async with refused(db, TooManyBrands) as no:
        await catalog.add_brand(no.tx, shop.staff, [shop.id], "Cedar")


async def test_a_trial_says_what_creating_would_and_stores_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        fine = await catalog.try_product(tx, shop.staff, teapot(shop))
        assert (fine.problems, fine.refusals, fine.findings) == ((), (), ())
        bad = teapot(
            shop,
            title="CALL 555 123 456 789",
            category_id=catalog.CategoryId(3),
            details=ProductDetails(brand_id=BrandId(7), external_id="x" * 101),
        )
        told = await catalog.try_product(tx, shop.staff, bad)
        assert [each.field for each in told.problems] == ["external_id"]
        assert [each.code for each in told.refusals] == [
            "catalog.no_such_category",
            "catalog.no_such_brand",
        ]
        assert {each.code for each in told.findings} >= {"contact_phone"}
        assert await catalog.count_products(tx, shop.staff, shop.id, ShopFilter()) == 0


async def test_prices_of_deleted_products_stay(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        product_id = await catalog.create_product(tx, shop.staff, teapot(shop))
        sku = (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product.skus[0]
        await catalog.delete(tx, shop.staff, shop.id, [product_id])
    async with refused(db, CannotEdit) as no:
        await catalog.change_prices(no.tx, shop.staff, shop.id, [PriceChange(sku.id, usd(100))])


async def test_lists_narrow_by_everything_and_count_alike(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        coded = (SkuDraft(usd(4800), ("Moss",), "TEA-1"),)
        first = await catalog.create_product(tx, shop.staff, teapot(shop, skus=coded))
        second = await catalog.create_product(tx, shop.staff, teapot(shop, title="Another teapot"))
        await catalog.submit(tx, shop.staff, shop.id, [second])
        sku = (await catalog.skus_of_products(tx, shop.staff, shop.id, [first]))[first][0]
        now = tx.now
        for narrow, expected in (
            (ShopFilter(), {first, second}),
            (ShopFilter(statuses=[Status.DRAFT]), {first}),
            (ShopFilter(audit_statuses=[catalog.AuditStatus.AUDITING]), {second}),
            (ShopFilter(text="another"), {second}),
            (ShopFilter(seller_skus=["TEA-1"]), {first}),
            (ShopFilter(sku_ids=[sku.id]), {first}),
            (ShopFilter(created_from=now, created_to=now), {first, second}),
            (ShopFilter(updated_to=now.replace(year=2000)), set()),
        ):
            page = await catalog.find_products(tx, shop.staff, shop.id, narrow)
            assert {each.product_id for each in page.items} == expected, narrow
            count = await catalog.count_products(tx, shop.staff, shop.id, narrow)
            assert count == len(expected), narrow
        assert [
            each.id for each in await catalog.skus_by_id(tx, shop.staff, shop.id, [sku.id])
        ] == [sku.id]


async def test_axes_have_ids_of_the_category_or_of_their_name(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
    for attribute in catalog.attributes_of(shop.category_id):
        assert catalog.axis_id(shop.category_id, attribute.name.upper()) == attribute.id
        for value in attribute.values:
            made = catalog.axis_value_id(shop.category_id, attribute.name, value.name)
            assert made == value.id
    own = catalog.axis_id(shop.category_id, "Mood of the day")
    assert own == catalog.axis_id(shop.category_id, "mood OF the day")
    calm, wild = (catalog.axis_value_id(shop.category_id, "Mood", each) for each in ("A", "B"))
    assert len({own, calm, wild}) == 3


async def test_what_can_be_sold_is_set_beside_what_is_reserved(db: Database) -> None:
    async with db.transaction() as tx:
        shop = await open_shop(tx)
        await inventory.add_warehouse(tx, shop.staff, WarehouseDraft(shop.id, "Shed"))
        product_id = await catalog.create_product(tx, shop.staff, teapot(shop))
        sku = (await catalog.product_for(tx, shop.staff, shop.id, product_id)).product.skus[0]
        await inventory.receive(tx, shop.staff, [StockChange(shop.id, sku.id, 5)])
        want = inventory.Want(shop.id, OrderId(new_id()), sku.id, 2, tx.now.replace(year=2100))
        assert not await inventory.reserve(tx, shop.staff, [want])
        (level,) = await inventory.set_available(tx, shop.staff, [StockChange(shop.id, sku.id, 10)])
        assert (level.on_hand, level.reserved, level.available) == (12, 2, 10)
    async with refused(db, Invalid) as no:
        await inventory.set_available(no.tx, shop.staff, [StockChange(shop.id, sku.id, -1)])
