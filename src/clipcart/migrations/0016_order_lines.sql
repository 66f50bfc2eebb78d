-- Lines as one ready document on the order: a list of fifty orders reads fifty rows, not
-- hundreds. The rows of orders.line stay what is locked and counted; every statement that
-- changes one writes the document in the same transaction.
create function orders.line_document(line orders.line) returns json language sql immutable
return json_build_array(
    line.id, line.sku_id, line.product_id, line.title, line.options_text, line.seller_sku,
    line.image_key, line.quantity, line.shipped_quantity, line.unit_price_minor, line.tax_minor,
    line.tax_included, line.fee_bps, line.weight_g);

alter table orders.order_ add column lines json;
update orders.order_ o set lines = (
    select json_agg(orders.line_document(l) order by l.position)
    from orders.line l where l.shop_id = o.shop_id and l.order_id = o.id);
alter table orders.order_ alter column lines set not null;
