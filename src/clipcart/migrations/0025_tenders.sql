-- A payment is made of tenders: how much by card, by boleto, by voucher, and what of each goes back.
create function payments.total_of(minors bigint[]) returns bigint
    language sql immutable parallel safe
    return (select coalesce(sum(u.minor), 0)::bigint from unnest(minors) as u(minor));
create function payments.fits(parts bigint[], wholes bigint[]) returns boolean
    language sql immutable parallel safe
    return cardinality(parts) = cardinality(wholes) and (
        select coalesce(bool_and(u.part between 0 and u.whole), true)
        from unnest(parts, wholes) as u(part, whole));

alter table payments.payment
    add column tender_kinds text[],
    add column tender_minors bigint[],
    add column tender_back_minors bigint[];
update payments.payment p set
    tender_kinds = case when p.amount_minor > 0 then array['CARD'] else '{}'::text[] end,
    tender_minors = case when p.amount_minor > 0 then array[p.amount_minor]
        else '{}'::bigint[] end,
    tender_back_minors = case when p.amount_minor > 0 then array[coalesce(
            (select sum(s.refunding_minor + s.refunded_minor)::bigint from payments.split s
                where s.person_id = p.person_id and s.payment_id = p.id), 0)]
        else '{}'::bigint[] end;
-- One tender is the rule, and told first: the functions are for those with several.
alter table payments.payment
    alter column tender_kinds set not null,
    alter column tender_minors set not null,
    alter column tender_back_minors set not null,
    add constraint payment_tender_kinds check (
        cardinality(tender_kinds) = cardinality(tender_minors)
        and tender_kinds <@ array['CARD', 'DEBIT', 'BOLETO', 'VOUCHER'] and 0 < all (tender_minors)),
    add constraint payment_tenders_add_up check (tender_minors = array[amount_minor]
        or payments.total_of(tender_minors) = amount_minor),
    add constraint payment_tenders_back check (
        (cardinality(tender_minors) = 1 and cardinality(tender_back_minors) = 1
            and tender_back_minors[1] between 0 and tender_minors[1])
        or payments.fits(tender_back_minors, tender_minors));

alter table payments.refund add column tender_minors bigint[];
update payments.refund set tender_minors = array[amount_minor];
alter table payments.refund
    alter column tender_minors set not null,
    add constraint refund_tenders_add_up check (tender_minors = array[amount_minor]
        or payments.total_of(tender_minors) = amount_minor);
comment on column payments.refund.tender_minors is
    'How much of it goes back over each tender of the payment, in their order.';
