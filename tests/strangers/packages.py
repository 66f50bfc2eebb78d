"""The npm packages of others, as tests/strangers/package-lock.json pins them, in the home."""

import fcntl
import os
from functools import cache
from pathlib import Path

import pytest

from clipcart.web import node

HERE = Path(__file__).resolve().parent


@cache
def modules(home: Path) -> Path:
    """The folder `node_modules`; installed once per lock file, by whichever worker comes first.

    Where they cannot be had, the test says so and is left out, or fails under
    CLIPCART_REQUIRE_SHARED.
    """
    workshop = home / "strangers"
    workshop.mkdir(parents=True, exist_ok=True)
    with (workshop / "install.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return node.install(HERE, workshop)
        except node.NodeFailed as problem:
            if os.environ.get("CLIPCART_REQUIRE_SHARED"):
                pytest.fail(f"{problem}\n(CLIPCART_REQUIRE_SHARED is set)")
            pytest.skip(f"left out: clients of others: {problem}")
