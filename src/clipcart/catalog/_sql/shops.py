"""Statements for a shop's own list of products, and for its SKUs."""

from clipcart.catalog._sql.reading import ShopCardRow
from clipcart.catalog._sql.writing import SkuRow
from clipcart.kit.listing import Key, Listing, Order
from clipcart.kit.sql import query

OF_SHOP = Listing(
    """
    select p.shop_id, p.id as product_id, p.handle, p.title, p.status, p.audit_status,
        p.status_reason, v.category_path, v.image_key, v.currency, v.price_low, v.price_high,
        p.created_at, p.updated_at
    from catalog.product p
    join catalog.product_view v on v.shop_id = p.shop_id and v.product_id = p.id
    where p.shop_id = :shop_id""",
    ShopCardRow,
    filters={
        "statuses": "p.status = any(:statuses::text[])",
        "audit_statuses": "p.audit_status = any(:audit_statuses::text[])",
        "text": "p.title ilike '%' || :text || '%'",
        "seller_skus": "p.id in (select k.product_id from catalog.sku k"
        " where k.shop_id = p.shop_id and k.seller_sku = any(:seller_skus::text[])"
        " and k.removed_at is null)",
        "sku_ids": "p.id in (select k.product_id from catalog.sku k"
        " where k.shop_id = p.shop_id and k.id = any(:sku_ids::bigint[])"
        " and k.removed_at is null)",
        "created_from": "p.created_at >= :created_from::timestamptz",
        "created_to": "p.created_at <= :created_to::timestamptz",
        "updated_from": "p.updated_at >= :updated_from::timestamptz",
        "updated_to": "p.updated_at <= :updated_to::timestamptz",
    },
    orders={
        "newest": Order(
            (
                Key("created_at", "timestamptz", "p.created_at"),
                Key("product_id", "bigint", "p.id"),
            ),
            down=True,
        )
    },
    hot=True,
)

COUNT_OF_SHOP = query(
    """
    select count(*) from catalog.product p
    where p.shop_id = :shop_id
        and (:statuses::text[] is null or p.status = any(:statuses::text[]))
        and (:audit_statuses::text[] is null or p.audit_status = any(:audit_statuses::text[]))
        and (:text::text is null or p.title ilike '%' || :text || '%')
        and (:seller_skus::text[] is null or p.id in (select k.product_id from catalog.sku k
            where k.shop_id = p.shop_id and k.seller_sku = any(:seller_skus::text[])
                and k.removed_at is null))
        and (:sku_ids::bigint[] is null or p.id in (select k.product_id from catalog.sku k
            where k.shop_id = p.shop_id and k.id = any(:sku_ids::bigint[])
                and k.removed_at is null))
        and (:created_from::timestamptz is null or p.created_at >= :created_from)
        and (:created_to::timestamptz is null or p.created_at <= :created_to)
        and (:updated_from::timestamptz is null or p.updated_at >= :updated_from)
        and (:updated_to::timestamptz is null or p.updated_at <= :updated_to)""",
    int,
)

SKUS_BY_ID = query(
    """
    select id, product_id, place, seller_sku, options, price_minor, currency, weight_g, image_key,
        details
    from catalog.sku
    where shop_id = :shop_id and id = any(:ids::bigint[]) and removed_at is null
    order by product_id, place""",
    SkuRow,
    hot=True,
)
