"""The category tree, what products of a category say, and which category a title speaks for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from clipcart import catalog
from clipcart.catalog import Attribute, Category, CategoryId, NoSuchCategory, NotALeaf
from clipcart.kit.ids import parse_id
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure
from clipcart.open_api.product.wire import ENGLISH, check_tree
from clipcart.open_api.registry import serves
from clipcart.open_api.values import known, wire_id

OPEN = "AVAILABLE"
MOST_FOUND = 200
"""How many categories a keyword finds at most."""
ABSENT = {NoSuchCategory: 12052023, NotALeaf: 12052024}


def leaf_of(call: Call) -> Category:
    """The leaf in the path. Raises NoSuchCategory, NotALeaf."""
    return _leaf(CategoryId(call.id("category_id")))


def _leaf(category_id: CategoryId) -> Category:
    found = catalog.category(category_id)
    if found is None:
        raise NoSuchCategory(category_id)
    if not found.is_leaf:
        raise NotALeaf(category_id, found.path)
    return found


def _category(category: Category, locale: str) -> dict[str, Any]:
    return {
        "id": wire_id(category.id),
        "parent_id": wire_id(category.parent_id or 0),
        "local_name": catalog.local_name(category.id, locale),
        "is_leaf": category.is_leaf,
        "permission_statuses": [OPEN],
    }


@lru_cache(maxsize=8)
def _everything(locale: str) -> tuple[dict[str, Any], ...]:
    return tuple(_category(each, locale) for each in catalog.categories())


@serves("GET", "/product/202309/categories")
async def get_categories(call: Call) -> dict[str, Any]:
    """Every category, parents before children; with a keyword those whose name or path has it."""
    check_tree(call, call.query)
    locale = call.query.get("locale", ENGLISH)
    keyword = call.query.get("keyword", "").strip()
    if not keyword:
        return {"categories": list(_everything(locale))}
    found = catalog.search_categories(keyword, leaves_only=False, limit=MOST_FOUND)
    return {"categories": [_category(each, locale) for each in found.items]}


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "id": wire_id(attribute.id),
        "name": attribute.name,
        "type": attribute.type.value,
        "is_requried": attribute.is_required,
        "is_customizable": attribute.is_customizable,
        "is_multiple_selection": attribute.is_multiple,
        "values": [{"id": wire_id(each.id), "name": each.name} for each in attribute.values],
    }


@serves("GET", "/product/202309/categories/{category_id}/attributes", refusals=ABSENT)
async def get_attributes(call: Call) -> dict[str, Any]:
    """What products of a leaf say of themselves, and in what their SKUs differ."""
    check_tree(call, call.query)
    return {"attributes": [_attribute(each) for each in catalog.attributes_of(leaf_of(call).id)]}


@serves("GET", "/product/202309/categories/{category_id}/rules", refusals=ABSENT)
async def get_category_rules(call: Call) -> dict[str, Any]:
    """What a leaf demands beside attributes: here no category asks for papers, sizes or people."""
    check_tree(call, call.query)
    leaf_of(call)
    asked_for_nothing = {"is_required": False}
    return {
        "product_certifications": [],
        "size_chart": {"is_supported": False, "is_required": False},
        "package_dimension": asked_for_nothing,
        "epr": asked_for_nothing,
        "responsible_person": asked_for_nothing,
        "manufacturer": asked_for_nothing,
        "seller_sku": asked_for_nothing,
        "allowed_special_product_types": [],
    }


@serves("POST", "/product/202309/categories/recommend")
async def recommend_category(call: Call) -> dict[str, Any]:
    """The leaf that a title fits best, with the way to it from the root."""
    check_tree(call, call.body)
    title = call.body["product_title"].strip()
    if not title:
        raise Failure(12052261, "product_title: it is empty. Send the product's title.")
    found = catalog.recommend_category(title, beside=_beside(call.body), limit=1)
    if not found:
        raise call.wrong(
            "product_title", "no category is known for its words", "say what the product is"
        )
    leaf = found[0].category
    return {
        "leaf_category_id": wire_id(leaf.id),
        "categories": [
            {
                "id": wire_id(each.id),
                "name": catalog.local_name(each.id, call.body.get("locale", ENGLISH)),
                "level": each.level,
                "is_leaf": each.is_leaf,
                "permission_statuses": [OPEN],
            }
            for each in catalog.above(leaf.id)
        ],
    }


def _beside(body: Mapping[str, Any]) -> list[str]:
    """What says more than the title: the description, and how another platform sorted it."""
    category = body.get("origin_platform_category", {})
    told = known(
        description=body.get("description"),
        type=body.get("origin_platform_product_type"),
        category=category.get("full_name") or category.get("name"),
    )
    plain = [catalog.plain_text(each) for each in told.values()]
    return [*plain, *body.get("origin_platform_tags", ())]


@serves("POST", "/product/202609/products/properties/recommend", refusals=ABSENT)
async def recommend_properties(call: Call) -> dict[str, Any]:
    """Attributes of a leaf of which title or description name a value, with those values."""
    leaf = _leaf(CategoryId(parse_id(call.body["category_id"]) or 0))
    wanted = set(call.body.get("target_property_ids", ()))
    text = f"{call.body['product_title']} {catalog.plain_text(call.body.get('description', ''))}"
    found = []
    for attribute in catalog.attributes_of(leaf.id):
        if wanted and wire_id(attribute.id) not in wanted:
            continue
        values = [
            {"id": wire_id(each.id), "name": each.name}
            for each in attribute.values
            if catalog.is_said(each.name, text)
        ]
        if values:
            told = _attribute(attribute)
            found.append(
                {
                    "id": told["id"],
                    "name": told["name"],
                    "type": told["type"],
                    "is_required": attribute.is_required,
                    "is_customizable": attribute.is_customizable,
                    "is_multiple_selection": attribute.is_multiple,
                    "values": values if attribute.is_multiple else values[:1],
                }
            )
    return {"recommended_properties": found}
