"""Lists with optional filters, paged by keyset cursors: the only place that joins SQL strings.

    ORDERS = Listing(
        "select id, state, placed_at from orders.order_ where shop_id = :shop_id",
        OrderRow,
        filters={"state": "state = any(:state::text[])"},
        orders={"newest": Order((Key("placed_at", "timestamptz"), Key("id", "bigint")), down=True)},
    )
    page = await ORDERS.page(tx, fixed={"shop_id": shop_id}, filters={"state": ["ON_HOLD"]},
                             order="newest", cursor=cursor, limit=50)

Every piece is a literal written by a programmer; users choose among pieces and give values.
A page costs the same at any depth, and rows that appear meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, LiteralString, TypeVar

import msgspec

from clipcart.kit.db import Tx
from clipcart.kit.errors import BadCursor
from clipcart.kit.sql import Query, compose

R = TypeVar("R")
T = TypeVar("T")

MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Key:
    """A column that orders: its name in the row, its PostgreSQL type, its SQL if that differs."""

    field: LiteralString
    type: LiteralString
    sql: LiteralString | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order by keys of one direction. The last key must make it unique."""

    keys: tuple[Key, ...]
    down: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. Cursors are opaque texts; None means that there is nothing that way."""

    items: tuple[T, ...]
    next_cursor: str | None
    previous_cursor: str | None = None

    def map(self, change: Callable[[T], R]) -> "Page[R]":
        """The same page of changed items."""
        return Page(tuple(map(change, self.items)), self.next_cursor, self.previous_cursor)


class Listing(Generic[R]):
    """A list over one select. `R` is a NamedTuple that has a field for each key."""

    def __init__(
        self,
        select: LiteralString,
        row: type[R],
        *,
        orders: Mapping[str, Order],
        filters: Mapping[str, LiteralString] | None = None,
        hot: bool = False,
        scatter: str | None = None,
    ) -> None:
        self._select = select
        self._row = row
        self._orders = orders
        self._filters = filters or {}
        self._module: str = sys._getframe(1).f_globals["__name__"]
        self._hot = hot
        self._scatter = scatter
        self._made: dict[tuple[tuple[str, ...], str, bool, bool], Query[R]] = {}
        self._counts: dict[tuple[str, ...], Query[int]] = {}
        for order in orders:  # the prepare-all test sees every piece at least once
            self._statement((), order, seek=False, back=False, register=True)
            self._statement(tuple(self._filters), order, seek=True, back=False, register=True)
        self._count_statement(tuple(self._filters), register=True)

    async def page(
        self,
        tx: Tx,
        *,
        order: str,
        cursor: str | None,
        limit: int,
        fixed: Mapping[str, Any] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> Page[R]:
        """A page of at most `limit` (1..200). Filters whose value is None are left out.

        Raises BadCursor for a text that this list and order did not give out.
        """
        limit = max(1, min(limit, MAX_LIMIT))
        chosen = {name: value for name, value in (filters or {}).items() if value is not None}
        keys = self._orders[order].keys
        back, seek_values = _read_cursor(cursor, order, keys)
        statement = self._statement(
            tuple(chosen), order, seek=cursor is not None, back=back, register=False
        )
        values = {**(fixed or {}), **chosen, **seek_values, "limit_": limit + 1}
        rows = await tx.all(statement, **{name: values[name] for name in statement.parameters})
        more, rows = len(rows) > limit, rows[:limit]
        if back:
            rows.reverse()
        has_next, has_previous = (True, more) if back else (more, cursor is not None)
        return Page(
            tuple(rows),
            _write_cursor(order, keys, rows[-1], back=False) if rows and has_next else None,
            _write_cursor(order, keys, rows[0], back=True) if rows and has_previous else None,
        )

    async def count(
        self,
        tx: Tx,
        *,
        up_to: int,
        fixed: Mapping[str, Any] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> int:
        """How many rows the list has, counted no further than `up_to`."""
        chosen = {name: value for name, value in (filters or {}).items() if value is not None}
        statement = self._count_statement(tuple(chosen), register=False)
        values = {**(fixed or {}), **chosen, "limit_": up_to}
        return await tx.one(statement, **{name: values[name] for name in statement.parameters})

    def _count_statement(self, chosen: tuple[str, ...], *, register: bool) -> Query[int]:
        if chosen not in self._counts:
            # What the select gives is not computed: the planner leaves unused columns out.
            inner = self._select + self._where([f"({self._filters[name]})" for name in chosen])
            self._counts[chosen] = compose(
                f"select count(*)::int from ({inner} limit :limit_) counted",
                int,
                module=self._module,
                hot=self._hot,
                scatter=self._scatter,
                register=register,
            )
        return self._counts[chosen]

    def _statement(
        self, chosen: tuple[str, ...], order: str, *, seek: bool, back: bool, register: bool
    ) -> Query[R]:
        key = (chosen, order, seek, back)
        if key not in self._made:
            self._made[key] = compose(
                self._text(chosen, self._orders[order], seek=seek, back=back),
                self._row,
                module=self._module,
                hot=self._hot,
                scatter=self._scatter,
                register=register,
            )
        return self._made[key]

    def _text(self, chosen: tuple[str, ...], order: Order, *, seek: bool, back: bool) -> str:
        conditions = [f"({self._filters[name]})" for name in chosen]
        columns = [key.sql or key.field for key in order.keys]
        down = order.down != back
        if seek:
            marks = [f":k{n}_::{key.type}" for n, key in enumerate(order.keys)]
            sign = "<" if down else ">"
            conditions.append(f"({', '.join(columns)}) {sign} ({', '.join(marks)})")
        where = self._where(conditions)
        direction = " desc" if down else ""
        ordering = ", ".join(column + direction for column in columns)
        return f"{self._select}{where} order by {ordering} limit :limit_"

    def _where(self, conditions: Sequence[str]) -> str:
        word = "and" if " where " in self._select.replace("\n", " ") else "where"
        return f" {word} {' and '.join(conditions)}" if conditions else ""


def _write_cursor(order: str, keys: Sequence[Key], row: Any, *, back: bool) -> str:
    values = [getattr(row, key.field) for key in keys]
    raw = msgspec.json.encode([order, back, values])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_cursor(
    cursor: str | None, order: str, keys: Sequence[Key]
) -> tuple[bool, dict[str, Any]]:
    if cursor is None:
        return False, {}
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        name, back, values = msgspec.json.decode(raw, type=tuple[str, bool, list[Any]])
        if name != order or len(values) != len(keys):
            raise BadCursor
        return back, {
            f"k{n}_": _typed(value, key)
            for n, (value, key) in enumerate(zip(values, keys, strict=True))
        }
    except (ValueError, TypeError, binascii.Error, msgspec.DecodeError) as error:
        raise BadCursor from error


def _typed(value: Any, key: Key) -> Any:
    if key.type == "timestamptz":
        return msgspec.convert(value, datetime)
    wanted = {"bigint": int, "int": int, "text": str}.get(key.type)
    if wanted is not None and type(value) is not wanted:
        raise BadCursor
    if wanted is int and not -(1 << 63) <= value < 1 << 63:
        raise BadCursor
    return value


def one_page(items: Sequence[T]) -> Page[T]:
    """A list that is complete on one page."""
    return Page(tuple(items), None)


def without_previous(page: Page[T]) -> Page[T]:
    """The page for doors that only go forward."""
    return replace(page, previous_cursor=None)
