"""Refusals: the business says no, with a code, a kind and typed facts.

Rooms raise subclasses; doors turn the kind into a status and the code into a sentence (from
`texts/`). Anything else that escapes is an outage or a bug. Refusals never name a status code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of no it is; doors answer by kind."""

    ABSENT = "absent"
    FORBIDDEN = "forbidden"
    UNAUTHENTICATED = "unauthenticated"
    INVALID = "invalid"
    CONFLICT = "conflict"
    EXHAUSTED = "exhausted"
    THROTTLED = "throttled"


class Refusal(Exception):
    """The business says no. Subclasses set `code` (unique, `room.reason`) and `kind`."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    registry: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts: Mapping[str, Any] = facts

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            Refusal.registry[cls.code] = cls

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


class Absent(Refusal):
    """There is no such thing, or it is not yours to see: both answer alike."""

    code = "kit.absent"
    kind = Kind.ABSENT

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class Forbidden(Refusal):
    """You may not do this. `grant` names what is missing, so that it can be asked for."""

    code = "kit.forbidden"
    kind = Kind.FORBIDDEN

    def __init__(self, grant: str) -> None:
        super().__init__(grant=grant)


class SignInNeeded(Refusal):
    """Nobody is signed in."""

    code = "kit.sign_in_needed"
    kind = Kind.UNAUTHENTICATED


class Throttled(Refusal):
    """Too often. `retry_after_s` is when it can work again."""

    code = "kit.throttled"
    kind = Kind.THROTTLED

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field: the rule it breaks and the way out, in words for people."""

    field: str
    rule: str
    cure: str


class Invalid(Refusal):
    """Input that breaks rules. Carries every problem at once, so that one answer is enough."""

    code = "kit.invalid"
    kind = Kind.INVALID

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=tuple(problems))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems, in the order of the fields."""
        return tuple(self.facts["problems"])


class BadCursor(Refusal):
    """A page cursor that this list did not give out."""

    code = "kit.bad_cursor"
    kind = Kind.INVALID


class Outage(Exception):
    """Something out there is down; try later. Never the caller's fault."""


def check(problems: Sequence[Problem | None]) -> None:
    """Raise Invalid if any problem is there."""
    found = [problem for problem in problems if problem is not None]
    if found:
        raise Invalid(found)
