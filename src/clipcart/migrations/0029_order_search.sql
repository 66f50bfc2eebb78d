-- Orders as shops' programs look for them: by when they changed, by buyer, by wishes to cancel.
alter table orders.order_ add column changed_at timestamptz, add column cancel_asked_at timestamptz;
update orders.order_ o set
    changed_at = greatest(o.placed_at, o.paid_at, o.released_at, o.label_made_at, o.collected_at,
        o.delivered_at, o.completed_at, o.cancelled_at, c.at),
    cancel_asked_at = c.asked_at
from (
    select r.shop_id, r.id, max(q.requested_at) as asked_at,
        max(greatest(q.requested_at, q.answered_at)) as at
    from orders.order_ r
    left join orders.cancellation q on q.shop_id = r.shop_id and q.order_id = r.id
    group by r.shop_id, r.id) c
where c.shop_id = o.shop_id and c.id = o.id;
alter table orders.order_ alter column changed_at set not null;
comment on column orders.order_.changed_at is
    'When state, parcels, money or a wish to cancel changed last; every statement that does sets it.';

create index order_changed on orders.order_ (shop_id, changed_at desc, id desc);
create index order_changed_by_state on orders.order_ (shop_id, state, changed_at desc, id desc);
create index order_of_person on orders.order_ (shop_id, buyer_id, placed_at desc, id desc);
