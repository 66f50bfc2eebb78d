"""What the engine calls a failure, how often it tries again, and how it writes down why."""

from datetime import datetime, timedelta

import asyncpg

MAX_EVENT_ATTEMPTS = 8

AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    OSError,
)
"""The database does not answer, or not now."""

NOT_A_FAILURE = (asyncpg.LockNotAvailableError, asyncpg.DiskFullError, *AWAY)
"""Somebody else holds the rows, or the database is away: the facts stay pending."""


def retry_at(now: datetime, attempts: int) -> datetime | None:
    """When a fact that failed so often is tried again; None gives it up."""
    return now + timedelta(seconds=5 * 2**attempts) if attempts < MAX_EVENT_ATTEMPTS else None


def told(error: Exception) -> str:
    """The error as it is kept beside a fact or a job."""
    return f"{type(error).__name__}: {error}"[:2000]
