"""The clock: one place that reads time, and the offset that moves it outside production.

Rooms never call this; they read `tx.now`. The offset lives in `kit.clock`, so every process of an
installation agrees on it; in production it is always zero and the table is not read.
"""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wall_ms() -> int:
    """Milliseconds since 1970 of the machine's own clock. Only for ids and leases."""
    return time.time_ns() // 1_000_000


def wall_now() -> datetime:
    """The machine's own time, to the microsecond. Only for the clock itself and for logs."""
    return _EPOCH + timedelta(microseconds=time.time_ns() // 1_000)


def at_offset(offset_us: int) -> datetime:
    """The installation's time for a clock moved by `offset_us` microseconds."""
    return wall_now() + timedelta(microseconds=offset_us)


def ticks_ms() -> int:
    """Milliseconds of a monotonic counter, for pauses and time-outs inside a process."""
    return time.monotonic_ns() // 1_000_000


def stopwatch() -> float:
    """Seconds of a monotonic counter, for measuring how long something took."""
    return time.perf_counter()
