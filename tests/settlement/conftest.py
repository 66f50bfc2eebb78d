"""The books of these tests."""

import pytest

from tests.settlement.world import Books, open_books
from tests.support.database import OneConnection


@pytest.fixture
async def books(db: OneConnection) -> Books:
    """A verified shop with an approved bank account, and nothing sold yet."""
    return await open_books(db)
