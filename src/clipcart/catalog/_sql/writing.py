"""Statements that change products. All take sets; one is a set of one."""

from typing import Any, NamedTuple

from clipcart.kit.sql import command, query

# -- what the catalogue knows of shops and categories ----------------------------------------------


class ShopRow(NamedTuple):
    shop_id: int
    market_id: str
    currency: str
    is_live: bool


SHOP = query(
    """
    select shop_id, market_id, currency, is_live from catalog.shop where shop_id = :shop_id""",
    ShopRow,
    hot=True,
)

MIRROR_SHOPS = command("""
    insert into catalog.shop as s (shop_id, handle, name, market_id, currency, is_live)
    select shop_id, handle, name, market_id, currency, is_live
    from unnest(:shop_ids::bigint[], :handles::text[], :names::text[], :market_ids::text[],
        :currencies::text[], :lives::boolean[])
        as u(shop_id, handle, name, market_id, currency, is_live)
    on conflict (shop_id) do update set handle = excluded.handle, name = excluded.name,
        market_id = excluded.market_id, currency = excluded.currency, is_live = excluded.is_live""")

SHOW_PRODUCTS = command("""
    with shown as (
        update catalog.product_view v set is_visible = (v.is_active and s.is_live)
        from unnest(:shop_ids::bigint[]) as u(shop_id)
        join catalog.shop s on s.shop_id = u.shop_id
        where v.shop_id = u.shop_id and v.is_visible <> (v.is_active and s.is_live)
        returning v.shop_id, v.product_id, v.is_visible)
    update catalog.product_search f set is_visible = shown.is_visible
    from shown where f.shop_id = shown.shop_id and f.product_id = shown.product_id""")


class CategoryRow(NamedTuple):
    id: int
    path: str
    tax_category: str


CATEGORIES = query(
    "select id, path, tax_category from catalog.category where id = any(:ids::bigint[])",
    CategoryRow,
    hot=True,
)

USE_CATEGORIES = command("""
    insert into catalog.category (id, path, tax_category)
    select id, path, tax_category
    from unnest(:ids::bigint[], :paths::text[], :tax_categories::text[])
        as u(id, path, tax_category)
    on conflict (id) do update set path = excluded.path, tax_category = excluded.tax_category""")

# -- products --------------------------------------------------------------------------------------


class TakenRow(NamedTuple):
    handle: str
    product_id: int


HANDLES = query(
    """
    select handle, id as product_id from catalog.product
    where shop_id = :shop_id and handle = any(:handles::text[])""",
    TakenRow,
    hot=True,
)

INSERT_PRODUCTS = command("""
    insert into catalog.product (shop_id, id, handle, status, audit_status, title,
        description_html, description_text, category_id, axes, images, attributes, details,
        created_at, updated_at)
    select :shop_id, id, handle, 'DRAFT', 'NONE', title, description_html, description_text,
        category_id, content -> 'axes', content -> 'images', content -> 'attributes',
        content -> 'details', :now, :now
    from unnest(:ids::bigint[], :handles::text[], :titles::text[], :htmls::text[], :texts::text[],
        :category_ids::bigint[], :contents::jsonb[])
        as u(id, handle, title, description_html, description_text, category_id, content)""")

UPDATE_PRODUCT = command("""
    update catalog.product set title = :title, description_html = :html,
        description_text = :text, category_id = :category_id, axes = :axes, images = :images,
        attributes = :attributes, details = coalesce(nullif(:details::jsonb, 'null'), details),
        updated_at = :now
    where shop_id = :shop_id and id = :id""")

RAISE_REVISION = query(
    """
    update catalog.product set revision = revision + 1, updated_at = :now
    where shop_id = :shop_id and id = :id returning revision""",
    int,
    hot=True,
)


class ProductRow(NamedTuple):
    shop_id: int
    id: int
    status: str
    audit_status: str
    revision: int
    title: str
    description_html: str
    description_text: str
    category_id: int
    axes: Any
    images: Any
    attributes: Any
    details: Any
    handle: str
    is_published: bool
    draft: Any


# `of p`: the edit beside it changes under the product's lock only.
LOCK_PRODUCTS = query(
    """
    select p.shop_id, p.id, p.status, p.audit_status, p.revision, p.title, p.description_html,
        p.description_text, p.category_id, p.axes, p.images, p.attributes, p.details, p.handle,
        p.published_at is not null as is_published, e.draft
    from catalog.product p
    left join catalog.product_edit e on e.shop_id = p.shop_id and e.product_id = p.id
    where p.shop_id = :shop_id and p.id = any(:ids::bigint[])
    order by p.id for no key update of p""",
    ProductRow,
    hot=True,
)


class StatusRow(NamedTuple):
    id: int
    status: str


STATUSES = query(
    "select id, status from catalog.product where shop_id = :shop_id and id = any(:ids::bigint[])",
    StatusRow,
    hot=True,
)

SET_STATUS = query(
    """
    update catalog.product p set status = u.status, status_reason = :reason, updated_at = :now,
        deleted_at = case when u.status = 'DELETED' then :now::timestamptz end,
        published_at = case when u.status = 'ACTIVATE' then coalesce(p.published_at, :now)
            else p.published_at end
    from unnest(:ids::bigint[], :statuses::text[]) as u(id, status)
    where p.shop_id = :shop_id and p.id = u.id
    returning p.id""",
    int,
    hot=True,
)

SET_AUDIT = command(
    """
    update catalog.product p set audit_status = u.audit_status, updated_at = :now
    from unnest(:ids::bigint[], :audit_statuses::text[]) as u(id, audit_status)
    where p.shop_id = :shop_id and p.id = u.id""",
    hot=True,
)

STORE_EDIT = command("""
    insert into catalog.product_edit (shop_id, product_id, draft, actor, edited_at)
    values (:shop_id, :product_id, :draft, :actor, :now)
    on conflict (shop_id, product_id) do update set draft = excluded.draft,
        actor = excluded.actor, edited_at = excluded.edited_at""")

FORGET_EDIT = command("""
    delete from catalog.product_edit where shop_id = :shop_id and product_id = :product_id""")

PRE_APPROVED = query(
    """
    select id from catalog.product
    where shop_id = :shop_id and audit_status = 'PRE_APPROVED' order by id""",
    int,
)

# -- SKUs ------------------------------------------------------------------------------------------


class SkuRow(NamedTuple):
    id: int
    product_id: int
    place: int
    seller_sku: str
    options: Any
    price_minor: int
    currency: str
    weight_g: int
    image_key: str
    details: Any


SKUS = query(
    """
    select id, product_id, place, seller_sku, options, price_minor, currency, weight_g, image_key,
        details
    from catalog.sku
    where shop_id = :shop_id and product_id = any(:product_ids::bigint[]) and removed_at is null
    order by product_id, place""",
    SkuRow,
    hot=True,
)

SKUS_BY_ID = query(
    """
    select id, product_id, place, seller_sku, options, price_minor, currency, weight_g, image_key,
        details
    from catalog.sku
    where shop_id = :shop_id and id = any(:ids::bigint[]) and removed_at is null
    order by id for no key update""",
    SkuRow,
    hot=True,
)


class CodeRow(NamedTuple):
    seller_sku: str
    product_id: int


CODES = query(
    """
    select seller_sku, product_id from catalog.sku
    where shop_id = :shop_id and seller_sku = any(:codes::text[]) and removed_at is null""",
    CodeRow,
    hot=True,
)

INSERT_SKUS = command("""
    insert into catalog.sku (shop_id, id, product_id, place, seller_sku, options, price_minor,
        currency, weight_g, image_key, details)
    select :shop_id, id, product_id, place, seller_sku, content -> 'options', price_minor,
        :currency, weight_g, image_key, content -> 'details'
    from unnest(:ids::bigint[], :product_ids::bigint[], :places::int[], :codes::text[],
        :contents::jsonb[], :prices::bigint[], :weights::int[], :image_keys::text[])
        as u(id, product_id, place, seller_sku, content, price_minor, weight_g, image_key)""")

# Codes may change places between SKUs, so they are set aside first: the unique index on them is
# checked row by row.
REMOVE_SKUS = command("""
    update catalog.sku set removed_at = :now
    where shop_id = :shop_id and id = any(:ids::bigint[]) and removed_at is null""")

RESTORE_SKUS = command("""
    update catalog.sku k set removed_at = null, place = u.place, seller_sku = u.seller_sku,
        options = u.content -> 'options', weight_g = u.weight_g, image_key = u.image_key,
        price_minor = u.price_minor,
        details = coalesce(nullif(u.content -> 'details', 'null'), k.details)
    from unnest(:ids::bigint[], :places::int[], :codes::text[], :contents::jsonb[],
        :prices::bigint[], :weights::int[], :image_keys::text[])
        as u(id, place, seller_sku, content, price_minor, weight_g, image_key)
    where k.shop_id = :shop_id and k.id = u.id""")

SET_PRICES = command("""
    update catalog.sku k set price_minor = u.price_minor
    from unnest(:ids::bigint[], :prices::bigint[]) as u(id, price_minor)
    where k.shop_id = :shop_id and k.id = u.id""")

# -- verdicts --------------------------------------------------------------------------------------

INSERT_RESULTS = command("""
    insert into catalog.audit_result
        (shop_id, product_id, id, revision, outcome, findings, reason, actor, decided_at)
    select :shop_id, product_id, id, revision, outcome, findings -> 'findings', reason, :actor, :now
    from unnest(:product_ids::bigint[], :ids::bigint[], :revisions::int[], :outcomes::text[],
        :findings::jsonb[], :reasons::text[])
        as u(product_id, id, revision, outcome, findings, reason)""")


class UsualRow(NamedTuple):
    category_id: int
    currency: str
    median_minor: int
    products: int


USUAL_PRICES = query(
    """
    select category_id, currency,
        percentile_disc(0.5) within group (order by price_low) as median_minor,
        count(*) as products
    from catalog.product_view
    where is_visible and category_id = any(:category_ids::bigint[])
    group by category_id, currency""",
    UsualRow,
    scatter="a category's prices are compared over all shops",
)

# -- the ready documents ---------------------------------------------------------------------------

REWRITE = command(
    """
    with page as (
    insert into catalog.product_view (shop_id, product_id, handle, title, category_id,
        category_path, market_id, currency, price_low, price_high, image_key, is_active,
        is_visible, published_at, description_text, document)
    select p.shop_id, p.id, p.handle, p.title, p.category_id, c.path, s.market_id, s.currency,
        k.price_low, k.price_high, coalesce(p.images -> 0 ->> 'key', ''),
        p.status = 'ACTIVATE', p.status = 'ACTIVATE' and s.is_live, p.published_at,
        p.description_text,
        jsonb_build_object('description_html', p.description_html, 'axes', p.axes,
            'images', p.images, 'attributes', p.attributes, 'details', p.details,
            'status', p.status, 'audit_status', p.audit_status, 'seller_skus', k.codes,
            'skus', k.skus)
    from unnest(:ids::bigint[]) as u(id)
    join catalog.product p on p.shop_id = :shop_id and p.id = u.id
    join catalog.shop s on s.shop_id = p.shop_id
    join catalog.category c on c.id = p.category_id
    join lateral (
        select min(y.price_minor) as price_low, max(y.price_minor) as price_high,
            string_agg(y.seller_sku, ' ' order by y.place) as codes,
            jsonb_agg(jsonb_build_object('id', y.id, 'seller_sku', y.seller_sku,
                'options', y.options, 'price_minor', y.price_minor, 'weight_g', y.weight_g,
                'image_key', y.image_key, 'details', y.details) order by y.place) as skus
        from catalog.sku y
        where y.shop_id = p.shop_id and y.product_id = p.id and y.removed_at is null) k on true
    on conflict (shop_id, product_id) do update set handle = excluded.handle,
        title = excluded.title, category_id = excluded.category_id,
        category_path = excluded.category_path, market_id = excluded.market_id,
        currency = excluded.currency, price_low = excluded.price_low,
        price_high = excluded.price_high, image_key = excluded.image_key,
        is_active = excluded.is_active, is_visible = excluded.is_visible,
        published_at = excluded.published_at, description_text = excluded.description_text,
        document = excluded.document
    returning shop_id, product_id, title, category_id, category_path, market_id, price_low,
        is_visible, published_at, description_text, document), search as (
    select shop_id, product_id, category_id, market_id, price_low, is_visible, published_at,
        description_text,
        catalog.words_of(title, category_path, document ->> 'seller_skus') as words
    from page)
    insert into catalog.product_search (shop_id, product_id, is_visible, market_id, category_id,
        price_low, published_at, words, search)
    select shop_id, product_id, is_visible, market_id, category_id, price_low, published_at,
        words, words || setweight(to_tsvector('english', description_text), 'D')
    from search
    on conflict (shop_id, product_id) do update set is_visible = excluded.is_visible,
        market_id = excluded.market_id, category_id = excluded.category_id,
        price_low = excluded.price_low, published_at = excluded.published_at,
        words = excluded.words, search = excluded.search""",
    hot=True,
)

LEARN_WORDS = command("""
    insert into catalog.word (word, trigrams)
    select word, trigrams_text::text[]
    from unnest(:words::text[], :trigrams::text[]) as u(word, trigrams_text)
    on conflict (word) do nothing""")
