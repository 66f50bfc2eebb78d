-- What sellers tell of deliveries under their own labels, and what proves it.
alter table fulfilment.scan drop constraint scan_kind_check;
alter table fulfilment.scan add constraint scan_kind_check check (kind in ('HANDED_OVER', 'COLLECTED',
    'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELAYED', 'NOT_DELIVERED', 'DELIVERED', 'LOST'));

create table fulfilment.delivery_report (
    shop_id bigint not null,
    package_id bigint not null,
    id bigint not null,
    kind text not null check (kind in ('DELIVERED', 'NOT_DELIVERED', 'PROOF')),
    reason text,
    proof_kind text check (proof_kind in ('PICTURE', 'DOCUMENT')),
    proof_key text,
    told_at timestamptz not null,
    told_by text not null,
    primary key (shop_id, package_id, id),
    foreign key (shop_id, package_id) references fulfilment.package (shop_id, id),
    check ((proof_kind is null) = (proof_key is null)),
    check ((kind = 'NOT_DELIVERED') = (reason is not null)),
    check (kind <> 'PROOF' or proof_key is not null)
);
comment on table fulfilment.delivery_report is
    'home: shop. The seller''s own word about deliveries: how they went, why they failed, what proves it.';
