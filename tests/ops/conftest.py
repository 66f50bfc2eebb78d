"""Fixtures for tests of imports."""

from pathlib import Path

import pytest

from clipcart import identity
from clipcart.kit.db import Database
from tests.ops.shelf import Shelf, open_shelf


@pytest.fixture(autouse=True)
def _quick_passwords() -> None:
    identity.use_passwords(identity.Passwords(time_cost=1, memory_kib=64))


@pytest.fixture
async def shelf(db: Database, tmp_path: Path) -> Shelf:
    """An empty shop in the US."""
    return await open_shelf(db, tmp_path / "media")
