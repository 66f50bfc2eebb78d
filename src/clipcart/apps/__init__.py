"""Apps: programs of developers, who lets them act for whom, and what they asked.

Owns      schema `apps`
Calls     identity
Tells     AppRegistered, AppAuthorised, AppDeauthorised, and all else in events.py
Promises  an app never does more than its scopes, the consent and the person's own roles allow.
"""

from clipcart.apps.actions.consenting import (
    authorise_creator,
    authorise_shops,
    end_consent,
    leave_shop,
    show_out,
)
from clipcart.apps.actions.exchanging import exchange_code, refresh
from clipcart.apps.actions.keeping import record_requests
from clipcart.apps.actions.listening import remove_webhook, set_webhook
from clipcart.apps.actions.registering import change_app, register_app, rotate_secret
from clipcart.apps.errors import (
    CodeSpent,
    NoSuchApp,
    NoSuchConsent,
    NothingToConsent,
    RefreshSpent,
)
from clipcart.apps.events import (
    AppAuthorised,
    AppChanged,
    AppDeauthorised,
    AppRegistered,
    AppSecretRotated,
    CreatorAuthorisedApp,
    CreatorDeauthorisedApp,
)
from clipcart.apps.model import (
    ACCESS_TTL,
    AUTH_CODE_TTL,
    CONSENT_DAYS,
    Access,
    App,
    Consent,
    Issued,
    NewApp,
    NewSecret,
    RequestEntry,
    SecretEntry,
    Webhook,
)
from clipcart.apps.parties import Party
from clipcart.apps.queries import (
    access,
    actor_of,
    app_by_key,
    app_by_secret,
    app_by_service,
    app_for,
    apps,
    apps_of,
    apps_of_shop,
    consents_of,
    newest_secret,
    requests_for,
    secrets_for,
    webhooks_for,
    webhooks_in,
)
from clipcart.apps.scopes import SCOPES, AppScope, means_of, scopes_for
from clipcart.apps.vault import Vault

__all__ = [
    "ACCESS_TTL",
    "AUTH_CODE_TTL",
    "CONSENT_DAYS",
    "SCOPES",
    "Access",
    "App",
    "AppAuthorised",
    "AppChanged",
    "AppDeauthorised",
    "AppRegistered",
    "AppScope",
    "AppSecretRotated",
    "CodeSpent",
    "Consent",
    "CreatorAuthorisedApp",
    "CreatorDeauthorisedApp",
    "Issued",
    "NewApp",
    "NewSecret",
    "NoSuchApp",
    "NoSuchConsent",
    "NothingToConsent",
    "Party",
    "RefreshSpent",
    "RequestEntry",
    "SecretEntry",
    "Vault",
    "Webhook",
    "access",
    "actor_of",
    "app_by_key",
    "app_by_secret",
    "app_by_service",
    "app_for",
    "apps",
    "apps_of",
    "apps_of_shop",
    "authorise_creator",
    "authorise_shops",
    "change_app",
    "consents_of",
    "end_consent",
    "exchange_code",
    "leave_shop",
    "means_of",
    "newest_secret",
    "record_requests",
    "refresh",
    "register_app",
    "remove_webhook",
    "requests_for",
    "rotate_secret",
    "scopes_for",
    "secrets_for",
    "set_webhook",
    "show_out",
    "webhooks_for",
    "webhooks_in",
]
