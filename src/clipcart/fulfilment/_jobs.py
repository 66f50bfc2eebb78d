"""Jobs of fulfilment: call the carrier, then write what it said in a transaction of its own."""

from collections.abc import Sequence
from typing import Any

from clipcart.fulfilment.actions.calling_off import on_order_cancelled
from clipcart.fulfilment.actions.labels import record_label, record_label_problem, record_tracked
from clipcart.fulfilment.adapters.fake import SWEEP
from clipcart.fulfilment.model import (
    BUY_LABEL,
    TRACK,
    VOID_LABEL,
    LabelTask,
    Mode,
    State,
    VoidTask,
)
from clipcart.fulfilment.parcels import Found, parcel_of, parcels_of
from clipcart.fulfilment.ports import Carrier, LabelRefused, label_key
from clipcart.identity import job_actor
from clipcart.kit.db import Database
from clipcart.kit.errors import Outage
from clipcart.kit.events import Subscriber
from clipcart.kit.jobs import Job, Outcome, Postpone, Sweep
from clipcart.orders import OrderCancelled

OUTAGE_PAUSE_S = 30
_BUYER = job_actor("fulfilment.buy_label")

SUBSCRIBER = Subscriber("fulfilment", {OrderCancelled: on_order_cancelled})
SWEEPS: Sequence[Sweep] = (SWEEP,)


class Clerk:
    """The job bodies, holding the carrier that they talk to."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def buy_label(self, db: Database, task: LabelTask) -> None:
        """Buy one label. One that nobody waits for any more when it comes is given up again."""
        async with db.reading() as tx:
            found = await parcel_of(tx, task)
        if found is None:
            return
        parcel, package = found
        if package.state != State.TO_FULFIL:
            return
        try:
            number = await self._carrier.buy_label(parcel)
        except LabelRefused as refused:
            problem = str(refused)
            await db.retrying(lambda tx: record_label_problem(tx, _BUYER, task, problem))
            return
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage
        if not await db.retrying(lambda tx: record_label(tx, _BUYER, task, number)):
            await self._void(task, parcel.carrier, number)

    async def track(self, db: Database, tasks: Sequence[LabelTask]) -> Sequence[Outcome]:
        """Have sellers' own numbers watched, where the carrier can."""
        async with db.reading() as tx:
            found = await parcels_of(tx, tasks)
        return [await self._track(db, task, found[task]) for task in tasks]

    async def _track(self, db: Database, task: LabelTask, found: Found | None) -> Outcome:
        if found is None:
            return None
        parcel, package = found
        if package.mode != Mode.SELLER or package.tracking_number is None:
            return None
        try:
            is_known = await self._carrier.track(parcel, package.tracking_number)
        except Outage as outage:
            return Postpone(OUTAGE_PAUSE_S, str(outage))
        if is_known and not package.is_tracked:
            await db.retrying(lambda tx: record_tracked(tx, task))
        return None

    async def void_label(self, db: Database, task: VoidTask) -> None:
        """Give a label up. Too late is no failure: the carrier then has the parcel."""
        await self._void(task, task.carrier, task.tracking_number)

    async def _void(self, task: LabelTask | VoidTask, carrier: str, number: str) -> None:
        key = label_key(task.shop_id, task.package_id, task.label_number)
        try:
            await self._carrier.void_label(key, carrier, number)
        except Outage as outage:
            raise Postpone(OUTAGE_PAUSE_S, str(outage)) from outage


def jobs(carrier: Carrier) -> list[Job[Any]]:
    """The jobs of this room, talking to this carrier."""
    clerk = Clerk(carrier)
    return [
        Job(BUY_LABEL, clerk.buy_label),
        Job(TRACK, body_of_many=clerk.track),
        Job(VOID_LABEL, clerk.void_label),
    ]
