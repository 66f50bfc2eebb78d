"""Developers' verbs: register an app, change it, replace its secret."""

import secrets
from datetime import timedelta
from typing import Final

from clipcart.apps import _sql
from clipcart.apps.errors import NoSuchApp
from clipcart.apps.events import AppChanged, AppRegistered, AppSecretRotated
from clipcart.apps.model import LONGEST_OVERLAP, App, NewApp, NewSecret, app_problems
from clipcart.apps.policy import may_manage_app, may_register_app
from clipcart.apps.queries import app_of_row
from clipcart.apps.vault import Vault
from clipcart.identity import Actor, own_id, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import AppId, new_id

_KEY_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_KEY_LENGTH, _SECRET_BYTES = 12, 20


async def register_app(
    tx: Tx,
    actor: Actor,
    vault: Vault,
    new: NewApp,
    *,
    is_local: bool = False,
    key: str | None = None,
    secret: str | None = None,
) -> NewSecret:
    """Register an app of one's own; gives it with its secret, which is shown this once.

    `is_local` (outside production): redirect addresses may be plain http, and `key` and `secret`
    may be given, so that a client's settings need not change. Raises Invalid.
    """
    require(may_register_app(actor), "app.register", actor)
    if not is_local:
        key = secret = None
    check(
        [
            *app_problems(new, is_local=is_local),
            _credential_problem("key", key, 6, 32),
            _credential_problem("secret", secret, 10, 100),
        ]
    )
    made = App(
        AppId(new_id()),
        key or "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH)),
        new_id(),
        own_id(actor),
        " ".join(new.name.split()),
        new.about.strip(),
        new.redirect_url,
        {name: reason.strip() for name, reason in new.scopes.items()},
        tuple(new.allowed_ips),
        tx.now,
    )
    taken = await tx.maybe(_sql.APP_BY_KEY, key=made.key)
    check([Problem("key", "another app has this key", "choose another one") if taken else None])
    await tx.run(
        _sql.ADD_APP,
        id=made.id,
        key=made.key,
        service_id=made.service_id,
        owner_id=made.owner_id,
        now=tx.now,
        **_told(new),
    )
    text = await _add_secret(tx, vault, made.id, 1, secret)
    tx.announce(actor, AppRegistered(made.id, made.owner_id))
    return NewSecret(made, text)


def _credential_problem(field: str, text: str | None, low: int, high: int) -> Problem | None:
    if text is None or (
        low <= len(text) <= high and text.isascii() and text.isalnum() and text == text.lower()
    ):
        return None
    return Problem(field, "it is no such text", f"take {low} to {high} small letters and digits")


def _told(new: NewApp) -> dict[str, object]:
    return {
        "name": " ".join(new.name.split()),
        "about": new.about.strip(),
        "redirect_url": new.redirect_url,
        "scopes": {name: reason.strip() for name, reason in new.scopes.items()},
        "allowed_ips": list(new.allowed_ips),
    }


async def _add_secret(
    tx: Tx, vault: Vault, app_id: AppId, serial: int, given: str | None = None
) -> str:
    text = given or secrets.token_hex(_SECRET_BYTES)
    sealed = vault.seal(app_id, serial, text)
    await tx.run(_sql.ADD_SECRET, app_id=app_id, serial=serial, sealed=sealed, now=tx.now)
    return text


async def _own_app(tx: Tx, actor: Actor, app_id: AppId) -> App:
    row = await tx.maybe(_sql.APP, id=app_id)
    if row is None or not may_manage_app(actor, app_of_row(row).owner_id):
        require(not actor.is_anonymous, "app.manage", actor)
        raise NoSuchApp
    return app_of_row(row)


async def change_app(
    tx: Tx, actor: Actor, app_id: AppId, new: NewApp, *, is_local: bool = False
) -> App:
    """Change what an app says of itself. Consents keep their scopes until given anew.

    Raises NoSuchApp, Invalid.
    """
    await _own_app(tx, actor, app_id)
    check(app_problems(new, is_local=is_local))
    await tx.run(_sql.CHANGE_APP, id=app_id, now=tx.now, **_told(new))
    tx.announce(actor, AppChanged(app_id, tuple(new.scopes)))
    row = await tx.one(_sql.APP, id=app_id)
    return app_of_row(row)


async def rotate_secret(
    tx: Tx, actor: Actor, vault: Vault, app_id: AppId, overlap: timedelta = timedelta()
) -> NewSecret:
    """Give an app a new secret; those before it count for `overlap` longer, at most 30 days.

    The new one signs webhooks and answers from now on. Raises NoSuchApp, Invalid.
    """
    app = await _own_app(tx, actor, app_id)
    fits = timedelta() <= overlap <= LONGEST_OVERLAP
    check([None if fits else Problem("overlap", "that is too long", "choose at most 30 days")])
    await tx.one(_sql.LOCK_APP, id=app_id)
    serial = 1 + await tx.one(_sql.LAST_SERIAL, app_id=app_id)
    await tx.run(_sql.END_SECRETS, app_id=app_id, ends_at=tx.now + overlap)
    text = await _add_secret(tx, vault, app_id, serial)
    tx.announce(actor, AppSecretRotated(app_id, serial, tx.now + overlap))
    return NewSecret(app, text)
