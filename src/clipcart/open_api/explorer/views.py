"""What the explorer and the page of limits show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clipcart.apps import App
from clipcart.doorway import Shell
from clipcart.kit.ids import AppId


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every view of an app; `current` is the label of the view."""

    id: AppId
    name: str
    key: str
    url: str
    current: str


def head_of(app: App, current: str) -> Head:
    """The head of a view."""
    return Head(app.id, app.name, app.key, f"/partner/apps/{app.id}", current)


@dataclass(frozen=True, slots=True)
class OperationLink:
    """An operation in the list."""

    method: str
    name: str
    path: str
    url: str
    current: bool
    is_served: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of the list; `note` counts those that are served."""

    name: str
    note: str
    is_open: bool
    links: Sequence[OperationLink]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the form. `kind` is text, choice, yesno, list, json or file."""

    name: str
    label: str
    kind: str
    type: str
    hint: str
    example: str
    options: Sequence[tuple[str, str]]
    value: str
    is_required: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class FieldPart:
    """Fields of one place: path, query, body."""

    title: str
    required: Sequence[FieldView]
    optional: Sequence[FieldView]
    is_open: bool


@dataclass(frozen=True, slots=True)
class CodeView:
    """The call in one language."""

    language: str
    note: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the door answered."""

    status: int
    tone: str
    verdict: str
    took: str
    request_id: str
    limits: Sequence[tuple[str, str]]
    text: str
    is_cut: bool
    codes: Sequence[CodeView]


@dataclass(frozen=True, slots=True)
class ChosenView:
    """The operation that is chosen, with its form."""

    slug: str
    name: str
    method: str
    path: str
    docs_url: str
    version: str
    versions: Sequence[tuple[str, str]]
    scope: str
    has_scope: bool
    is_served: bool
    is_multipart: bool
    takes_shop: bool
    consents: Sequence[tuple[str, str]]
    consent: str
    parts: Sequence[FieldPart]
    url: str


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """The explorer: operations at the side, the chosen one with its form and its answer."""

    shell: Shell
    head: Head
    words: str
    groups: Sequence[GroupView]
    served: int
    total: int
    has_consents: bool
    chosen: ChosenView | None
    answer: AnswerView | None
    errors: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BucketView:
    """A counter of one operation in one shop."""

    operation: str
    name: str
    shop: str
    used: int
    limit: int
    peak: int
    tone: str


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """How much of its limits an app uses now."""

    shell: Shell
    head: Head
    buckets: Sequence[BucketView]
    window_s: int
    calls_per_s: int
    left_s: int


Typed = Mapping[str, str]
"""Values of the form by the names of its fields."""
