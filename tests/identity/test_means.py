"""What actors may do by which means: scopes, grants, staff mode, tokens, roles."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipcart import identity
from clipcart.identity import GRANT_SCOPES, Actor, Means, Scope, as_person, require
from clipcart.identity._jobs import SWEEPS
from clipcart.kit.db import Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import PersonId, ShopId, TokenId
from tests.identity.support import facts, join, later, operator_of, refused
from tests.support.database import OneConnection

SHOP, OTHER = ShopId(7), ShopId(8)
GRANTS = [*GRANT_SCOPES, "staff.edit", "bank.edit", "no.such"]


@given(
    scopes=st.frozensets(st.sampled_from([*Scope])),
    held=st.frozensets(st.sampled_from(GRANTS)),
    grant=st.sampled_from(GRANTS),
)
def test_grant_and_scope_must_both_agree(
    scopes: frozenset[str], held: frozenset[str], grant: str
) -> None:
    session = as_person(PersonId(1), memberships={SHOP: held})
    token = as_person(PersonId(1), memberships={SHOP: held}, means=Means.TOKEN, scopes=scopes)
    assert session.has_grant(SHOP, grant) == (grant in held)
    needed = GRANT_SCOPES.get(grant)
    assert token.has_grant(SHOP, grant) == (grant in held and needed in scopes)
    assert not session.has_grant(OTHER, grant)


def test_the_platform_may_and_robots_and_nobody_may_not() -> None:
    assert identity.SYSTEM.has_grant(SHOP, "orders.cancel")
    assert identity.job_actor("orders.close").has_grant(SHOP, "orders.cancel")
    for actor in (identity.ANONYMOUS, identity.robot("carrier")):
        assert not actor.has_grant(SHOP, "orders.cancel")
        assert not actor.is_operator
        assert not actor.is_person(identity.NOBODY)


def test_a_token_is_its_person_only_within_its_scopes() -> None:
    token = as_person(PersonId(1), means=Means.TOKEN, scopes=frozenset({"cart"}))
    assert token.is_person(PersonId(1), "cart")
    assert not token.is_person(PersonId(1), "orders:read")
    assert not token.is_person(PersonId(1))
    assert not token.is_person(PersonId(2), "cart")


def test_require_says_what_is_missing() -> None:
    require(True, "orders.cancel")
    with pytest.raises(Forbidden) as caught:
        require(False, "orders.cancel", as_person(PersonId(1)))
    assert caught.value.facts == {"grant": "orders.cancel"}
    with pytest.raises(SignInNeeded):
        require(False, "orders.cancel", identity.ANONYMOUS)


def test_actors_can_be_compared_and_kept_in_sets() -> None:
    one = as_person(PersonId(1), memberships={SHOP: frozenset({"shop.view"})})
    assert len({one, as_person(PersonId(1)), identity.SYSTEM, identity.SYSTEM}) == 3


def test_rules_are_told_apart() -> None:
    with pytest.raises(ValueError, match="two rules"):

        @identity.rule("identity", "account.manage", "somebody else")
        def may_other(actor: Actor) -> bool:
            return actor.is_anonymous


# -- tokens ------------------------------------------------------------------------------------


async def test_a_token_acts_for_its_person(tx: Tx, db: OneConnection) -> None:
    owner = as_person((await join(tx)).id)
    made = await identity.create_token(tx, owner, " My  till ", ["cart", "orders:read", "cart"])
    assert made.secret.startswith(f"cc_{owner.person_id}_")
    actor = await identity.actor_of_token(tx, made.secret)
    assert actor is not None
    assert (actor.person_id, actor.means) == (owner.person_id, Means.TOKEN)
    assert actor.scopes == frozenset({"cart", "orders:read"})
    kept = await db.connection.fetchval("select string_agg(t::text, '') from identity.token t")
    assert made.secret.rpartition("_")[2] not in kept
    (entry,) = await identity.tokens_for(tx, owner)
    assert (entry.name, entry.last_used_at) == ("My till", tx.now)
    for wrong in (made.secret + "x", made.secret[1:], "cc_1_x", "cc__", ""):
        assert await identity.actor_of_token(tx, wrong) is None


async def test_tokens_end(tx: Tx, db: OneConnection) -> None:
    owner = as_person((await join(tx)).id)
    short = await identity.create_token(
        tx, owner, "today", ["cart"], expires_at=tx.now + timedelta(days=1)
    )
    long = await identity.create_token(tx, owner, "always", ["cart"])
    gone = await identity.create_token(tx, owner, "lost", ["cart"])
    await identity.revoke_token(tx, owner, gone.id)
    assert await identity.actor_of_token(tx, gone.secret) is None
    async with refused(db, tx, identity.NoSuchToken):
        await identity.revoke_token(tx, owner, gone.id)
    tomorrow = later(db, timedelta(days=1))
    assert await identity.actor_of_token(tomorrow, short.secret) is None
    assert await identity.actor_of_token(tomorrow, long.secret) is not None
    assert await identity.actor_of_token(later(db, timedelta(days=365)), long.secret) is None


async def test_tokens_are_refused(tx: Tx, db: OneConnection) -> None:
    owner = as_person((await join(tx)).id)
    async with refused(db, tx, Invalid) as caught:
        await identity.create_token(tx, owner, "", ["everything"], expires_at=tx.now)
    assert [problem.field for problem in caught.value.problems] == ["name", "scopes", "expires_at"]
    async with refused(db, tx, Invalid):
        await identity.create_token(tx, owner, "none", [])
    async with refused(db, tx, Invalid):
        await identity.create_token(tx, owner, "ops", ["operator"])
    made = await identity.create_token(tx, owner, "till", list(Scope)[:-1])
    token = await identity.actor_of_token(tx, made.secret)
    assert token is not None
    async with refused(db, tx, Forbidden):
        await identity.create_token(tx, token, "a child", ["cart"])
    stranger = as_person((await join(tx, "Sid Stranger")).id)
    async with refused(db, tx, identity.NoSuchToken):
        await identity.revoke_token(tx, stranger, made.id)
    async with refused(db, tx, SignInNeeded):
        await identity.revoke_token(tx, identity.ANONYMOUS, TokenId(made.id))


# -- staff mode --------------------------------------------------------------------------------


async def test_staff_mode_is_entered_announced_and_ends_by_itself(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    operator = await operator_of(tx)
    assert operator.is_operator
    assert operator.label == f"operator:{operator.person_id}"
    made = await identity.create_token(tx, operator, "ops script", ["operator"])
    token = await identity.actor_of_token(tx, made.secret)
    assert token is not None
    assert token.is_operator
    (entered,) = await facts(db, tx, "identity.staff_mode_entered")
    assert entered[2]["reason"] == "verifying shops"
    engine = engine_for(Wiring((), (), SWEEPS))
    await engine.advance(timedelta(minutes=29), grain=timedelta())
    assert await facts(db, tx, "identity.staff_mode_left") == []
    await engine.advance(timedelta(minutes=2), grain=timedelta())
    (left,) = await facts(db, tx, "identity.staff_mode_left")
    assert left[1] == "job:identity.staff_modes"
    assert left[2]["has_expired"] is True
    token = await identity.actor_of_token(later(db, timedelta()), made.secret)
    assert token is not None
    assert not token.is_operator


async def session_of(tx: Tx, person_id: PersonId) -> Any:
    cookie = await identity.start_session(tx, person_id, "203.0.113.7")
    session = await identity.actor_of_session(tx, cookie.value)
    assert session is not None
    return session, cookie


async def test_staff_mode_is_left(tx: Tx, db: OneConnection) -> None:
    person = await join(tx)
    await identity.grant_role(tx, identity.SYSTEM, person.id)
    session, cookie = await session_of(tx, person.id)
    assert not session.actor.is_operator
    async with refused(db, tx, Invalid):
        await identity.enter_staff_mode(tx, session.actor, session.id, "  ")
    until = await identity.enter_staff_mode(tx, session.actor, session.id, "a look")
    assert until == tx.now + timedelta(minutes=30)
    await identity.leave_staff_mode(tx, session.actor, session.id)
    await identity.leave_staff_mode(tx, session.actor, session.id)
    again = await identity.actor_of_session(tx, cookie.value)
    assert again is not None
    assert not again.actor.is_operator
    assert len(await facts(db, tx, "identity.staff_mode_left")) == 1
    await identity.enter_staff_mode(tx, session.actor, session.id, "once more")
    await identity.sign_out(tx, cookie.value)
    assert len(await facts(db, tx, "identity.staff_mode_left")) == 2


async def test_only_operators_enter_and_only_in_their_own_session(
    tx: Tx, db: OneConnection
) -> None:
    session, _ = await session_of(tx, (await join(tx)).id)
    async with refused(db, tx, Forbidden):
        await identity.enter_staff_mode(tx, session.actor, session.id, "curious")
    operator = await operator_of(tx)
    async with refused(db, tx, identity.NoSuchSession):
        await identity.enter_staff_mode(tx, operator, session.id, "somebody else's session")


async def test_roles_are_given_and_taken(tx: Tx, db: OneConnection) -> None:
    person = await join(tx)
    async with refused(db, tx, Forbidden):
        await identity.grant_role(tx, as_person(person.id), person.id)
    async with refused(db, tx, identity.NoSuchPerson):
        await identity.grant_role(tx, identity.SYSTEM, PersonId(1))
    async with refused(db, tx, Invalid):
        await identity.grant_role(tx, identity.SYSTEM, person.id, "king")
    operator = await operator_of(tx)
    await identity.grant_role(tx, operator, person.id)
    await identity.grant_role(tx, operator, person.id)
    assert await identity.roles_of(tx, person.id) == {"operator"}
    session, cookie = await session_of(tx, person.id)
    await identity.enter_staff_mode(tx, session.actor, session.id, "a look")
    await identity.revoke_role(tx, operator, person.id)
    await identity.revoke_role(tx, operator, person.id)
    after = await identity.actor_of_session(tx, cookie.value)
    assert after is not None
    assert not after.actor.is_operator
    told = [name for name, actor, _ in await facts(db, tx, "identity.") if actor == operator.label]
    assert told == [
        "identity.role_granted",
        "identity.role_revoked",
        "identity.staff_mode_left",
    ]
