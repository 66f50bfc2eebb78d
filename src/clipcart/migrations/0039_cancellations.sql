-- Cancellations as shops' programs follow them: asked for or done at once, until the money is back.
alter table orders.order_ add column money_back_minor bigint not null default 0
    check (money_back_minor >= 0);
comment on column orders.order_.money_back_minor is
    'What has arrived at the buyer of what was asked back (refund_minor).';
alter table orders.cancellation add column changed_at timestamptz;
update orders.cancellation set changed_at = coalesce(answered_at, requested_at);
update orders.order_ o set money_back_minor = r.amount_minor
from (select shop_id, order_id, sum(amount_minor)::bigint as amount_minor
    from payments.refund where state = 'SETTLED' group by shop_id, order_id) r
where r.shop_id = o.shop_id and r.order_id = o.id;
alter table orders.cancellation alter column changed_at set not null;
comment on column orders.cancellation.changed_at is
    'When it was asked for, answered, or when money of what it called off had gone back.';

create index cancellation_asked on orders.cancellation (shop_id, requested_at desc, id desc);
create index cancellation_changed on orders.cancellation (shop_id, changed_at desc, id desc);
create index order_cancelled on orders.order_ (shop_id, cancelled_at desc, id desc)
    where cancelled_at is not null;
create index order_cancelled_changed on orders.order_ (shop_id, changed_at desc, id desc)
    where cancelled_at is not null;
