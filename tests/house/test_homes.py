"""Every table declares its home, its key begins with it, and no foreign key crosses homes."""

from typing import Any

KEYS = {"shop": "shop_id", "person": "person_id", "creator": "creator_id", "viewer": "viewer_id"}
HOMES = {*KEYS, "reference", "local"}

TABLES = """
    select n.nspname as schema, c.relname as name, c.oid as oid,
        split_part(split_part(obj_description(c.oid), 'home: ', 2), '.', 1) as home,
        (select array_agg(a.attname order by k.n)::text[] from pg_index i
            cross join unnest(i.indkey) with ordinality as k(attnum, n)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
            where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
        and n.nspname not in ('pg_catalog', 'information_schema')"""

UNIQUE = """
    select c.relname as name, i.indexrelid::regclass::text as index,
        (select array_agg(a.attname)::text[] from unnest(i.indkey) k
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k) as columns
    from pg_index i join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    where i.indisunique and c.oid = $1::oid"""

FOREIGN = """
    select conname, confrelid as target,
        (select array_agg(a.attname)::text[] from unnest(conkey) k
            join pg_attribute a on a.attrelid = conrelid and a.attnum = k) as columns
    from pg_constraint where contype = 'f' and conrelid = $1::oid"""


async def test_every_table_has_a_home_and_its_key(connection: Any) -> None:
    tables = await connection.fetch(TABLES)
    assert len(tables) > 5
    wrong = []
    for table in tables:
        name = f"{table['schema']}.{table['name']}"
        if table["home"] not in HOMES:
            wrong.append(f"{name}: comment says no home")
        elif table["home"] in KEYS and (table["key"] or [""])[0] != KEYS[table["home"]]:
            wrong.append(f"{name}: primary key must start with {KEYS[table['home']]}")
    assert wrong == []


async def test_unique_indexes_carry_the_home_key(connection: Any) -> None:
    wrong = []
    for table in await connection.fetch(TABLES):
        key = KEYS.get(table["home"])
        if key is None:
            continue
        for index in await connection.fetch(UNIQUE, table["oid"]):
            if key not in index["columns"]:
                wrong.append(index["index"])
    assert wrong == []


async def test_foreign_keys_stay_at_home(connection: Any) -> None:
    tables = {table["oid"]: table for table in await connection.fetch(TABLES)}
    wrong = []
    for oid, table in tables.items():
        for constraint in await connection.fetch(FOREIGN, oid):
            target = tables[constraint["target"]]
            home = table["home"]
            at_home = home == target["home"] and KEYS.get(home, "") in [*constraint["columns"], ""]
            if not at_home and target["home"] != "reference":
                wrong.append(constraint["conname"])
    assert wrong == []
