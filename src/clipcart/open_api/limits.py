"""Rate limits of apps: leases from the counters in PostgreSQL, spent in this process."""

from dataclasses import dataclass, field
from typing import Final

from clipcart.kit import rates
from clipcart.kit.clock import stopwatch
from clipcart.kit.db import Database
from clipcart.kit.errors import Throttled
from clipcart.kit.ids import AppId, ShopId

BUCKETS: Final = "open"
"""How the names of these counters begin; then app, shop and operation."""

WINDOW_S: Final = 10
"""Calls are counted in windows of this length, so that a short burst passes."""

LEASES_PER_WINDOW: Final = 20
MOST_BUCKETS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Left:
    """How many calls are left at least, of how many, until when."""

    limit: int
    left: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """What an answer says of it."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(self.reset_s),
        }


def bucket_of(app_id: AppId, shop_id: ShopId | None, operation: str) -> str:
    """The counter of an app's calls of one operation in one shop."""
    return f"{BUCKETS}:{app_id}:{shop_id or 0}:{operation}"


def read_bucket(bucket: str) -> tuple[ShopId, str]:
    """Shop (0: none) and operation of a counter."""
    _, _, shop_id, operation = bucket.split(":", 3)
    return ShopId(int(shop_id)), operation


@dataclass(slots=True)
class _Lease:
    ends: float
    count: int = 0
    left: int = 0


@dataclass(slots=True)
class Limits:
    """Counts calls for one process. What was leased and not used by the window's end is lost."""

    _leases: dict[str, _Lease] = field(default_factory=dict)

    async def take(self, db: Database, bucket: str, per_s: int) -> Left:
        """Use one call of a bucket. Raises Throttled with the seconds until the next window."""
        limit, now = per_s * WINDOW_S, stopwatch()
        lease = self._leases.get(bucket)
        if lease is None or lease.ends <= now or lease.count <= 0:
            lease = await self._lease(
                db, bucket, limit, lease if lease and lease.ends > now else None
            )
        lease.count -= 1
        return Left(limit, lease.count + lease.left, max(1, round(lease.ends - now)))

    def unspent(self, bucket: str) -> int:
        """How much this process has leased of a bucket's window and not used yet."""
        lease = self._leases.get(bucket)
        return lease.count if lease is not None and lease.ends > stopwatch() else 0

    async def _lease(self, db: Database, bucket: str, limit: int, known: _Lease | None) -> _Lease:
        if known is not None and known.left < 0:
            raise Throttled(retry_after_s=max(1, round(known.ends - stopwatch())))
        count = max(1, limit // LEASES_PER_WINDOW)
        try:
            async with db.transaction() as tx:
                left = await rates.take(tx, bucket, limit, WINDOW_S, count)
                over_s = WINDOW_S - tx.now.timestamp() % WINDOW_S
        except Throttled as throttled:
            lease = self._leases.get(bucket)
            if lease is not None and lease.ends > stopwatch() and lease.count > 0:
                return lease  # Calls that came together leased some, and have not used them yet.
            self._keep(bucket, _Lease(stopwatch() + throttled.facts["retry_after_s"], left=-1))
            raise
        lease = self._leases.get(bucket)
        if lease is None or lease.ends <= stopwatch() or lease.left < 0:
            lease = self._keep(bucket, _Lease(stopwatch() + over_s, left=left))
        lease.count += count
        lease.left = min(lease.left, left)
        return lease

    def _keep(self, bucket: str, lease: _Lease) -> _Lease:
        if len(self._leases) >= MOST_BUCKETS:
            now = stopwatch()
            self._leases = {name: each for name, each in self._leases.items() if each.ends > now}
        self._leases[bucket] = lease
        return lease
