"""Statements as named values: written by hand in each room's `_sql.py`, prepared by a test.

    ORDER = query("select id, state from orders.order_ where shop_id = :shop_id and id = :id", Row)
    await tx.maybe(ORDER, shop_id=shop_id, id=order_id)

Row classes are NamedTuples whose fields are the columns in order, or `int`, `str`, `bool`,
`datetime` for a single column.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, LiteralString, TypeVar, cast

R = TypeVar("R")

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
SCALARS: tuple[type, ...] = (int, str, bool, datetime)


@dataclass(frozen=True, slots=True, eq=False)
class Query(Generic[R]):
    """One statement: SQL with positional parameters, their names, and how a row is made."""

    sql: str
    parameters: tuple[str, ...]
    row: type[R] | None
    make: Callable[[Any], R]
    module: str
    hot: bool
    scatter: str | None

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """The values in positional order. Wrong names are a bug and say so."""
        if len(values) != len(self.parameters):
            raise TypeError(f"parameters are {self.parameters}, got {tuple(values)}")
        return [values[name] for name in self.parameters]

    @property
    def room(self) -> str:
        """The package whose statement it is: `clipcart.orders._sql` belongs to `orders`."""
        parts = self.module.split(".")
        return parts[1] if len(parts) > 1 else parts[0]


REGISTRY: list[Query[Any]] = []
"""Every statement of every imported room; the house tests walk through it."""


def _positional(sql: str) -> tuple[str, tuple[str, ...]]:
    names: list[str] = []

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _PARAMETER.sub(replace, sql), tuple(names)


def _first(record: Any) -> Any:
    return record[0]


def compose(
    sql: str,
    row: type[R],
    *,
    module: str,
    hot: bool = False,
    scatter: str | None = None,
    register: bool = True,
) -> Query[R]:
    """A statement from text that was put together by kit/listing.py. Rooms use `query`."""
    text, names = _positional(sql)
    make = _first if row in SCALARS else row._make  # type: ignore[attr-defined]
    made: Query[R] = Query(text, names, row, cast(Any, make), module, hot, scatter)
    if register:
        REGISTRY.append(made)
    return made


def query(
    sql: LiteralString, row: type[R], *, hot: bool = False, scatter: str | None = None
) -> Query[R]:
    """A statement that returns rows.

    `hot` marks one that must not scan a table sequentially; `scatter` is the reason why one
    touches a homed table without its home key.
    """
    module = sys._getframe(1).f_globals["__name__"]
    return compose(sql, row, module=module, hot=hot, scatter=scatter)


def command(sql: LiteralString, *, hot: bool = False, scatter: str | None = None) -> Query[None]:
    """A statement that changes rows and returns none; `tx.run` gives the number of rows."""
    module = sys._getframe(1).f_globals["__name__"]
    text, names = _positional(sql)
    made: Query[None] = Query(text, names, None, _first, module, hot, scatter)
    REGISTRY.append(made)
    return made
