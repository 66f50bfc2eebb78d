"""The counter: group commit of purchases.

One writer per process takes whatever purchases wait (no timer; under load many, else one), places
all of them in one transaction, commits, then answers each caller. A SKU that was found sold out
is refused from memory for a moment; the guard that matters stays in the table. Only who bought it
already, and asks again, is answered from the table then.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from clipcart.checkout.actions.place import Outcome, place, placed_before
from clipcart.checkout.errors import OutOfStock
from clipcart.checkout.model import Placed, PlaceRequest, SkuKey
from clipcart.checkout.policy import may_place
from clipcart.kit.clock import ticks_ms
from clipcart.kit.db import Database, Tx
from clipcart.kit.errors import Refusal

BATCH = 128
SOLD_OUT_MS = 500
"""How long a sold-out SKU is refused from memory: short enough that new stock sells at once."""


@dataclass(slots=True)
class Waiting:
    """A purchase in the queue and the caller who waits for its outcome."""

    request: PlaceRequest
    answer: "asyncio.Future[Placed]"


class Counter:
    """Takes purchases one by one and places them together."""

    def __init__(self, db: Database, *, batch: int = BATCH) -> None:
        self._db = db
        self._batch = batch
        self._queue: deque[Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._sold_out: dict[SkuKey, tuple[int, OutOfStock]] = {}

    async def place(self, request: PlaceRequest) -> Placed:
        """Place one purchase. Raises the refusal that `place` gave for it.

        When the caller goes away the purchase still happens; asking again with the same key
        tells what became of it.
        """
        waiting = Waiting(request, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await asyncio.shield(waiting.answer)

    async def _write(self) -> None:
        while self._queue:
            size = min(self._batch, len(self._queue))
            batch = [self._queue.popleft() for _ in range(size)]
            try:
                await self._place_together(await self._refuse_sold_out(batch))
            except Exception:
                for waiting in batch:
                    await self._place_alone(waiting)

    async def _refuse_sold_out(self, batch: list[Waiting]) -> list[Waiting]:
        """Answer those who want what is known to be sold out; gives the others."""
        refused = [(each, self._sold_out_of(each.request)) for each in batch]
        hopeless = [(waiting, refusal) for waiting, refusal in refused if refusal is not None]
        if hopeless:
            async with self._db.reading() as tx:
                known = await placed_before(tx, [waiting.request for waiting, _ in hopeless])
            for (waiting, refusal), outcome in zip(hopeless, known, strict=True):
                self._tell(waiting, outcome or refusal)
        return [waiting for waiting, refusal in refused if refusal is None]

    def _sold_out_of(self, request: PlaceRequest) -> OutOfStock | None:
        """The refusal for a request of whose lines one was found sold out a moment ago."""
        if not self._sold_out or not may_place(request.actor, request.person_id):
            return None
        now = ticks_ms()
        for line in request.lines:
            until, refusal = self._sold_out.get(line.key, (now, None))
            if refusal is None:
                continue
            if until > now:
                title = refusal.facts["title"]
                return OutOfStock(line.shop_id, line.sku_id, title, line.quantity, 0)
            del self._sold_out[line.key]
        return None

    async def _place_together(self, batch: list[Waiting]) -> None:
        if not batch:
            return
        requests = [waiting.request for waiting in batch]

        async def body(tx: Tx) -> list[Outcome]:
            return await place(tx, requests)

        outcomes = await self._db.retrying(body)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._answer(waiting, outcome)

    async def _place_alone(self, waiting: Waiting) -> None:
        if waiting.answer.done():
            return
        try:
            await self._place_together([waiting])
        except Exception as error:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)

    def _answer(self, waiting: Waiting, outcome: Outcome) -> None:
        if isinstance(outcome, OutOfStock) and not outcome.facts["available"]:
            key = (outcome.facts["shop_id"], outcome.facts["sku_id"])
            self._sold_out[key] = (ticks_ms() + SOLD_OUT_MS, outcome)
        self._tell(waiting, outcome)

    @staticmethod
    def _tell(waiting: Waiting, outcome: Outcome) -> None:
        if waiting.answer.done():
            return
        if isinstance(outcome, Refusal):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome)
