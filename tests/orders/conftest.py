"""The world of these tests."""

import pytest

from tests.orders.world import World, make_world
from tests.support.database import OneConnection


@pytest.fixture
async def world(db: OneConnection) -> World:
    """A shop, its people, its stock, and time that stands until it is moved."""
    return await make_world(db)
