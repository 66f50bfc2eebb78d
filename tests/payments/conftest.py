"""The till as a fixture."""

import pytest

from tests.payments.till import EngineFor, Till, open_till
from tests.support.database import OneConnection


@pytest.fixture
def till(db: OneConnection, engine_for: EngineFor) -> Till:
    """Payments with the test provider, nothing asked yet."""
    return open_till(db, engine_for)
