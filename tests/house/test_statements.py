"""Every registered statement prepares, matches its row class, and stays in its own schema."""

import importlib
import pkgutil
import re
import types
import typing
from datetime import date, datetime
from typing import Any

import pytest

import clipcart
from clipcart.kit.sql import REGISTRY, SCALARS, Query

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "int8": (int,),
    "int4": (int,),
    "int2": (int,),
    "numeric": (int,),
    "bool": (bool,),
    "text": (str,),
    "bpchar": (str,),
    "varchar": (str,),
    "timestamptz": (datetime,),
    "date": (date,),
    "bytea": (bytes,),
}


def import_everything() -> None:
    for module in pkgutil.walk_packages(clipcart.__path__, "clipcart."):
        importlib.import_module(module.name)


import_everything()
BY_NAME = {f"{query.module}:{n}": query for n, query in enumerate(REGISTRY)}


def allowed(annotation: Any) -> set[type]:
    """The plain classes that a field's annotation stands for."""
    if isinstance(annotation, typing.NewType):
        return allowed(annotation.__supertype__)
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return set().union(*(allowed(part) for part in typing.get_args(annotation)))
    origin = typing.get_origin(annotation)
    return {origin or annotation}


def check_row(statement: Query[Any], columns: list[Any]) -> None:
    assert statement.row is not None
    if statement.row in SCALARS:
        fields = {columns[0].name: statement.row}
    else:
        fields = typing.get_type_hints(statement.row)
        assert [column.name for column in columns] == list(fields), "columns differ from fields"
    for column, annotation in zip(columns, fields.values(), strict=False):
        classes = allowed(annotation)
        if Any in classes or column.type.name in {"jsonb", "json"}:
            continue
        if column.type.name.startswith("_") or column.type.kind == "array":
            assert classes & {list, tuple, typing.Any}, f"{column.name} is an array"
            continue
        expected = PYTHON_TYPES[column.type.name]
        assert classes & set(expected), f"{column.name}: {column.type.name} is not {annotation}"


@pytest.mark.parametrize("name", BY_NAME)
async def test_statement_prepares_and_fits_its_row(name: str, connection: Any) -> None:
    statement = BY_NAME[name]
    prepared = await connection.prepare(statement.sql)
    assert len(prepared.get_parameters()) == len(statement.parameters)
    if statement.row is not None:
        check_row(statement, list(prepared.get_attributes()))


@pytest.mark.parametrize("name", BY_NAME)
def test_statement_stays_in_its_own_schema(name: str) -> None:
    statement = BY_NAME[name]
    schemas = "|".join(sorted({query.room for query in REGISTRY} | {"kit", "public"}))
    pattern = rf"(?:from|join|into|update|table)\s+(?:only\s+)?({schemas})\.(\w+)"
    for schema, table in re.findall(pattern, statement.sql):
        own = schema == statement.room or (schema, table[:2]) == (schema, "v_")
        assert own, f"{statement.room} touches {schema}.{table}"


@pytest.mark.parametrize("name", BY_NAME)
def test_statement_names_its_columns(name: str) -> None:
    inner = re.sub(r"select \* from unnest", "", BY_NAME[name].sql)
    assert not re.search(r"select\s+(\w+\.)?\*", inner), "name the columns"


@pytest.mark.parametrize("name", [name for name, query in BY_NAME.items() if query.hot])
async def test_hot_statement_does_not_scan_sequentially(name: str, connection: Any) -> None:
    statement = BY_NAME[name]
    nulls = ", ".join("null" for _ in statement.parameters)
    async with connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        own = f"hot_{abs(hash(name))}"
        await connection.execute(f"prepare {own} as {statement.sql}")
        plan = await connection.fetch(f"explain execute {own}" + (f"({nulls})" if nulls else ""))
        await connection.execute(f"deallocate {own}")
    lines = [row[0] for row in plan]
    assert not [line for line in lines if "Seq Scan" in line], "\n".join(lines)
