-- How paid goods get to the buyer's door: packages, labels, what carriers saw of them.
create schema fulfilment;

create table fulfilment.package (
    shop_id bigint not null,
    id bigint not null,
    order_id bigint not null,
    buyer_id bigint not null,
    -- The caller's own name of the wish to ship, so that a repeated one makes no second package.
    request_key text not null,
    state text not null
        check (state in ('TO_FULFIL', 'PROCESSING', 'FULFILLING', 'COMPLETED', 'CANCELLED')),
    mode text not null check (mode in ('PLATFORM', 'SELLER')),
    carrier text not null,
    service text not null,
    promised_days int not null check (promised_days >= 0),
    weight_g int not null check (weight_g >= 0),
    units int not null check (units > 0),
    -- Labels are counted: what a carrier says about an older one is not about this package.
    label_number int not null default 1 check (label_number > 0),
    label_problem text,
    tracking_number text,
    is_tracked boolean not null default false,
    created_at timestamptz not null,
    label_made_at timestamptz,
    collected_at timestamptz,
    delivered_at timestamptz,
    lost_at timestamptz,
    cancelled_at timestamptz,
    primary key (shop_id, id),
    constraint package_once_per_request unique (shop_id, order_id, request_key),
    constraint package_label_has_number check (
        (label_made_at is null) = (tracking_number is null)),
    constraint package_labelled_before_it_moves check (
        state in ('TO_FULFIL', 'CANCELLED') or tracking_number is not null),
    constraint package_completed_is_delivered check (
        (state = 'COMPLETED') = (delivered_at is not null)),
    constraint package_ended_one_way check (
        (state = 'CANCELLED') = (cancelled_at is not null or lost_at is not null)
        and (cancelled_at is null or lost_at is null))
);
comment on table fulfilment.package is
    'home: shop. Parcels of orders: what carries them, under which number, how far they are.';
create index package_newest on fulfilment.package (shop_id, id desc);
create index package_by_state on fulfilment.package (shop_id, state, id desc);
create unique index package_tracking_once on fulfilment.package (shop_id, tracking_number)
    where cancelled_at is null;

-- The last guard of the state machine; the rule itself is fulfilment.model.MOVES, and a test
-- holds the two together.
create function fulfilment.refuse_move() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) in (
        ('TO_FULFIL', 'PROCESSING'), ('TO_FULFIL', 'CANCELLED'),
        ('PROCESSING', 'TO_FULFIL'), ('PROCESSING', 'FULFILLING'), ('PROCESSING', 'COMPLETED'),
        ('PROCESSING', 'CANCELLED'),
        ('FULFILLING', 'COMPLETED'), ('FULFILLING', 'CANCELLED'))
    then
        return new;
    end if;
    raise exception 'a package does not move from % to %', old.state, new.state
        using errcode = 'check_violation', constraint = 'package_moves';
end $$;
create trigger package_moves before update of state on fulfilment.package
    for each row when (old.state is distinct from new.state)
    execute function fulfilment.refuse_move();

create table fulfilment.line (
    shop_id bigint not null,
    package_id bigint not null,
    line_id bigint not null,
    sku_id bigint not null,
    quantity int not null check (quantity > 0),
    primary key (shop_id, package_id, line_id),
    foreign key (shop_id, package_id) references fulfilment.package (shop_id, id)
);
comment on table fulfilment.line is
    'home: shop. What is in a package: units of the order''s lines.';

create table fulfilment.scan (
    shop_id bigint not null,
    package_id bigint not null,
    -- The reporter's own name of the scan: heard twice, it is kept once.
    key text not null,
    kind text not null check (kind in ('HANDED_OVER', 'COLLECTED', 'IN_TRANSIT',
        'OUT_FOR_DELIVERY', 'DELAYED', 'DELIVERED', 'LOST')),
    at timestamptz not null,
    place text not null,
    heard_at timestamptz not null,
    reported_by text not null,
    primary key (shop_id, package_id, key),
    foreign key (shop_id, package_id) references fulfilment.package (shop_id, id)
);
comment on table fulfilment.scan is
    'home: shop. What was seen of a package, where and when; kept also when it came too late.';

create table fulfilment.progress (
    shop_id bigint not null,
    order_id bigint not null,
    packages int not null,
    delivered int not null default 0 check (delivered >= 0),
    lost int not null default 0 check (lost >= 0),
    called_off int not null default 0 check (called_off >= 0),
    primary key (shop_id, order_id),
    constraint progress_counts_once check (delivered + lost + called_off <= packages)
);
comment on table fulfilment.progress is
    'home: shop. How many packages an order has and how they ended; the last one decides.';

-- The carrier robot: a simulated outsider. Its books are its own; rooms never read them.
create sequence fulfilment.robot_serial;

create table fulfilment.robot_parcel (
    key text primary key,
    carrier text not null,
    tracking_number text not null,
    made_at timestamptz not null,
    voided_at timestamptz
);
comment on table fulfilment.robot_parcel is
    'home: local. The carrier robot''s own book of parcels that it knows.';

create table fulfilment.robot_scan (
    id bigint generated always as identity primary key,
    parcel_key text not null references fulfilment.robot_parcel (key),
    shop_id bigint not null,
    package_id bigint not null,
    key text not null,
    kind text not null,
    at timestamptz not null,
    place text not null,
    due_at timestamptz not null,
    reported_at timestamptz
);
create index robot_scan_due on fulfilment.robot_scan (due_at, id) where reported_at is null;
create index robot_scan_parcel on fulfilment.robot_scan (parcel_key);
comment on table fulfilment.robot_scan is
    'home: local. What the carrier robot will scan and when it tells; planned when it gets a parcel.';
