"""What the pages of the Partner Center show."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart.doorway import Shell
from clipcart.kit.ids import AppId
from clipcart.web.account.filled import Filled


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of an app."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class AppHead:
    """What stands above every view of an app."""

    id: AppId
    name: str
    key: str
    url: str
    tabs: Sequence[Tab]


@dataclass(frozen=True, slots=True)
class ScopeField:
    """A scope in the form: with a reason it is asked for."""

    field: str
    name: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class ScopeGroup:
    """Scopes of one party."""

    title: str
    is_open: bool
    scopes: Sequence[ScopeField]


@dataclass(frozen=True, slots=True)
class AppLine:
    """An app in the list."""

    name: str
    url: str
    key: str
    asks: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """One's apps, and the form for another one."""

    shell: Shell
    apps: Sequence[AppLine]
    form: Filled
    groups: Sequence[ScopeGroup]


@dataclass(frozen=True, slots=True)
class SecretView:
    """A secret that counts now."""

    title: str
    until: str


@dataclass(frozen=True, slots=True)
class AppPage:
    """One app: key, secrets, settings. `secret` is shown when it is new."""

    shell: Shell
    head: AppHead
    service_id: str
    consent_url: str
    secret: str | None
    secrets: Sequence[SecretView]
    form: Filled
    groups: Sequence[ScopeGroup]


@dataclass(frozen=True, slots=True)
class RequestView:
    """One call of the app."""

    at: str
    what: str
    answer: str
    tone: str
    message: str
    took: str
    request_id: str


@dataclass(frozen=True, slots=True)
class UseView:
    """How the last calls went."""

    calls: int
    failed: int
    limited: int
    middle: str
    slowest: str


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """The log of the app's requests."""

    shell: Shell
    head: AppHead
    use: UseView
    only_failed: bool
    requests: Sequence[RequestView]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with the app's address for it."""

    name: str
    type: int
    title: str
    needs: str
    address: str
    error: str | None


@dataclass(frozen=True, slots=True)
class FailingView:
    """A line that rests."""

    shop: str
    since: str
    retry: str
    problem: str


@dataclass(frozen=True, slots=True)
class WebhooksPage:
    """Where the app is told what."""

    shell: Shell
    head: AppHead
    topics: Sequence[TopicView]
    failing: Sequence[FailingView]


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery in the list."""

    url: str
    topic: str
    about: str
    state: str
    tone: str
    made: str
    attempts: int
    problem: str


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """What the app was told."""

    shell: Shell
    head: AppHead
    only: str
    filters: Sequence[Tab]
    dead: int
    deliveries: Sequence[DeliveryView]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One sending."""

    title: str
    tone: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery, with each sending."""

    shell: Shell
    head: AppHead
    delivery: DeliveryView
    facts: Sequence[tuple[str, str]]
    body: str
    attempts: Sequence[AttemptView]
    is_waiting: bool
