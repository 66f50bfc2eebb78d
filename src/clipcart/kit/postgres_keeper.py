"""Keeping the embedded PostgreSQL: one that dies under a running clipcart is started again.

Those who use it wait by themselves (worker.py, doorway/opening.py); this is what they wait for.
Several processes may keep one cluster: whoever is first starts it, the others find it running.
"""

import contextlib
import threading
from collections.abc import Iterator

import structlog

from clipcart.kit.clock import stopwatch
from clipcart.kit.failures import told
from clipcart.kit.postgres import Embedded

log = structlog.get_logger("clipcart.postgres")

LOOK_EVERY_S = 0.5
LONGEST_PAUSE_S = 30
CALM_S = 60
"""A server that lived so long did not die of its start, and is started again at once."""


def pause_s(starts: int) -> int:
    """How long to wait before another start, after so many of them in a short time."""
    return min(LONGEST_PAUSE_S, 2 ** (starts - 1)) if starts else 0


@contextlib.contextmanager
def kept(embedded: Embedded) -> Iterator[None]:
    """For the block, `embedded`, which was started, is started again whenever it dies."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(embedded, over), name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(embedded: Embedded, over: threading.Event) -> None:
    starts, running_since = 0, stopwatch()
    while not over.wait(LOOK_EVERY_S):
        if embedded.is_running:
            continue
        if stopwatch() - running_since > CALM_S:
            starts = 0
        log.error("postgres_died", starts_again_in_s=pause_s(starts), its_log=str(embedded.log))
        while not over.wait(pause_s(starts)):
            starts += 1
            if _started(embedded, starts):
                break
        running_since = stopwatch()


def _started(embedded: Embedded, starts: int) -> bool:
    """Whether it runs again."""
    begun = stopwatch()
    try:
        embedded.start(lambda line: log.info("postgres_progress", doing=line))
    except Exception as error:
        log.error("postgres_not_started", error=told(error), tries_again_in_s=pause_s(starts))
        return False
    log.warning("postgres_started_again", took_s=round(stopwatch() - begun, 1))
    return True
