-- What doors may read in one statement: a product page is its document and what can be bought now.
create view catalog.v_product as
    select v.shop_id, v.product_id, s.name as shop_name, v.market_id, v.currency, v.title,
        v.category_path, v.document
    from catalog.product_view v join catalog.shop s on s.shop_id = v.shop_id
    where v.is_visible;
comment on view catalog.v_product is 'Products that buyers see.';

create view inventory.v_open_stock as
    select s.shop_id, s.sku_id, s.warehouse_id, s.available
    from inventory.stock s
    join inventory.warehouse w on w.shop_id = s.shop_id and w.id = s.warehouse_id
    where w.closed_at is null;
comment on view inventory.v_open_stock is
    'What can be sold, by warehouse. A line ships from one, so the fullest counts, not the sum.';
