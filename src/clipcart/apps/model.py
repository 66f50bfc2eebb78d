"""Apps, consents, tokens: frozen classes and pure rules."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from clipcart.apps.parties import Party
from clipcart.apps.scopes import SCOPES
from clipcart.kit.errors import Problem
from clipcart.kit.ids import AppId, PersonId, ShopId

AUTH_CODE_TTL: Final = timedelta(minutes=30)
ACCESS_TTL: Final = timedelta(days=7)
TRIAL_TTL: Final = timedelta(hours=1)
"""How long a token lives that a developer makes for trying things out."""

CREATOR_REFRESH_TTL: Final = timedelta(days=3650)
CONSENT_DAYS: Final = (30, 90, 180, 365)
"""How long a seller may let an app in. A creator's consent has no end."""

NOTICES_KEPT: Final = timedelta(days=30)
"""How long a shop's event log goes back."""

DELIVERIES_KEPT: Final = timedelta(days=30)
"""How long what was sent can be looked at, and what was given up be sent again."""

WARNED_DAYS: Final = timedelta(days=30)
"""For so long before its end an app is told daily that a consent ends."""

LONGEST_OVERLAP: Final = timedelta(days=30)
REQUESTS_KEPT: Final = timedelta(days=7)
"""How long the log of an app's requests goes back."""

LONGEST_NAME, LONGEST_ABOUT, LONGEST_REASON, LONGEST_URL = 60, 500, 300, 500
MOST_IPS: Final = 20


_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.ASCII)
"""A host as it stands in an address, a number of IPv6 without its brackets."""


@dataclass(frozen=True, slots=True)
class App:
    """A developer's app. `scopes` are what it asks for, each with its reason.

    `service_id` stands in links for sellers, `key` in everything that programs send.
    `allowed_ips` are addresses or networks; none means that any may call.
    """

    id: AppId
    key: str
    service_id: int
    owner_id: PersonId
    name: str
    about: str
    redirect_url: str
    scopes: Mapping[str, str]
    allowed_ips: tuple[str, ...]
    created_at: datetime

    def allows(self, address: str) -> bool:
        """A call may come from this network address."""
        if not self.allowed_ips:
            return True
        try:
            caller = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(caller in ipaddress.ip_network(each, strict=False) for each in self.allowed_ips)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """What a developer says of an app: `scopes` with the reason for each."""

    name: str
    about: str
    redirect_url: str
    scopes: Mapping[str, str]
    allowed_ips: Sequence[str] = ()


class NewSecret(NamedTuple):
    """A new app or a new secret. `secret` is shown once."""

    app: App
    secret: str


@dataclass(frozen=True, slots=True)
class SecretEntry:
    """A secret in the list of an app: never its text."""

    serial: int
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody lets an app act for them. `ends_at` None: until they say otherwise."""

    person_id: PersonId
    app_id: AppId
    party: Party
    scopes: tuple[str, ...]
    shop_ids: tuple[ShopId, ...]
    granted_at: datetime
    ends_at: datetime | None


def first_warning(now: datetime, ends_at: datetime) -> datetime:
    """When an app is first told that a consent ends soon: a midnight (UTC) of the last 30 days."""
    today, last_day = (
        each.replace(hour=0, minute=0, second=0, microsecond=0) for each in (now, ends_at)
    )
    return max(today + timedelta(days=1), last_day - WARNED_DAYS + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Access:
    """What a call's app key and token stand for, read in one round trip.

    `secrets` are those that count now, newest first. `consent` is None if the token is unknown or
    was withdrawn; `is_expired` says that the token or the consent is over.
    """

    app: App
    secrets: tuple[str, ...]
    consent: Consent | None
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh pair of tokens. The texts are kept nowhere."""

    consent: Consent
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


class TrialToken(NamedTuple):
    """An access token for trying things out. The text is kept nowhere."""

    access_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an app wants to hear of a kind of event in a shop."""

    shop_id: ShopId
    app_id: AppId
    event_type: str
    address: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One call of an app and its answer. `code` is 0 when it worked."""

    owner_id: PersonId
    app_id: AppId
    at: datetime
    method: str
    path: str
    shop_id: ShopId | None
    status: int
    code: int
    message: str
    took_us: int
    request_id: str


@dataclass(frozen=True, slots=True)
class RequestSums:
    """How an app's newest requests went; times in microseconds, of half and of 95 in 100."""

    calls: int
    failed: int
    limited: int
    middle_us: int
    slow_us: int


def app_problems(new: NewApp, *, is_local: bool) -> list[Problem | None]:
    """What is wrong with an app. `is_local`: outside production its addresses may be plain http."""
    return [
        _length_problem("name", new.name, 1, LONGEST_NAME),
        _length_problem("about", new.about, 0, LONGEST_ABOUT),
        url_problem("redirect_url", new.redirect_url, LONGEST_URL, is_local=is_local),
        None if new.scopes else Problem("scopes", "no scope is chosen", "choose what it may do"),
        *(_scope_problem(name, reason) for name, reason in new.scopes.items()),
        *(_network_problem(each) for each in new.allowed_ips),
        None
        if len(new.allowed_ips) <= MOST_IPS
        else Problem("allowed_ips", f"more than {MOST_IPS} addresses", "name a network instead"),
    ]


def _length_problem(field: str, text: str, low: int, high: int) -> Problem | None:
    if low <= len(text.strip()) and len(text) <= high:
        return None
    return Problem(field, f"it is missing or longer than {high} characters", "write it shorter")


def url_problem(field: str, url: str, longest: int, *, is_local: bool) -> Problem | None:
    """An address that browsers or programs are sent to: complete, with https outside sandboxes."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    schemes = ("https", "http") if is_local else ("https",)
    is_clean = url.isascii() and url.isprintable() and not set(url) & {" ", "#"}
    is_clean = is_clean and len(url) <= longest and _HOST.fullmatch(host or "") is not None
    if host is None or not is_clean or parts.scheme not in schemes or parts.username is not None:
        begins = " or ".join(f"{each}://" for each in schemes)
        rule = f"it is not a complete web address that begins with {begins}"
        return Problem(field, rule, f"write it in full, at most {longest} characters")
    return None


def _scope_problem(name: str, reason: str) -> Problem | None:
    if name not in SCOPES:
        return Problem("scopes", f"{name} is no scope", "choose from the list")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        return Problem("scopes", f"{name} has no reason", "say why the app needs it")
    return None


def _network_problem(text: str) -> Problem | None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return Problem(
            "allowed_ips", f"{text} is no address", "write 203.0.113.7 or 203.0.113.0/24"
        )
    return None
