-- The book: balanced journals that nobody edits, running balances, and holds with an end.
create schema ledger;

create table ledger.journal (
    shop_id bigint not null,
    id bigint not null,
    kind text not null check (kind <> ''),
    reference text not null check (reference <> ''),
    order_id bigint,
    actor text not null,
    posted_at timestamptz not null,
    primary key (shop_id, id),
    unique (shop_id, reference)
);
create index journal_order on ledger.journal (shop_id, order_id, id) where order_id is not null;
comment on table ledger.journal is
    'home: shop. One posting: why, for which order, by whom. A reference is posted once.';

create table ledger.entry (
    shop_id bigint not null,
    journal_id bigint not null,
    position int not null,
    account text not null check (account ~ '^[a-z]+(_[a-z]+)*$'),
    amount_minor bigint not null check (amount_minor <> 0),
    currency char(3) not null,
    primary key (shop_id, journal_id, position),
    foreign key (shop_id, journal_id) references ledger.journal (shop_id, id)
);
comment on table ledger.entry is
    'home: shop. What a journal moves: debits are positive, credits negative. Never edited.';

create table ledger.balance (
    shop_id bigint not null,
    account text not null,
    currency char(3) not null,
    balance_minor bigint not null,
    primary key (shop_id, account, currency)
);
comment on table ledger.balance is
    'home: shop. The sum of all entries of an account, kept by the statement that posts them.';

create table ledger.hold (
    shop_id bigint not null,
    id bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency char(3) not null,
    cause text not null check (cause <> ''),
    order_id bigint,
    placed_at timestamptz not null,
    placed_by text not null,
    until timestamptz not null,
    contested_at timestamptz,
    contested_by text,
    contest_note text,
    lifted_at timestamptz,
    lifted_by text,
    primary key (shop_id, id),
    check (until > placed_at),
    check ((contested_at is null) = (contest_note is null)),
    check ((contested_at is null) = (contested_by is null)),
    check ((lifted_at is null) = (lifted_by is null))
);
create index hold_in_force on ledger.hold (shop_id, until) where lifted_at is null;
comment on table ledger.hold is
    'home: shop. Amounts kept back for a named cause until a date; never without one.';

-- A journal sums to zero in each currency when its transaction commits.
create function ledger.require_balance() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from ledger.entry e
        where e.shop_id = new.shop_id and e.journal_id = new.journal_id
        group by e.currency having sum(e.amount_minor) <> 0)
    then
        raise exception 'journal % of shop % does not sum to zero', new.journal_id, new.shop_id
            using errcode = 'check_violation', constraint = 'journal_balanced';
    end if;
    return null;
end $$;
create constraint trigger journal_balanced after insert on ledger.entry
    deferrable initially deferred for each row execute function ledger.require_balance();

-- What is written stays; a mistake is corrected by another journal.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is never changed: post another journal', tg_table_schema, tg_table_name
        using errcode = 'check_violation', constraint = 'ledger_append_only';
end $$;
create trigger journal_append_only before update or delete on ledger.journal
    for each row execute function ledger.refuse_change();
create trigger journal_no_truncate before truncate on ledger.journal
    for each statement execute function ledger.refuse_change();
create trigger entry_append_only before update or delete on ledger.entry
    for each row execute function ledger.refuse_change();
create trigger entry_no_truncate before truncate on ledger.entry
    for each statement execute function ledger.refuse_change();

-- Published for rooms above: what the entries of an order, and of a shop, come to by account.
create view ledger.v_order_account as
    select j.shop_id, j.order_id, e.account, e.currency,
        sum(e.amount_minor)::bigint as balance_minor
    from ledger.journal j
    join ledger.entry e on e.shop_id = j.shop_id and e.journal_id = j.id
    where j.order_id is not null
    group by j.shop_id, j.order_id, e.account, e.currency;
create view ledger.v_shop_account as
    select e.shop_id, e.account, e.currency, sum(e.amount_minor)::bigint as balance_minor
    from ledger.entry e group by e.shop_id, e.account, e.currency;
