"""Facts about apps. They carry no secret, no token and no name."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clipcart.kit.events import Event, event
from clipcart.kit.ids import AppId, PersonId, ShopId


@event
@dataclass(frozen=True, slots=True)
class AppRegistered(Event):
    """A developer has registered an app."""

    NAME: ClassVar[str] = "apps.app_registered"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    person_id: PersonId


@event
@dataclass(frozen=True, slots=True)
class AppChanged(Event):
    """An app's name, addresses or scopes are others now. Consents keep their scopes."""

    NAME: ClassVar[str] = "apps.app_changed"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    scopes: tuple[str, ...]


@event
@dataclass(frozen=True, slots=True)
class TrialTokenMade(Event):
    """An app's developer made an access token for trying things out with a person's consent."""

    NAME: ClassVar[str] = "apps.trial_token_made"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    person_id: PersonId
    ends_at: datetime


@event
@dataclass(frozen=True, slots=True)
class AppSecretRotated(Event):
    """An app has a new secret; those before it count until `others_end_at`."""

    NAME: ClassVar[str] = "apps.app_secret_rotated"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    serial: int
    others_end_at: datetime


@event
@dataclass(frozen=True, slots=True)
class AppAuthorised(Event):
    """An app was let into a shop, or may do other things there from now on."""

    NAME: ClassVar[str] = "apps.app_authorised"
    SUBJECT: ClassVar[str] = "app_id"
    shop_id: ShopId
    app_id: AppId
    person_id: PersonId
    scopes: tuple[str, ...]
    ends_at: datetime | None


@event
@dataclass(frozen=True, slots=True)
class AppDeauthorised(Event):
    """An app is no longer let into a shop. `ended_by`: PERSON, APP or TIME."""

    NAME: ClassVar[str] = "apps.app_deauthorised"
    SUBJECT: ClassVar[str] = "app_id"
    shop_id: ShopId
    app_id: AppId
    person_id: PersonId
    ended_by: str


@event
@dataclass(frozen=True, slots=True)
class AppWebhookChanged(Event):
    """A developer said where a topic is told for every shop, or (`is_set` false) nowhere."""

    NAME: ClassVar[str] = "apps.app_webhook_changed"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    topic: str
    is_set: bool


@event
@dataclass(frozen=True, slots=True)
class DeliveriesRevived(Event):
    """A developer had webhooks sent again that had ended."""

    NAME: ClassVar[str] = "apps.deliveries_revived"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    count: int


@event
@dataclass(frozen=True, slots=True)
class AppExpiring(Event):
    """An app will be let into a shop only until `ends_at`; said daily in the last 30 days."""

    NAME: ClassVar[str] = "apps.app_expiring"
    SUBJECT: ClassVar[str] = "app_id"
    shop_id: ShopId
    app_id: AppId
    person_id: PersonId
    ends_at: datetime


@event
@dataclass(frozen=True, slots=True)
class CreatorAuthorisedApp(Event):
    """A creator lets an app act for them."""

    NAME: ClassVar[str] = "apps.creator_authorised_app"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    person_id: PersonId
    scopes: tuple[str, ...]


@event
@dataclass(frozen=True, slots=True)
class CreatorDeauthorisedApp(Event):
    """A creator's app acts for them no longer. `ended_by`: PERSON or APP."""

    NAME: ClassVar[str] = "apps.creator_deauthorised_app"
    SUBJECT: ClassVar[str] = "app_id"
    app_id: AppId
    person_id: PersonId
    ended_by: str
