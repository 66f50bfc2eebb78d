"""The postman: sends what waits in the lines of apps, one after the other in each.

A delivery is sent until the app answers with 2xx, then the next one is. While one fails, those
behind it wait, and the line rests longer and longer; what cannot be delivered for days is given
up. What happened to each sending is written before anything else is sent, so that a crash
repeats at most one.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import httpx

from clipcart.apps import _sql
from clipcart.apps import _sql_notices as sql
from clipcart.apps.actions.noticing import LineKey
from clipcart.apps.audience import audience, hearers
from clipcart.apps.envelopes import signature
from clipcart.apps.queries import newest_secret
from clipcart.apps.topics import TOPICS
from clipcart.apps.vault import Vault
from clipcart.kit import clock
from clipcart.kit.db import Database, Tx
from clipcart.kit.errors import Outage
from clipcart.kit.http import AddressRefused, Answered, HttpClient, guard_public_address
from clipcart.kit.jobs import Outcome, Postpone

TIMEOUT_S: Final = 3
AT_ONCE: Final = 32
AT_ONCE_FOR_ONE_APP: Final = 4
LOADED: Final = 20
"""How many deliveries of a line are read together."""

TURN_S: Final = 4
"""After so long a line lets others have their turn."""

LOST_PAUSE_S: Final = 60
LONGEST_ANSWER: Final = 2_000
LONGEST_PROBLEM: Final = 300

PAUSES: Final = (
    timedelta(minutes=2),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=12),
)
"""How long a line rests after its first failures; after more, as long as after the last."""

MOST_ATTEMPTS: Final = 8
GIVEN_UP_AFTER: Final = timedelta(days=3)
"""What failed so often, or waits for so long in a line that fails, is given up."""


def new_client() -> HttpClient:
    """The client for addresses of apps: as patient as the contract says, without a breaker.

    The lines rest when an address fails; a breaker would punish its neighbours on the same host.
    """
    return HttpClient(timeout_s=TIMEOUT_S, per_host=AT_ONCE, failures_to_open=None)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A delivery with where it goes. `address` None: nobody wants it any more."""

    row: sql.WaitingRow
    address: str | None
    app_key: str
    secret: str


@dataclass(frozen=True, slots=True)
class _Result:
    address: str
    signature: str
    status: int | None
    answer: str
    problem: str | None
    took_us: int
    is_lost: bool = False


@dataclass(slots=True)
class _Round:
    """What is known while a set of lines is minded: hosts that gave an app no answer at all."""

    began: float
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    of_app: dict[int, asyncio.Semaphore] = field(default_factory=dict)
    lost: set[tuple[int, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Postman:
    """The body of the jobs. In production, only addresses on the public internet are called."""

    vault: Vault
    client: HttpClient
    production: bool

    async def deliver(self, db: Database, lines: Sequence[LineKey]) -> Sequence[Outcome]:
        """Mind these lines side by side; each until it is empty, fails, or its turn is over."""
        now = _Round(clock.stopwatch())
        return await asyncio.gather(*(self._mind(db, key, now) for key in lines))

    async def _mind(self, db: Database, key: LineKey, now: _Round) -> Outcome:
        own = now.of_app.setdefault(key.app_id, asyncio.Semaphore(AT_ONCE_FOR_ONE_APP))
        async with own, now.gate:
            while True:
                letters = await self._load(db, key)
                if not letters:
                    if await db.retrying(partial(_leave, key)):
                        return None
                    continue
                for letter in letters:
                    outcome = await self._handle(db, key, letter, now)
                    if outcome is not None:
                        return None if outcome is _RESTS else outcome

    async def _load(self, db: Database, key: LineKey) -> Sequence[_Letter]:
        async with db.reading() as tx:
            rows = await tx.all(
                sql.WAITING,
                person_id=key.person_id,
                app_id=key.app_id,
                shop_id=key.shop_id,
                size=LOADED,
            )
            if not rows:
                return ()
            app = await tx.one(_sql.APP, id=key.app_id)
            secret = await newest_secret(tx, self.vault, key.app_id)
            let_in = [row for row in await hearers(tx, [key.shop_id]) if row.app_id == key.app_id]
            who = await audience(tx, let_in, [(key.shop_id, key.app_id)])
        letters = []
        for row in rows:
            topic = TOPICS[row.type]
            is_heard = row.is_test or who.hears(key.shop_id, key.app_id, topic)
            address = who.address(key.shop_id, key.app_id, topic) if is_heard else None
            letters.append(_Letter(row, address, app.key, secret))
        return letters

    async def _handle(
        self, db: Database, key: LineKey, letter: _Letter, now: _Round
    ) -> "Outcome | _Rests":
        """None: on with the next one."""
        if letter.address is None:
            await db.retrying(partial(_drop, key, letter))
            return None
        host = urlsplit(letter.address).netloc
        if (key.app_id, host) in now.lost:
            return Postpone(LOST_PAUSE_S, f"{host} does not answer")
        result = await self._send(letter, letter.address)
        if result.is_lost:
            now.lost.add((key.app_id, host))
        if result.problem is not None:
            await db.retrying(partial(_failed, key, letter, result))
            return _RESTS
        await db.retrying(partial(_done, key, letter, result))
        if clock.stopwatch() - now.began > TURN_S:
            return Postpone(0, "others have their turn")
        return None

    async def _send(self, letter: _Letter, address: str) -> _Result:
        signed = signature(letter.app_key, letter.secret, letter.row.body)
        headers = {"Content-Type": "application/json", "Authorization": signed}
        began = clock.stopwatch()
        answer: httpx.Response | None = None
        problem: str | None = None
        is_lost = False
        try:
            answer = await self._post(address, headers, letter.row.body.encode())
            if not answer.is_success:
                problem = f"it answered {answer.status_code}, not 200"
        except Answered as outage:
            answer, problem = outage.answer, f"it answered {outage.answer.status_code}, not 200"
        except (AddressRefused, Outage, TimeoutError) as error:
            problem, is_lost = _told(error), not isinstance(error, AddressRefused)
        took_us = int((clock.stopwatch() - began) * 1_000_000)
        text = (
            ""
            if answer is None
            else answer.content[: LONGEST_ANSWER * 4].decode("utf-8", "replace")
        )
        return _Result(
            address,
            signed,
            None if answer is None else answer.status_code,
            text.replace("\0", "")[:LONGEST_ANSWER],
            None if problem is None else problem[:LONGEST_PROBLEM],
            took_us,
            is_lost,
        )

    async def _post(self, address: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        if not self.production:
            return await self.client.send("POST", address, headers=headers, content=body)
        target = await asyncio.wait_for(guard_public_address(address), TIMEOUT_S)
        return await self.client.send_public("POST", target, headers=headers, content=body)


class _Rests(Exception):
    """The line rests: a sweep wakes it."""


_RESTS: Final = _Rests()


def _told(error: Exception) -> str:
    if isinstance(error, AddressRefused):
        return f"the address is refused: {error.facts['reason']}"
    return f"no answer within {TIMEOUT_S} s" if isinstance(error, TimeoutError) else str(error)


def _names(key: LineKey) -> dict[str, int]:
    return {"person_id": key.person_id, "app_id": key.app_id}


async def _leave(key: LineKey, tx: Tx) -> bool:
    """Whether the line is empty and was left: whoever adds to it from now on enqueues a job."""
    keys = {f"{name}s": [value] for name, value in _names(key).items()}
    await tx.all(sql.LOCK_LINES, shop_ids=[key.shop_id], **keys)
    if await tx.all(sql.WAITING, shop_id=key.shop_id, size=1, **_names(key)):
        return False
    await tx.run(sql.REST, shop_id=key.shop_id, **_names(key))
    return True


async def _drop(key: LineKey, letter: _Letter, tx: Tx) -> None:
    problem = "the app is not let in for this any more, or has no address for it"
    await tx.run(
        sql.END_DELIVERY,
        id=letter.row.id,
        state="DROPPED",
        sent=0,
        problem=problem,
        now=tx.now,
        **_names(key),
    )


async def _note(key: LineKey, letter: _Letter, result: _Result, tx: Tx) -> None:
    await tx.run(
        sql.ADD_ATTEMPT,
        delivery_id=letter.row.id,
        now=tx.now,
        address=result.address,
        signature=result.signature,
        status=result.status,
        answer=result.answer,
        problem=result.problem,
        took_us=result.took_us,
        **_names(key),
    )


async def _done(key: LineKey, letter: _Letter, result: _Result, tx: Tx) -> None:
    await _note(key, letter, result, tx)
    await tx.run(
        sql.END_DELIVERY,
        id=letter.row.id,
        state="DELIVERED",
        sent=1,
        problem=None,
        now=tx.now,
        **_names(key),
    )
    await tx.run(sql.LINE_WORKS, shop_id=key.shop_id, **_names(key))


async def _failed(key: LineKey, letter: _Letter, result: _Result, tx: Tx) -> None:
    """Write the failure down, give up what failed for too long, and let the line rest."""
    await _note(key, letter, result, tx)
    names = _names(key)
    is_over = letter.row.is_test or letter.row.attempts + 1 >= MOST_ATTEMPTS
    if is_over:
        await tx.run(
            sql.END_DELIVERY,
            id=letter.row.id,
            state="DEAD",
            sent=1,
            problem=result.problem,
            now=tx.now,
            **names,
        )
    else:
        await tx.run(sql.FAIL_DELIVERY, id=letter.row.id, problem=result.problem, **names)
    before = tx.now - GIVEN_UP_AFTER
    await tx.run(
        sql.GIVE_UP_OLD,
        shop_id=key.shop_id,
        before=before,
        problem=result.problem,
        now=tx.now,
        **names,
    )
    line = await tx.one(sql.LINE, shop_id=key.shop_id, **names)
    pause = PAUSES[min(line.failures, len(PAUSES) - 1)]
    await tx.run(
        sql.LINE_FAILS,
        shop_id=key.shop_id,
        retry_at=tx.now + pause,
        problem=result.problem,
        now=tx.now,
        **names,
    )
