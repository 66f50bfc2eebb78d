"""The yard of these tests."""

import pytest

from tests.fulfilment.world import Yard, make_yard
from tests.support.database import OneConnection


@pytest.fixture
async def yard(db: OneConnection) -> Yard:
    """A shop, its people, its stock, a carrier without flaws, time that stands until moved."""
    return await make_yard(db)
