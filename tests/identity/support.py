"""What tests of people and shops share: cheap passwords, refusals that leave no trace, time."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from clipcart import identity
from clipcart.identity import Actor, Passwords, Person
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal
from tests.support.database import OneConnection

CHEAP = Passwords(time_cost=1, memory_kib=8, parallelism=1)
PASSWORD = "correct horse battery"

_TABLES = """
    select n.nspname || '.' || quote_ident(c.relname) from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('identity', 'sellers', 'kit') order by 1"""


async def snapshot(connection: Any) -> dict[str, str | None]:
    """Every row of identity, sellers and kit, as one text per table."""
    return {
        name: await connection.fetchval(
            f"select string_agg(t::text, '|' order by t::text) from {name} t"
        )
        for (name,) in await connection.fetch(_TABLES)
    }


@contextlib.asynccontextmanager
async def refused(db: OneConnection, tx: Tx, kind: type[Refusal]) -> AsyncIterator[Any]:
    """The block is refused; afterwards nothing is changed, announced or enqueued."""
    await tx.flush()
    before = await snapshot(db.connection)
    with pytest.raises(kind) as caught:
        async with tx.savepoint():
            yield caught
    await tx.flush()
    assert await snapshot(db.connection) == before


def later(db: OneConnection, by: timedelta) -> Tx:
    """A transaction after some time has passed."""
    db.pass_time(by)
    return Tx(db.connection, db.moment)


async def facts(db: OneConnection, tx: Tx, prefix: str) -> list[tuple[str, str, Any]]:
    """Name, actor and payload of the facts whose name starts with `prefix`, oldest first."""
    await tx.flush()
    rows = await db.connection.fetch(
        "select name, actor, payload from kit.event where starts_with(name, $1) order by id",
        prefix,
    )
    return [(row["name"], row["actor"], row["payload"]) for row in rows]


async def join(tx: Tx, name: str = "Mira Okafor") -> Person:
    """Somebody with an account; the e-mail is made from the name."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    return await identity.sign_up(tx, email, PASSWORD, name, "us")


async def operator_of(tx: Tx, name: str = "Olu Operator") -> Actor:
    """An operator in staff mode, by a real session."""
    person = await join(tx, name)
    await identity.grant_role(tx, identity.SYSTEM, person.id)
    cookie = await identity.start_session(tx, person.id, "203.0.113.9")
    session = await identity.actor_of_session(tx, cookie.value)
    assert session is not None
    await identity.enter_staff_mode(tx, session.actor, session.id, "verifying shops")
    session = await identity.actor_of_session(tx, cookie.value)
    assert session is not None
    return session.actor
