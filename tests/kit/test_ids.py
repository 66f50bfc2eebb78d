"""Ids: unique, rising, and in rows that nothing else falls into."""

import pytest

from clipcart.kit.ids import IdMaker, counted_from, new_id, new_ids


def test_rows_of_ids_never_overlap() -> None:
    maker, seen = IdMaker(3), set[int]()
    last = 0
    for count in (1, 4096, 7, 4096, 1, 99, 4000, 500, 1):
        first = maker.next(count)
        row = set(range(first, first + count))
        assert first > last
        assert not seen & row
        assert {each >> 12 & 1023 for each in row} == {3}
        seen |= row
        last = max(row)


@pytest.mark.parametrize("count", [0, -1, 4097])
def test_a_row_has_one_to_4096_ids(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        new_ids(count)


def test_counted_ids_come_in_rows_too() -> None:
    with counted_from(5):
        first = new_ids(3)
        assert [new_id(), new_ids(2), new_id()] == [first + 3, first + 4, first + 6]
