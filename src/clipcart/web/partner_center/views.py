"""What the pages of the Partner Center show."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart.doorway import Shell
from clipcart.kit.ids import AppId
from clipcart.web.account.filled import Filled


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of a list."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class AppHead:
    """What stands above every view of an app; `current` is the label of the view."""

    id: AppId
    name: str
    key: str
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way to the first call: `state` is reached, current or future."""

    title: str
    note: str
    state: str
    url: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeField:
    """A scope in the form: with a reason it is asked for."""

    field: str
    name: str
    title: str
    note: str
    is_chosen: bool


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
    """One's apps, or how to begin."""

    shell: Shell
    apps: Sequence[AppLine]
    steps: Sequence[Step]
    base_url: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form for another app."""

    shell: Shell
    form: Filled
    groups: Sequence[ScopeGroup]


@dataclass(frozen=True, slots=True)
class SecretView:
    """A secret that counts now."""

    title: str
    word: str
    tone: str
    made: str
    ends: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """Who let the app in, and into what."""

    who: str
    scopes: str
    until: str
    person_id: int
    party: str


@dataclass(frozen=True, slots=True)
class AppPage:
    """One app at a glance. `secret` and `token` are there when they are new: shown this once."""

    shell: Shell
    head: AppHead
    service_id: str
    base_url: str
    redirect_url: str
    consent_url: str
    scopes: Sequence[tuple[str, str]]
    steps: Sequence[Step]
    use: "UseView"
    consents: Sequence[ConsentView]
    variables: str
    curl: str
    secret: str | None = None
    token: str | None = None
    token_until: str = ""


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What an app says of itself, and its secrets."""

    shell: Shell
    head: AppHead
    secrets: Sequence[SecretView]
    form: Filled
    groups: Sequence[ScopeGroup]


@dataclass(frozen=True, slots=True)
class RequestView:
    """One call of the app."""

    at: str
    method: str
    path: str
    about: str
    answer: str
    tone: str
    message: str
    short: str
    took: str
    request_id: str


@dataclass(frozen=True, slots=True)
class UseView:
    """How the newest calls went: times of half and of 95 in 100."""

    calls: int
    failed: int
    limited: int
    middle: str
    slow: str


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """The log of the app's requests."""

    shell: Shell
    head: AppHead
    use: UseView
    failed: str
    path: str
    code: str
    is_filtered: bool
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
    is_set: bool


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
    notice: str
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
    failing: Sequence[FailingView]
    deliveries: Sequence[DeliveryView]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One sending."""

    when: str
    said: str
    took: str
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
    pretty: str
    attempts: Sequence[AttemptView]
    is_waiting: bool
