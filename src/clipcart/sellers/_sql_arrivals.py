"""Statements that bring many shops at once."""

from clipcart.kit.sql import command, query

CLAIM_HANDLES = query(
    """
    insert into sellers.handle (handle, shop_id)
    select u.handle, u.shop_id from unnest(:handles::text[], :shop_ids::bigint[])
        as u(handle, shop_id)
    order by u.handle
    on conflict (handle) do nothing returning shop_id""",
    int,
)

ADD_SHOPS = command("""
    with given as (
        select * from unnest(:shop_ids::bigint[], :owner_ids::bigint[], :handles::text[],
            :names::text[], :taglines::text[], :stories::text[], :market_ids::text[],
            :currencies::text[], :hours::int[], :accents::text[])
            as u(shop_id, owner_id, handle, name, tagline, story, market_id, currency, hours,
                accent)
    ), opened as (
        insert into sellers.shop (shop_id, handle, name, tagline, story, market_id, currency,
            state, free_cancel_hours, accent, opened_at, opened_by, live_at)
        select shop_id, handle, name, tagline, story, market_id, currency, :live, hours, accent,
            :now, owner_id, :now
        from given
    ), required as (
        insert into sellers.requirement (shop_id, requirement, state, reason, submitted_at,
            decided_at, decided_by)
        select given.shop_id, r, :approved, '', :now, :now, :decided_by
        from given cross join unnest(:requirements::text[]) r
    ), staffed as (
        insert into sellers.staff (shop_id, person_id, role, joined_at, added_by)
        select shop_id, owner_id, :role, :now, 'person:' || owner_id from given
    )
    insert into sellers.membership (person_id, shop_id, role)
    select owner_id, shop_id, :role from given""")

ADD_BUSINESSES = command("""
    insert into sellers.business (shop_id, legal_form, legal_name, tax_number, representative,
        line1, line2, district, city, region, postal_code, phone, submitted_at, submitted_by)
    select u.shop_id, u.legal_form, u.legal_name, u.tax_number, u.representative, u.line1, u.line2,
        u.district, u.city, u.region, u.postal_code, u.phone, :now, u.owner_id
    from unnest(:shop_ids::bigint[], :owner_ids::bigint[], :legal_forms::text[],
        :legal_names::text[], :tax_numbers::text[], :representatives::text[], :line1s::text[],
        :line2s::text[], :districts::text[], :cities::text[], :regions::text[],
        :postal_codes::text[], :phones::text[])
        as u(shop_id, owner_id, legal_form, legal_name, tax_number, representative, line1, line2,
            district, city, region, postal_code, phone)""")

ADD_DOCUMENTS = command("""
    insert into sellers.document (shop_id, id, kind, file_key, content_type, size_bytes, state,
        expires_on, expires_at, added_at, added_by)
    select u.shop_id, u.id, u.kind, u.file_key, u.content_type, u.size_bytes, :state, u.expires_on,
        u.expires_at, :now, u.owner_id
    from unnest(:shop_ids::bigint[], :owner_ids::bigint[], :ids::bigint[], :kinds::text[],
        :file_keys::text[], :content_types::text[], :sizes::int[], :expires_ons::date[],
        :expires_ats::timestamptz[])
        as u(shop_id, owner_id, id, kind, file_key, content_type, size_bytes, expires_on,
            expires_at)""")

ADD_BANK_ACCOUNTS = command("""
    insert into sellers.bank_account (shop_id, id, holder_name, bank_name, routing_code,
        number_masked, number_full, state, added_at, added_by)
    select u.shop_id, u.id, u.holder, u.bank, u.code, u.masked, u.number, 'APPROVED', :now,
        u.owner_id
    from unnest(:shop_ids::bigint[], :owner_ids::bigint[], :ids::bigint[], :holders::text[],
        :banks::text[], :codes::text[], :maskeds::text[], :numbers::text[])
        as u(shop_id, owner_id, id, holder, bank, code, masked, number)""")
