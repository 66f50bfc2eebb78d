"""Statements that read products: ready documents, offers, lists, search."""

from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query


class DocumentRow(NamedTuple):
    shop_id: int
    product_id: int
    shop_handle: str
    shop_name: str
    market_id: str
    currency: str
    handle: str
    title: str
    category_id: int
    category_path: str
    published_at: datetime | None
    is_visible: bool
    document: Any


PRODUCT = query(
    """
    select v.shop_id, v.product_id, s.handle as shop_handle, s.name as shop_name, v.market_id,
        v.currency, v.handle, v.title, v.category_id, v.category_path, v.published_at,
        v.is_visible, v.document
    from catalog.product_view v join catalog.shop s on s.shop_id = v.shop_id
    where v.shop_id = :shop_id and v.product_id = :product_id""",
    DocumentRow,
    hot=True,
)


class BesideRow(NamedTuple):
    status_reason: str
    revision: int
    created_at: datetime
    updated_at: datetime
    brand_id: int | None
    brand_name: str | None
    brand_since: datetime | None
    draft: Any
    result_revision: int | None
    outcome: str | None
    findings: Any
    reason: str | None
    actor: str | None
    decided_at: datetime | None


BESIDE = query(
    """
    select p.status_reason, p.revision, p.created_at, p.updated_at, b.id as brand_id,
        b.name as brand_name, b.created_at as brand_since, e.draft,
        r.revision as result_revision, r.outcome, r.findings, r.reason, r.actor, r.decided_at
    from catalog.product p
    left join catalog.product_edit e on e.shop_id = p.shop_id and e.product_id = p.id
    left join catalog.brand b on b.shop_id = p.shop_id
        and b.id = (p.details -> 'brand_id')::bigint
    left join lateral (
        select a.revision, a.outcome, a.findings, a.reason, a.actor, a.decided_at
        from catalog.audit_result a where a.shop_id = p.shop_id and a.product_id = p.id
        order by a.id desc limit 1) r on true
    where p.shop_id = :shop_id and p.id = :product_id""",
    BesideRow,
    hot=True,
)


class ResultRow(NamedTuple):
    revision: int
    outcome: str
    findings: Any
    reason: str
    actor: str
    decided_at: datetime


RESULTS = query(
    """
    select revision, outcome, findings, reason, actor, decided_at from catalog.audit_result
    where shop_id = :shop_id and product_id = :product_id order by id desc limit 50""",
    ResultRow,
    hot=True,
)


class OfferRow(NamedTuple):
    shop_id: int
    product_id: int
    sku_id: int
    market_id: str
    handle: str
    title: str
    options: Any
    seller_sku: str
    image_key: str
    price_minor: int
    currency: str
    weight_g: int
    tax_category: str
    is_sellable: bool


OFFERS = query(
    """
    select k.shop_id, k.product_id, k.id as sku_id, v.market_id, v.handle, v.title, k.options,
        k.seller_sku, coalesce(nullif(k.image_key, ''), v.image_key) as image_key, k.price_minor,
        k.currency, k.weight_g, c.tax_category,
        v.is_visible and k.removed_at is null as is_sellable
    from unnest(:shop_ids::bigint[], :sku_ids::bigint[]) as u(shop_id, sku_id)
    join catalog.sku k on k.shop_id = u.shop_id and k.id = u.sku_id
    join catalog.product_view v on v.shop_id = k.shop_id and v.product_id = k.product_id
    join catalog.category c on c.id = v.category_id""",
    OfferRow,
    hot=True,
)


class SkuKeyRow(NamedTuple):
    shop_id: int
    sku_id: int


KNOWN_SKUS = query(
    """
    select k.shop_id, k.id as sku_id
    from unnest(:shop_ids::bigint[], :sku_ids::bigint[]) as u(shop_id, sku_id)
    join catalog.sku k on k.shop_id = u.shop_id and k.id = u.sku_id""",
    SkuKeyRow,
    hot=True,
)

SKU_KEYS = query(
    """
    select shop_id, id as sku_id from catalog.sku
    where shop_id = :shop_id and product_id = :product_id and removed_at is null order by place""",
    SkuKeyRow,
    hot=True,
)

# -- lists for buyers ------------------------------------------------------------------------------


class CardRow(NamedTuple):
    shop_id: int
    product_id: int
    shop_handle: str
    shop_name: str
    handle: str
    title: str
    category_path: str
    image_key: str
    currency: str
    price_low: int
    price_high: int
    published_at: datetime


CARDS = query(
    """
    select v.shop_id, v.product_id, s.handle as shop_handle, s.name as shop_name, v.handle,
        v.title, v.category_path, v.image_key, v.currency, v.price_low, v.price_high,
        v.published_at
    from unnest(:shop_ids::bigint[], :product_ids::bigint[]) as u(shop_id, product_id)
    join catalog.product_view v on v.shop_id = u.shop_id and v.product_id = u.product_id
    join catalog.shop s on s.shop_id = v.shop_id
    where v.is_visible""",
    CardRow,
    hot=True,
)

_NEWEST = Order(
    (
        Key("published_at", "timestamptz", "v.published_at"),
        Key("product_id", "bigint", "v.product_id"),
    ),
    down=True,
)
_CHEAPEST = Order(
    (Key("price_low", "bigint", "v.price_low"), Key("product_id", "bigint", "v.product_id"))
)
_DEAREST = Order(
    (Key("price_low", "bigint", "v.price_low"), Key("product_id", "bigint", "v.product_id")),
    down=True,
)
_EVERY_SHOP = "buyers look through all shops"

# Product ids are unique over all shops, so they make every order unique.
NEWEST = Listing(
    """
    select v.shop_id, v.product_id, s.handle as shop_handle, s.name as shop_name, v.handle,
        v.title, v.category_path, v.image_key, v.currency, v.price_low, v.price_high,
        v.published_at
    from catalog.product_view v join catalog.shop s on s.shop_id = v.shop_id
    where v.is_visible""",
    CardRow,
    filters={
        "market_id": "v.market_id = :market_id",
        "category": "v.category_id in (select id from catalog.category"
        " where path = :category or starts_with(path, :category || ' > '))",
        "shop_id": "v.shop_id = :shop_id",
        "price_from": "v.price_low >= :price_from::bigint",
        "price_to": "v.price_low <= :price_to::bigint",
    },
    orders={"newest": _NEWEST, "cheapest": _CHEAPEST, "dearest": _DEAREST},
    hot=True,
    scatter=_EVERY_SHOP,
)


class FoundRow(NamedTuple):
    shop_id: int
    product_id: int
    price_low: int
    published_at: datetime
    rank: int


_RANK: LiteralString = "(ts_rank(f.words, q.wanted) * 1000000)::int"

# Ranks keys alone, in a narrow table; CARDS reads what the page shows.
SEARCH = Listing(
    "select f.shop_id, f.product_id, f.price_low, f.published_at, "
    + _RANK
    + """ as rank
    from (select to_tsquery('simple', :text) || to_tsquery('english', :text) as wanted) q
    join catalog.product_search f on f.search @@ q.wanted
    where f.is_visible""",
    FoundRow,
    filters={
        "market_id": "f.market_id = :market_id",
        "category": "f.category_id in (select id from catalog.category"
        " where path = :category or starts_with(path, :category || ' > '))",
        "shop_id": "f.shop_id = :shop_id",
        "price_from": "f.price_low >= :price_from::bigint",
        "price_to": "f.price_low <= :price_to::bigint",
    },
    orders={
        "best": Order(
            (Key("rank", "int", _RANK), Key("product_id", "bigint", "f.product_id")), down=True
        ),
        "newest": Order(
            (
                Key("published_at", "timestamptz", "f.published_at"),
                Key("product_id", "bigint", "f.product_id"),
            ),
            down=True,
        ),
        "cheapest": Order(
            (Key("price_low", "bigint", "f.price_low"), Key("product_id", "bigint", "f.product_id"))
        ),
        "dearest": Order(
            (
                Key("price_low", "bigint", "f.price_low"),
                Key("product_id", "bigint", "f.product_id"),
            ),
            down=True,
        ),
    },
    hot=True,
    scatter=_EVERY_SHOP,
)

NEAREST_WORD = query(
    """
    select w.word
    from catalog.word w
    cross join lateral (select count(*) as shared from unnest(w.trigrams) t
        where t = any(:trigrams::text[])) n
    where w.trigrams && :trigrams::text[]
        and 4 * n.shared >= (cardinality(w.trigrams) + cardinality(:trigrams::text[]))
    order by 1000 * n.shared / (cardinality(w.trigrams) + cardinality(:trigrams::text[])) desc,
        w.word limit 1""",
    str,
    hot=True,
)

IS_WORD = query("select word from catalog.word where word = any(:words::text[])", str, hot=True)


class CategoryCountRow(NamedTuple):
    path: str
    products: int


CATEGORIES_ON_SALE = query(
    """
    select category_path as path, count(*) as products from catalog.product_view
    where is_visible and (:market_id::text is null or market_id = :market_id)
    group by category_path""",
    CategoryCountRow,
    scatter=_EVERY_SHOP,
)

# -- lists for shops and operators -----------------------------------------------------------------


class ShopCardRow(NamedTuple):
    shop_id: int
    product_id: int
    handle: str
    title: str
    status: str
    audit_status: str
    status_reason: str
    category_path: str
    image_key: str
    currency: str
    price_low: int
    price_high: int
    created_at: datetime
    updated_at: datetime


AUDIT_QUEUE = Listing(
    """
    select p.shop_id, p.id as product_id, p.handle, p.title, p.status, p.audit_status,
        p.status_reason, v.category_path, v.image_key, v.currency, v.price_low, v.price_high,
        p.created_at, p.updated_at
    from catalog.product p
    join catalog.product_view v on v.shop_id = p.shop_id and v.product_id = p.id
    where p.audit_status in ('AUDITING', 'PRE_APPROVED', 'FAILED')""",
    ShopCardRow,
    filters={"audit_status": "p.audit_status = :audit_status"},
    orders={
        "oldest": Order(
            (
                Key("updated_at", "timestamptz", "p.updated_at"),
                Key("product_id", "bigint", "p.id"),
            )
        )
    },
    scatter="operators look through all shops",
)
