"""Signing up, in and out; sessions; forgotten passwords."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from clipcart import identity
from clipcart.identity import Attempt, Passwords, SessionCookie, SignInFailed
from clipcart.identity._jobs import SWEEPS, jobs
from clipcart.identity.adapters.fake import LocalMailer
from clipcart.kit.db import PooledDatabase, Tx, round_trips
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Invalid, SignInNeeded, Throttled
from tests.identity.support import PASSWORD, facts, join, later, operator_of, refused
from tests.support.database import OneConnection

IP = "203.0.113.7"
EMAIL = "mira.okafor@example.com"
LATER = timedelta(minutes=20)


async def signed_in(tx: Tx, email: str = EMAIL) -> SessionCookie:
    cookie = await identity.sign_in(tx, email, PASSWORD, IP)
    assert isinstance(cookie, SessionCookie)
    return cookie


async def test_sign_up_then_in(tx: Tx, db: OneConnection) -> None:
    person = await identity.sign_up(tx, f"  {EMAIL.upper()} ", PASSWORD, " Mira  Okafor ", "us")
    assert (person.email, person.name) == (EMAIL, "Mira Okafor")
    cookie = await signed_in(tx, EMAIL.title())
    counter = round_trips.set([0])
    session = await identity.actor_of_session(tx, cookie.value)
    trips = round_trips.get()
    round_trips.reset(counter)
    assert trips == [1]
    assert session is not None
    assert session.actor.is_person(person.id)
    assert session.actor.label == f"person:{person.id}"
    assert not session.actor.is_operator
    assert await facts(db, tx, "identity.") == [
        (
            "identity.person_signed_up",
            f"person:{person.id}",
            {"person_id": person.id, "market_id": "us"},
        )
    ]


async def test_every_problem_is_named_at_once(tx: Tx, db: OneConnection) -> None:
    async with refused(db, tx, Invalid) as caught:
        await identity.sign_up(tx, "mira at home", "short", "  ", "us")
    assert [problem.field for problem in caught.value.problems] == ["email", "name", "password"]


@pytest.mark.parametrize("password", ["123456789", EMAIL, EMAIL.upper(), "mira.okafor", "x" * 201])
async def test_bad_passwords(tx: Tx, db: OneConnection, password: str) -> None:
    async with refused(db, tx, Invalid):
        await identity.sign_up(tx, EMAIL, password, "Mira", "us")


@pytest.mark.parametrize(
    "email",
    ["", "a@b", "a b@c.de", "a@b@c.de", "a@c.de\nBcc: x@y.de", "<a@c.de>", f"{'a' * 250}@c.de"],
)
async def test_no_e_mail_address(tx: Tx, db: OneConnection, email: str) -> None:
    async with refused(db, tx, Invalid):
        await identity.sign_up(tx, email, PASSWORD, "Mira", "us")


async def test_one_account_per_e_mail(tx: Tx, db: OneConnection) -> None:
    await join(tx)
    async with refused(db, tx, identity.EmailTaken):
        await identity.sign_up(tx, EMAIL.upper(), PASSWORD, "Somebody else", "us")


async def test_two_sign_up_at_once(real_db: PooledDatabase, race: Callable[..., Any]) -> None:
    async def contender(name: str) -> None:
        async with real_db.transaction() as tx:
            await identity.sign_up(tx, EMAIL, PASSWORD, name, "us")

    outcomes = await race(*(contender(f"Mira {n}") for n in range(6)))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, identity.EmailTaken) for outcome in outcomes) == 5
    async with real_db.pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from identity.person") == 1


async def test_wrong_password_and_unknown_e_mail_look_the_same(tx: Tx) -> None:
    class Counting(Passwords):
        checked = 0

        def _fits(self, known: str, password: str) -> bool:
            self.checked += 1
            return super()._fits(known, password)

    counting = Counting(time_cost=1, memory_kib=8)
    identity.use_passwords(counting)
    await join(tx)
    wrong = await identity.sign_in(tx, EMAIL, "wrong password", IP)
    after_wrong = counting.checked
    unknown = await identity.sign_in(tx, "nobody@example.com", PASSWORD, IP)
    assert isinstance(wrong, SignInFailed)
    assert isinstance(unknown, SignInFailed)
    assert str(wrong) == str(unknown)
    assert (after_wrong, counting.checked) == (1, 2)


async def test_tries_are_counted_per_e_mail(tx: Tx, db: OneConnection) -> None:
    await join(tx)
    for n in range(10):
        await identity.sign_in(tx, EMAIL, "wrong password", f"203.0.113.{n}")
    async with refused(db, tx, Throttled) as caught:
        await identity.sign_in(tx, EMAIL, PASSWORD, "203.0.113.99")
    assert 0 < caught.value.facts["retry_after_s"] <= 900
    assert isinstance(await identity.sign_in(later(db, LATER), EMAIL, PASSWORD, IP), SessionCookie)


async def test_tries_are_counted_per_address(tx: Tx, db: OneConnection) -> None:
    for n in range(20):
        await identity.count_attempt(tx, Attempt.SIGN_UP, ip=IP, email=f"{n}@example.com")
    async with refused(db, tx, Throttled):
        await identity.count_attempt(tx, Attempt.SIGN_UP, ip=IP, email="new@example.com")
    await identity.count_attempt(tx, Attempt.SIGN_UP, ip="198.51.100.1", email="new@example.com")


async def test_a_hash_of_another_cost_is_made_anew(tx: Tx, db: OneConnection) -> None:
    person = await join(tx)
    dearer = Passwords(time_cost=2, memory_kib=16)
    identity.use_passwords(dearer)
    await signed_in(tx)
    kept = await db.connection.fetchval(
        "select password_hash from identity.person where person_id = $1", person.id
    )
    assert kept.startswith("$argon2id$")
    assert not dearer.is_outdated(kept)


async def test_cookies_are_kept_as_digests_only(tx: Tx, db: OneConnection) -> None:
    await join(tx)
    cookie = await signed_in(tx)
    rows = await db.connection.fetchval("select string_agg(s::text, '') from identity.session s")
    assert cookie.value.partition(".")[2] not in rows
    assert await identity.actor_of_session(tx, cookie.value + "x") is None
    assert await identity.actor_of_session(tx, "nonsense") is None


async def test_sessions_are_listed_and_revoked(tx: Tx, db: OneConnection) -> None:
    await join(tx)
    phone, laptop = await signed_in(tx), await signed_in(tx)
    session = await identity.actor_of_session(tx, laptop.value)
    assert session is not None
    listed = await identity.sessions_for(tx, session.actor)
    assert {entry.id for entry in listed} == {phone.session_id, laptop.session_id}
    await identity.revoke_session(tx, session.actor, phone.session_id)
    assert await identity.actor_of_session(tx, phone.value) is None
    assert await identity.actor_of_session(tx, laptop.value) is not None
    stranger = identity.as_person((await join(tx, "Sid Stranger")).id)
    async with refused(db, tx, identity.NoSuchSession):
        await identity.revoke_session(tx, stranger, laptop.session_id)
    async with refused(db, tx, SignInNeeded):
        await identity.revoke_session(tx, identity.ANONYMOUS, laptop.session_id)


async def test_sign_out_ends_the_session_once(tx: Tx) -> None:
    await join(tx)
    cookie = await signed_in(tx)
    await identity.sign_out(tx, cookie.value)
    assert await identity.actor_of_session(tx, cookie.value) is None
    await identity.sign_out(tx, cookie.value)
    await identity.sign_out(tx, "nonsense")


async def test_a_session_lives_while_it_is_used(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    await join(tx)
    used, idle = await signed_in(tx), await signed_in(tx)
    for _ in range(2):
        assert await identity.actor_of_session(later(db, timedelta(days=20)), used.value)
    now = later(db, timedelta())
    assert await identity.actor_of_session(now, idle.value) is None
    await tx.flush()
    await engine_for(Wiring((), (), SWEEPS)).settle()
    assert await db.connection.fetchval("select array_agg(id) from identity.session") == [
        used.session_id
    ]


async def test_a_reading_door_is_told_to_touch(tx: Tx, db: OneConnection) -> None:
    await join(tx)
    cookie = await signed_in(tx)
    db.pass_time(timedelta(hours=2))
    async with db.reading() as reading:
        session = await identity.actor_of_session(reading, cookie.value)
    assert session is not None
    assert session.needs_touch
    await identity.touch_session(later(db, timedelta()), session)
    async with db.reading() as reading:
        session = await identity.actor_of_session(reading, cookie.value)
    assert session is not None
    assert not session.needs_touch


async def asked_for_link(tx: Tx, db: OneConnection, engine: Engine, mailer: LocalMailer) -> str:
    await identity.request_password_reset(tx, EMAIL, IP, "https://shop.example")
    await tx.flush()
    await engine.settle()
    body = list(mailer.sent.values())[-1].body
    return body.partition("https://shop.example/password/reset/")[2].split()[0]


async def test_forgotten_password(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    person, mailer = await join(tx), LocalMailer()
    engine = engine_for(Wiring((), jobs(mailer), ()))
    cookie = await signed_in(tx)
    older = await asked_for_link(tx, db, engine, mailer)
    token = await asked_for_link(tx, db, engine, mailer)
    kept = await db.connection.fetchval(
        "select string_agg(r::text, '') from identity.password_reset r"
    )
    assert token.partition(".")[2] not in kept
    async with refused(db, tx, Invalid):
        await identity.reset_password(tx, token, "short")
    assert await identity.reset_password(tx, token, "a brand new one") == person.id
    assert await identity.actor_of_session(tx, cookie.value) is None
    assert isinstance(await identity.sign_in(tx, EMAIL, PASSWORD, IP), SignInFailed)
    assert isinstance(await identity.sign_in(tx, EMAIL, "a brand new one", IP), SessionCookie)
    for spent in (token, older, "17.never", "nonsense"):
        async with refused(db, tx, identity.ResetLinkSpent):
            await identity.reset_password(tx, spent, "yet another one")
    told = await facts(db, tx, "identity.password_changed")
    assert [fact[2] for fact in told] == [{"person_id": person.id}]


async def test_a_reset_link_is_good_for_an_hour(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    await join(tx)
    mailer = LocalMailer()
    token = await asked_for_link(tx, db, engine_for(Wiring((), jobs(mailer), ())), mailer)
    now = later(db, timedelta(hours=1))
    async with refused(db, now, identity.ResetLinkSpent):
        await identity.reset_password(now, token, "a brand new one")
    await engine_for(Wiring((), (), SWEEPS)).settle()
    assert await db.connection.fetchval("select count(*) from identity.password_reset") == 0


async def test_a_reset_ends_staff_mode(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    await operator_of(tx, "Mira Okafor")
    mailer = LocalMailer()
    token = await asked_for_link(tx, db, engine_for(Wiring((), jobs(mailer), ())), mailer)
    await identity.reset_password(tx, token, "a brand new one")
    assert len(await facts(db, tx, "identity.staff_mode_left")) == 1


async def test_nobody_learns_who_has_an_account(tx: Tx, db: OneConnection) -> None:
    await identity.request_password_reset(tx, "nobody@example.com", IP, "https://shop.example")
    await tx.flush()
    assert await db.connection.fetchval("select count(*) from identity.outbox") == 0


async def test_one_link_two_clicks(real_db: PooledDatabase, race: Callable[..., Any]) -> None:
    async with real_db.transaction() as tx:
        await join(tx)
        await identity.request_password_reset(tx, EMAIL, IP, "https://shop.example")
        page = await identity.outbox(tx, identity.SYSTEM)
    token = (page.items[0].body or "").partition("/password/reset/")[2].split()[0]

    async def contender(n: int) -> None:
        async with real_db.transaction() as tx:
            await identity.reset_password(tx, token, f"a brand new one {n}")

    outcomes = await race(*(contender(n) for n in range(4)))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, identity.ResetLinkSpent) for outcome in outcomes) == 3
