"""The carrier robot: an outsider simulated with books of its own, for tests, demo and trials.

It serves every carrier of the markets. When it gets to know a parcel it plans what will be
scanned (fate.py); a sweep tells what is due on the movable clock, as a carrier's callback would.
"""

from clipcart.fulfilment.actions.tracking import record_scans
from clipcart.fulfilment.adapters import _sql
from clipcart.fulfilment.adapters.fate import Habits, plan
from clipcart.fulfilment.carriers import make_tracking_number
from clipcart.fulfilment.model import ScanKind, ScanReport
from clipcart.fulfilment.ports import LabelRefused, Parcel
from clipcart.identity import robot
from clipcart.kit.db import Database, Tx, open_transactions
from clipcart.kit.jobs import Sweep

BATCH = 200
# Neighbouring serials look unlike; coprime to ten, so that none is given out twice.
_SPREAD = 7_368_787
_ROBOT = robot("carrier")


class CarrierRobot:
    """A carrier that exists only here. `habits` say how often things go wrong."""

    name: str = "robot"

    def __init__(self, db: Database, habits: Habits | None = None) -> None:
        self._db = db
        self._habits = habits or Habits()

    async def buy_label(self, parcel: Parcel) -> str:
        """A valid number of the carrier; the same for the same label. Raises LabelRefused."""
        _outside()
        if parcel.weight_g > self._habits.heaviest_g:
            raise LabelRefused(
                f"The parcel is heavier than {self._habits.heaviest_g // 1000} kg. Pack it in "
                "several packages, or ship it with a carrier of your own."
            )
        async with self._db.transaction() as tx:
            known = await tx.maybe(_sql.NUMBER_OF, key=parcel.key)
            if known is not None:
                return known
            serial = await tx.one(_sql.NEXT_SERIAL)
            number = make_tracking_number(parcel.carrier, serial * _SPREAD + self._habits.seed)
            await self._take_on(tx, parcel, number)
        return number

    async def void_label(self, key: str, carrier: str, tracking_number: str) -> bool:
        """Forget a parcel that was not collected yet."""
        _outside()
        async with self._db.transaction() as tx:
            if await tx.maybe(_sql.VOID_PARCEL, key=key, now=tx.now) is None:
                return False
            await tx.run(_sql.UNPLAN, key=key)
        return True

    async def track(self, parcel: Parcel, tracking_number: str) -> bool:
        """Take a parcel on under the seller's number. The robot knows every number."""
        _outside()
        async with self._db.transaction() as tx:
            await self._take_on(tx, parcel, tracking_number)
        return True

    async def _take_on(self, tx: Tx, parcel: Parcel, number: str) -> None:
        planned = plan(self._habits, parcel, number, tx.now)
        await tx.maybe(
            _sql.ADD_PARCEL,
            key=parcel.key,
            carrier=parcel.carrier,
            tracking_number=number,
            shop_id=parcel.shop_id,
            package_id=parcel.package_id,
            keys=[scan.key for scan in planned],
            kinds=[scan.kind.value for scan in planned],
            ats=[scan.at for scan in planned],
            places=[scan.place for scan in planned],
            due_ats=[scan.due_at for scan in planned],
            now=tx.now,
        )


async def tell(tx: Tx) -> int:
    """Tell of the scans that are due; gives how many."""
    rows = await tx.all(_sql.TAKE_DUE, now=tx.now, size=BATCH)
    await record_scans(
        tx,
        _ROBOT,
        [
            ScanReport(
                row.shop_id,
                row.package_id,
                row.tracking_number,
                row.key,
                ScanKind(row.kind),
                row.at,
                row.place,
            )
            for row in rows
        ],
    )
    return len(rows)


SWEEP = Sweep("fulfilment.robot", _sql.NEXT_DUE, tell)


def _outside() -> None:
    if open_transactions.get():
        raise RuntimeError("a carrier is called outside of transactions only")
