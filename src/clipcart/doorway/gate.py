"""The gate of the programs' doors: whose token it is, and whether the rate limit has room.

Requests that arrive together are looked up together: one writer per process takes whatever waits
(no timer; under load many, else one), asks once for all of them, and answers each. What is asked is
always the database, so a token that was revoked opens nothing any more.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from clipcart import identity
from clipcart.kit import rates
from clipcart.kit.db import Database
from clipcart.kit.errors import Throttled

BATCH = 256


@dataclass(slots=True)
class Knock:
    """A request at the gate: its token, and what it takes of the rate limit (None: nothing).

    `anonymous_use` counts where there is no token, `token_use` where there is one; its bucket is
    completed with the person.
    """

    secret: str | None
    anonymous_use: rates.Use | None
    token_use: rates.Use | None
    bearer: identity.Bearer | None = None
    throttled: Throttled | None = None
    answered: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Gate:
    """Looks up tokens and takes rate limits for many requests at once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[Knock] = deque()
        self._keeper: asyncio.Task[None] | None = None

    async def admit(
        self,
        secret: str | None,
        *,
        anonymous_use: rates.Use | None = None,
        token_use: rates.Use | None = None,
    ) -> identity.Actor | None:
        """Who sends the token; None for one that opens nothing. Without one, ANONYMOUS.

        Raises Throttled.
        """
        if secret is None and anonymous_use is None:
            return identity.ANONYMOUS
        knock = Knock(secret, anonymous_use, token_use)
        self._waiting.append(knock)
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())
        await asyncio.shield(knock.answered)
        if secret is not None and knock.bearer is None:
            return None
        if knock.throttled is not None:
            raise knock.throttled
        return identity.ANONYMOUS if knock.bearer is None else knock.bearer.actor

    async def _keep(self) -> None:
        while self._waiting:
            size = min(BATCH, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(size)]
            try:
                await self._answer(batch)
            except Exception as error:
                for knock in batch:
                    if not knock.answered.done():
                        knock.answered.set_exception(error)
                        # Who went away in the meantime does not have to hear of it.
                        knock.answered.exception()
            for knock in batch:
                if not knock.answered.done():
                    knock.answered.set_result(None)

    async def _answer(self, batch: list[Knock]) -> None:
        holders = [knock for knock in batch if knock.secret is not None]
        if holders:
            async with self._db.reading() as tx:
                found = await identity.bearers(tx, [knock.secret or "" for knock in holders])
            for knock, bearer in zip(holders, found, strict=True):
                knock.bearer = bearer
        stale = {
            knock.bearer.token_id: knock.bearer
            for knock in holders
            if knock.bearer is not None and knock.bearer.is_stale
        }
        if stale:
            await self._db.at_once(lambda tx: identity.touch_tokens(tx, list(stale.values())))
        uses = [(knock, use) for knock in batch for use in [_use_of(knock)] if use is not None]
        if uses:
            wanted = [use for _, use in uses]
            outcomes = await self._db.at_once(lambda tx: rates.take_all(tx, wanted, hastily=True))
            for (knock, _), outcome in zip(uses, outcomes, strict=True):
                knock.throttled = outcome


def _use_of(knock: Knock) -> rates.Use | None:
    if knock.secret is None:
        return knock.anonymous_use
    if knock.bearer is None or knock.token_use is None:
        return None
    return knock.token_use._replace(bucket=f"{knock.token_use.bucket}{knock.bearer.person_id}")
