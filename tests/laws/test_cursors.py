"""Cursors: pages together are the list, whatever the order, the size and what happens meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipcart.kit.db import Tx
from clipcart.kit.errors import BadCursor
from clipcart.kit.eventlog import log
from clipcart.kit.listing import Key, Listing, Order
from tests.support.database import OneConnection

DAY = datetime(2026, 3, 2, tzinfo=UTC)


class Row(NamedTuple):
    at: datetime
    id: int


LISTING = Listing(
    "select at, id from kit.event where shop_id = :shop_id",
    Row,
    orders={
        "newest": Order((Key("at", "timestamptz"), Key("id", "bigint")), down=True),
        "oldest": Order((Key("at", "timestamptz"), Key("id", "bigint"))),
    },
    filters={"since": "at >= :since"},
)


async def put(connection: Any, days: list[int], *, first: int = 1) -> None:
    rows = [(7, first + n, DAY + timedelta(days=day)) for n, day in enumerate(days)]
    await connection.executemany(
        """insert into kit.event (shop_id, id, at, name, version, actor, subject, payload)
        values ($1, $2, $3, 'x', 1, 'x', 'x:1', '{}')""",
        rows,
    )


async def walk(tx: Tx, order: str, size: int, *, back: bool = False) -> list[Row]:
    """All rows, page by page; with `back`, to the end and back again to the first page."""
    found: list[Row] = []
    cursor: str | None = None
    while True:
        page = await LISTING.page(tx, order=order, cursor=cursor, limit=size, fixed={"shop_id": 7})
        found += page.items
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    if not back:
        return found
    seen = list(page.items)
    while page.previous_cursor is not None:
        page = await LISTING.page(
            tx, order=order, cursor=page.previous_cursor, limit=size, fixed={"shop_id": 7}
        )
        seen = [*page.items, *seen]
    return seen


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    days=st.lists(st.integers(0, 5), max_size=25),
    size=st.integers(1, 9),
    order=st.sampled_from(["newest", "oldest"]),
)
async def test_pages_together_are_the_list(
    db: OneConnection, days: list[int], size: int, order: str
) -> None:
    whole = db.connection.transaction()
    await whole.start()
    try:
        await put(db.connection, days)
        async with db.reading() as tx:
            forward = await walk(tx, order, size)
            backward = await walk(tx, order, size, back=True)
    finally:
        await whole.rollback()
    rows = [Row(DAY + timedelta(days=day), 1 + n) for n, day in enumerate(days)]
    expected = sorted(rows, reverse=order == "newest")
    assert forward == expected
    assert backward == expected


async def test_rows_that_appear_meanwhile_neither_repeat_nor_hide(db: OneConnection) -> None:
    await put(db.connection, [1, 2, 3, 4, 5, 6])
    async with db.reading() as tx:
        first = await LISTING.page(tx, order="newest", cursor=None, limit=3, fixed={"shop_id": 7})
    await put(db.connection, [9, 9, 0], first=100)
    async with db.reading() as tx:
        second = await LISTING.page(
            tx, order="newest", cursor=first.next_cursor, limit=9, fixed={"shop_id": 7}
        )
    assert [row.id for row in first.items] == [6, 5, 4]
    assert [row.id for row in second.items] == [3, 2, 1, 102]


async def test_filters_stay_with_the_cursor(db: OneConnection) -> None:
    await put(db.connection, list(range(10)))
    since = {"since": DAY + timedelta(days=5)}
    async with db.reading() as tx:
        first = await LISTING.page(
            tx, order="oldest", cursor=None, limit=2, fixed={"shop_id": 7}, filters=since
        )
        second = await LISTING.page(
            tx,
            order="oldest",
            cursor=first.next_cursor,
            limit=9,
            fixed={"shop_id": 7},
            filters=since,
        )
    assert [row.id for row in (*first.items, *second.items)] == [6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!!", "e30", "W10", "WyJuZXdlc3QiLGZhbHNlLFtdXQ", "a" * 400, "ÿ", "bnVsbA"],
)
async def test_a_foreign_cursor_is_refused(db: OneConnection, cursor: str) -> None:
    async with db.reading() as tx:
        with pytest.raises(BadCursor):
            await log(tx, cursor=cursor)
