"""Jobs and sweeps: work that follows a commit, and deadlines that are due by the clock.

A job is enqueued on `tx`, so that it exists exactly if its cause does. A sweep is a deadline that
stands in a room's own table: it says when it is next due and handles what is due in sets; nothing
is enqueued for it, so nothing can be forgotten. Both run on the movable clock (kit/engine.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from clipcart.kit.sql import Query

if TYPE_CHECKING:
    from clipcart.kit.db import Database, Tx

P = TypeVar("P")


class Lane(StrEnum):
    """Jobs of one lane share workers; a slow lane does not hold up another."""

    MONEY = "money"
    PROMPT = "prompt"
    BULK = "bulk"
    MEDIA = "media"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class JobKind(Generic[P]):
    """A kind of job: its stable name, what it carries, its lane and how often it is tried."""

    name: str
    payload: type[P]
    lane: Lane = Lane.PROMPT
    max_attempts: int = 10


class Postpone(Exception):
    """Said by a job body: not now, and not a failure. Runs again after `delay_s` seconds."""

    def __init__(self, delay_s: int, reason: str) -> None:
        super().__init__(f"{reason}; again in {delay_s} s")
        self.delay_s = delay_s


Outcome = Exception | None
"""What became of one job of a set: None is done, Postpone is later, anything else has failed."""


@dataclass(frozen=True, slots=True)
class Job(Generic[P]):
    """What runs for a kind, one by one (`body`) or in sets (`body_of_many`), never both.

    Bodies open their own transactions and may use the network between. A body of many gets up to
    `at_most` payloads in the order of their enqueueing, and gives an outcome for each. When it
    raises, the set is repeated one by one, so that a bad job does not fail its neighbours; it has
    to bear that, as every body bears being repeated.
    """

    kind: JobKind[P]
    body: Callable[["Database", P], Awaitable[None]] | None = None
    body_of_many: Callable[["Database", Sequence[P]], Awaitable[Sequence[Outcome]]] | None = None
    at_most: int = 200

    def __post_init__(self) -> None:
        if (self.body is None) == (self.body_of_many is None):
            raise ValueError(f"job {self.kind.name} has either a body or a body of many")


AnyJob = Job[Any]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A deadline kept in a room's table.

    `earliest` gives the earliest open deadline; null or infinity when there is none. It has no
    parameters: the earliest of all sweeps are asked for in one statement. Where it gives something
    from which a deadline counts, `due` makes it one. `run` handles one bounded set of what is due
    at `tx.now` and returns how many it handled; it is called until that is 0.
    """

    name: str
    earliest: Query[datetime]
    run: Callable[["Tx"], Awaitable[int]]
    due: Callable[[datetime], datetime] = lambda moment: moment
