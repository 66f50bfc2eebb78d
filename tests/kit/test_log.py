"""Logs on a disk that is full: lines are lost, and nobody who writes them fails."""

import contextlib
import os
from pathlib import Path

import pytest
import structlog

from clipcart.kit import log


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="left out: no /dev/full here")
def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115
    with pytest.raises(OSError, match="space"):
        full.write("a line\n")
    try:
        log.set_up(json_lines=True, to=full)
        structlog.get_logger("clipcart.test").error("cannot be kept")
    finally:
        structlog.reset_defaults()
        with contextlib.suppress(OSError):
            full.close()
