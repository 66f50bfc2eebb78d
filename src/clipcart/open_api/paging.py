"""Places in long lists: where a page begins, and how many there were when the first was asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from clipcart.kit.errors import BadCursor
from clipcart.open_api.call import Call
from clipcart.open_api.values import read_time


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins. The count is taken once and carried from page to page in the token."""

    cursor: str | None
    count: int | None

    @classmethod
    def of(cls, call: Call) -> "Place":
        """The place that `page_token` names."""
        cursor, dot, count = (call.cursor or "").rpartition(".")
        if not dot:
            return cls(call.cursor, None)
        if not (count.isascii() and count.isdigit() and len(count) <= 9):
            raise wrong_token(call)
        return cls(cursor, int(count))

    @property
    def token(self) -> str:
        """What is given as `next_page_token`."""
        return "" if self.cursor is None else f"{self.cursor}.{self.count or 0}"


@contextmanager
def paging(call: Call) -> Iterator[None]:
    """Around what reads a page: a cursor that was not given out is a wrong `page_token`."""
    try:
        yield
    except BadCursor as error:
        raise wrong_token(call) from error


def wrong_token(call: Call) -> Exception:
    """The failure of a token that was not given out for this list."""
    return call.wrong("page_token", "it is not one of this list", "take next_page_token as given")


def moment(call: Call, field: str) -> datetime | None:
    """A time of the body or the query, None if it was not sent."""
    seconds = call.body.get(field, call.query.get(field))
    if seconds is None:
        return None
    found = read_time(seconds)
    if found is None or not 1970 <= found.year <= 9000:
        raise call.wrong(field, "there is no such time", "send Unix seconds")
    return found
