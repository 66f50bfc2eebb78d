"""Personal API tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from clipcart.identity import _sql
from clipcart.identity.errors import NoSuchToken
from clipcart.identity.model import Actor, Scope, require
from clipcart.identity.policy import may_manage_account, own_id
from clipcart.identity.records import TOKEN_TTL, NewToken
from clipcart.kit.crypto import digest, new_secret
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import TokenId, new_id

_LONGEST_NAME: Final = 60


async def create_token(
    tx: Tx,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a token of one's own, good for a year unless `expires_at` is sooner.

    The scope `operator` is for operators in staff mode, and the token acts as one only while its
    owner's staff mode is on. Raises Invalid.
    """
    person_id = own_id(actor)
    require(may_manage_account(actor, person_id), "account.manage", actor)
    name, wanted = " ".join(name.split()), tuple(dict.fromkeys(scopes))
    until = min(expires_at or tx.now + TOKEN_TTL, tx.now + TOKEN_TTL)
    check(
        [
            _name_problem(name),
            *(_scope_problem(actor, scope) for scope in wanted),
            None if wanted else Problem("scopes", "no scope is chosen", "choose what it may do"),
            None
            if until > tx.now
            else Problem("expires_at", "that time is over", "choose a later one"),
        ]
    )
    secret, token_id = f"cc_{person_id}_{new_secret()}", TokenId(new_id())
    await tx.run(
        _sql.ADD_TOKEN,
        person_id=person_id,
        id=token_id,
        name=name,
        digest=digest(secret),
        scopes=wanted,
        now=tx.now,
        expires_at=until,
    )
    return NewToken(token_id, secret)


def _name_problem(name: str) -> Problem | None:
    if 0 < len(name) <= _LONGEST_NAME:
        return None
    rule = f"the name is missing or longer than {_LONGEST_NAME} characters"
    return Problem("name", rule, "name the program that will use the token")


def _scope_problem(actor: Actor, scope: str) -> Problem | None:
    if scope not in set(Scope):
        return Problem("scopes", f"{scope!r} is no scope", f"choose among {', '.join(Scope)}")
    if scope == Scope.OPERATOR and not actor.is_operator:
        return Problem("scopes", "operator needs staff mode", "enter staff mode first")
    return None


async def revoke_token(tx: Tx, actor: Actor, token_id: TokenId) -> None:
    """Make one of one's own tokens useless at once. Raises NoSuchToken."""
    person_id = own_id(actor)
    require(may_manage_account(actor, person_id), "account.manage", actor)
    if not await tx.run(_sql.REVOKE_TOKEN, person_id=person_id, id=token_id, now=tx.now):
        raise NoSuchToken
