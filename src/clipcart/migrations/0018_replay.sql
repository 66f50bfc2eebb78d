-- The replay of a history: how far it has come, and what it found that no rule of ours allows.
create table ops.replay (
    digest text primary key,
    folder text not null,
    sample int,
    grain_hours int not null,
    stage text not null check (stage in ('SETTLING', 'TRADING', 'ENDING', 'DONE')),
    grain int not null default 0,
    began_at timestamptz not null,
    worked_s int not null default 0
);
comment on table ops.replay is
    'home: local. The history that this installation replays, and how far it has come.';

create table ops.replay_person (
    person text primary key,
    person_id bigint not null
);
comment on table ops.replay_person is 'home: local. Who the people of the history are here.';

create table ops.replay_seller (
    seller text primary key,
    shop_id bigint not null,
    owner_id bigint not null
);
comment on table ops.replay_seller is 'home: local. Which shops the sellers of the history are.';

create table ops.replay_sku (
    seller text not null,
    product text not null,
    shop_id bigint not null,
    sku_id bigint not null,
    primary key (seller, product)
);
comment on table ops.replay_sku is 'home: local. Which SKUs the products of the history are.';

create table ops.replay_order (
    order_id text primary key,
    payment_id bigint not null,
    shop_ids bigint[] not null,
    order_ids bigint[] not null,
    step text not null check (step in ('PLACED', 'SHIPPED', 'ENDED'))
);
comment on table ops.replay_order is
    'home: local. Which orders here an order of the history is, and how far it was taken.';

create table ops.replay_exception (
    order_id text not null,
    cause text not null,
    place int not null default 0,
    note text not null,
    ends_as text not null,
    payments jsonb not null,
    primary key (order_id, cause, place)
);
comment on table ops.replay_exception is
    'home: local. Where the history breaks a rule, and by how much the replay differs for it.';
