"""What happens to a parcel of the carrier robot: a pure function of seed, number and calendar.

Rounds start on business days; most parcels arrive within the promised days, some late, few never.
Scans are told a little after they were made, some twice, some after later ones.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from clipcart import markets
from clipcart.fulfilment.carriers import carrier
from clipcart.fulfilment.model import ScanKind
from clipcart.fulfilment.ports import Parcel
from clipcart.markets import Market

_ROUND = timedelta(hours=16)
_ROUND_MINUTES = 90
_NOTHING_HEARD_DAYS = 5
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Habits:
    """How the robot works. Shares are per thousand parcels or scans."""

    seed: int = 1
    late: int = 70
    lost: int = 4
    told_twice: int = 80
    told_late: int = 60
    heaviest_g: int = 30_000


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """A scan that will be made `at`, and told at `due_at` under its `key`."""

    key: str
    kind: ScanKind
    at: datetime
    place: str
    due_at: datetime


class Dice:
    """Numbers that look thrown and are always the same for one parcel."""

    def __init__(self, seed: int, number: str) -> None:
        self._stem = f"{seed}:{number}:"

    def throw(self, name: str, sides: int) -> int:
        """0 up to sides - 1."""
        digest = hashlib.sha256((self._stem + name).encode()).digest()
        return int.from_bytes(digest[:8]) % sides


def plan(habits: Habits, parcel: Parcel, number: str, made_at: datetime) -> list[PlannedScan]:
    """Every telling of every scan, the earliest scan first."""
    market = markets.get(parcel.market_id)
    dice = Dice(habits.seed, number)
    scans = _scans(habits, parcel, dice, market, _first_round(market, made_at))
    told: list[PlannedScan] = []
    for place, (kind, at, where) in enumerate(scans):
        key = f"{number}-{place}"
        due_at = at + timedelta(minutes=1 + dice.throw(f"lag{place}", 20))
        if kind is ScanKind.IN_TRANSIT and dice.throw(f"order{place}", 1000) < habits.told_late:
            due_at = scans[-1][1] + 2 * _HOUR
        told.append(PlannedScan(key, kind, at, where, due_at))
        if dice.throw(f"twice{place}", 1000) < habits.told_twice:
            told.append(PlannedScan(key, kind, at, where, due_at + _HOUR))
    return told


def _first_round(market: Market, made_at: datetime) -> datetime:
    """When the next round comes by: in the afternoon of a business day, after the label."""
    day = markets.local_day(market, made_at)
    while True:
        starts_at = markets.start_of_day(market, day) + _ROUND
        if starts_at > made_at and markets.is_business_day(market, day):
            return starts_at
        day += timedelta(days=1)


def _scans(
    habits: Habits, parcel: Parcel, dice: Dice, market: Market, round_at: datetime
) -> list[tuple[ScanKind, datetime, str]]:
    collected_at = round_at + timedelta(minutes=dice.throw("round", _ROUND_MINUTES))
    origin, goal = _town(parcel.sender.city), _town(parcel.recipient.city)
    promised = max(1, parcel.promised_days)
    first = (ScanKind.COLLECTED, collected_at, origin)
    hub = f"{carrier(parcel.carrier).name} hub, {parcel.sender.region or origin}"
    if dice.throw("lost", 1000) < habits.lost:
        days = promised + _NOTHING_HEARD_DAYS
        given_up_at = markets.business_days_after(collected_at, days, market)
        seen = (ScanKind.IN_TRANSIT, collected_at + 5 * _HOUR, hub)
        return [first, seen, (ScanKind.LOST, given_up_at, hub)]
    usual = (promised + 1) // 2
    days = usual + dice.throw("days", promised - usual + 1)
    is_late = dice.throw("late", 1000) < habits.late
    if is_late:
        days = promised + 1 + dice.throw("delay", 3)
    # Between ten in the morning and seven in the evening, local time.
    early = timedelta(minutes=5 * 60 + dice.throw("door", 9 * 60))
    delivered_at = markets.business_days_after(collected_at, days, market) - early
    way = delivered_at - collected_at
    scans = [first, (ScanKind.IN_TRANSIT, collected_at + way / 4, hub)]
    if is_late:
        scans.append((ScanKind.DELAYED, collected_at + way / 2, hub))
    if days > 1 or dice.throw("second", 2):
        sorting = f"Sorting centre, {parcel.recipient.region or goal}"
        scans.append((ScanKind.IN_TRANSIT, collected_at + way * 3 / 5, sorting))
    out_at = delivered_at - 2 * _HOUR - timedelta(minutes=dice.throw("out", 60))
    scans.append((ScanKind.OUT_FOR_DELIVERY, out_at, goal))
    return [*scans, (ScanKind.DELIVERED, delivered_at, goal)]


def _town(city: str) -> str:
    return city or "On the way"
