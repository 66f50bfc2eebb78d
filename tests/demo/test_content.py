"""The demo's content obeys the limits of the catalogue and invents everything it says."""

import re
from collections import Counter

import pytest

from clipcart import catalog
from clipcart.demo.content_loader import COLOUR_AXES, world
from clipcart.demo.content_model import Approval, Listing, Product, Role

PRODUCTS = world().products
BY_HANDLE = pytest.mark.parametrize("product", PRODUCTS, ids=[p.handle for p in PRODUCTS])
# Believable bands per currency, in minor units: a cheap eraser up to the best camera or lamp.
PRICE_BANDS = {"USD": (400, 50_000), "JPY": (500, 60_000)}


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_the_world_is_large_enough() -> None:
    assert len(world().shops) >= 14
    assert len(PRODUCTS) >= 160
    assert len(world().people) >= 30
    assert {person.role for person in world().people} == set(Role)


def test_handles_codes_names_and_mails_are_unique() -> None:
    assert _repeated([product.handle for product in PRODUCTS]) == []
    assert _repeated([product.title for product in PRODUCTS]) == []
    assert _repeated([sku.code for product in PRODUCTS for sku in product.skus]) == []
    assert _repeated([shop.handle for shop in world().shops]) == []
    assert _repeated([shop.tax_number for shop in world().shops]) == []
    assert _repeated([person.handle for person in world().people]) == []
    assert _repeated([person.email for person in world().people]) == []
    assert _repeated([person.name for person in world().people]) == []


def test_those_whom_tests_call_by_name_exist() -> None:
    assert world().person("mira").role is Role.SHOPPER
    assert world().product("teapot").shop == "fernhollow"
    assert world().product("teapot").listing is Listing.LIVE


@BY_HANDLE
def test_a_product_keeps_the_limits_of_the_catalogue(product: Product) -> None:
    assert 25 <= len(product.title) <= 255
    assert 80 <= len(product.description_html) <= 10_000
    assert len(product.axes) <= 3
    assert 1 <= len(product.skus) <= 300
    category = catalog.category_at(product.category)
    assert category is not None
    assert category.is_leaf
    offered = {each.key: each for each in catalog.attributes_of(category.id)}
    assert {key for key, each in offered.items() if each.is_required} <= set(
        dict(product.attributes)
    )
    for key, name in product.attributes:
        assert name in [value.name for value in offered[key].values]
    for axis in product.axes:
        assert 1 <= len(axis.name) <= 20
        assert len(set(axis.values)) == len(axis.values) >= 2
        assert all(1 <= len(value) <= 50 for value in axis.values)
    for sku in product.skus:
        assert re.fullmatch(r"[A-Z0-9-]{1,50}", sku.code)
        assert len(sku.values) == len(product.axes)
        assert 0 <= sku.stock <= 99_999
        assert 10 <= sku.weight_g <= 30_000


def test_only_one_title_is_very_long() -> None:
    assert [p.handle for p in PRODUCTS if len(p.title) > 120] == ["snowed-in"]


def test_prices_are_whole_and_believable() -> None:
    for shop in world().shops:
        low, high = PRICE_BANDS[shop.currency]
        for product in shop.products:
            for sku in product.skus:
                assert type(sku.price_minor) is int
                assert low <= sku.price_minor <= high, sku.code
                if shop.currency == "JPY":
                    assert sku.price_minor % 10 == 0, sku.code


def test_two_shops_sell_in_yen_from_japan() -> None:
    japanese = [shop for shop in world().shops if shop.market == "JP"]
    assert len(japanese) == 2
    for shop in japanese:
        assert shop.currency == "JPY"
        assert shop.address.country == shop.warehouse.country == "JP"
        assert re.fullmatch(r"\d{3}-\d{4}", shop.address.postal_code)


def test_an_operator_finds_work_and_a_seller_every_state() -> None:
    waiting = [shop.approval for shop in world().shops if shop.approval is not Approval.APPROVED]
    assert sorted(waiting) == [Approval.MISSING_DOCUMENT, Approval.WAITING]
    states = Counter(product.listing for product in PRODUCTS)
    assert states[Listing.AUDIT_FAILED] == 1
    assert states[Listing.DRAFT] >= 2
    assert states[Listing.DEACTIVATED] >= 2
    live = [product for product in PRODUCTS if product.listing is Listing.LIVE]
    assert any(all(sku.stock == 0 for sku in product.skus) for product in live)
    assert sum(any(0 < sku.stock <= 3 for sku in product.skus) for product in live) >= 5


def test_shops_that_may_not_sell_have_nothing_live() -> None:
    for shop in world().shops:
        submitted = {product.listing for product in shop.products} == {Listing.SUBMITTED}
        assert submitted == (shop.approval is not Approval.APPROVED)
    assert all((p.audit_note != "") == (p.listing is Listing.AUDIT_FAILED) for p in PRODUCTS)


def test_a_bank_account_is_held_by_the_registered_name() -> None:
    assert all(shop.bank_holder == shop.legal_name for shop in world().shops)


def test_shops_are_run_by_people_of_the_world() -> None:
    for shop in world().shops:
        assert world().person(shop.owner).role is Role.SELLER
        assert 1 <= len(shop.staff) <= 2
        for member in shop.staff:
            assert world().person(member.person).role is Role.STAFF
            assert member.role in {"manager", "fulfilment"}


def test_people_and_numbers_belong_to_nobody_real() -> None:
    for person in world().people:
        assert re.fullmatch(r"[a-z]+@[a-z-]+\.example", person.email)
        assert (person.role in {Role.SHOPPER, Role.CREATOR}) == bool(person.addresses)
    everywhere = [place for person in world().people for place in person.addresses]
    everywhere += [place for shop in world().shops for place in (shop.address, shop.warehouse)]
    for place in everywhere:
        if place.country == "US":
            assert re.fullmatch(r"\+1 \d{3} 555 01\d\d", place.phone)
            assert re.fullmatch(r"\d{5}", place.postal_code)
            assert re.fullmatch(r"[A-Z]{2}", place.region)
        else:
            # Japanese subscriber numbers never begin with 0 after the area code.
            assert re.fullmatch(r"\+81 \d{2} 0\d{2,3} \d{4}", place.phone)
    for shop in world().shops:
        # No US tax number begins with 00, no Japanese invoice number with T0.
        assert re.match(r"00-\d{7}$|T0\d{12}$", shop.tax_number)


@BY_HANDLE
def test_every_colour_can_be_painted(product: Product) -> None:
    coloured = {v for axis in product.axes if axis.name in COLOUR_AXES for v in axis.values}
    assert {value for value, _ in product.variant_tints} == coloured
    for tint in (product.picture.tint, *(hex_colour for _, hex_colour in product.variant_tints)):
        assert re.fullmatch(r"#[0-9a-f]{6}", tint)
