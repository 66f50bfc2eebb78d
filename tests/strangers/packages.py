"""The npm packages of others, as tests/strangers/package-lock.json pins them, in the home."""

import fcntl
import os
from functools import cache
from pathlib import Path

import pytest

from clipcart.web import node

HERE = Path(__file__).resolve().parent


@cache
def _installed(home: Path) -> Path | node.NodeFailed:
    workshop = home / "strangers"
    workshop.mkdir(parents=True, exist_ok=True)
    with (workshop / "install.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return node.install(HERE, workshop)
        except node.NodeFailed as problem:
            return problem


def modules_if_any(home: Path) -> Path | None:
    """The folder `node_modules`, installed once per lock file by whichever worker comes first;
    None where the packages cannot be had."""
    found = _installed(home)
    return found if isinstance(found, Path) else None


def modules(home: Path) -> Path:
    """The same for a test that needs it: it says why it is left out, or fails under
    CLIPCART_REQUIRE_SHARED."""
    found = _installed(home)
    if isinstance(found, Path):
        return found
    if os.environ.get("CLIPCART_REQUIRE_SHARED"):
        pytest.fail(f"{found}\n(CLIPCART_REQUIRE_SHARED is set)")
    pytest.skip(f"left out: what npm has of others: {found}")
