"""Passwords are hashed at a cheap cost in these tests."""

from collections.abc import Iterator

import pytest

from clipcart.identity import Passwords, use_passwords
from tests.identity.support import CHEAP


@pytest.fixture(autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A hash takes less than a millisecond."""
    use_passwords(CHEAP)
    yield
    use_passwords(Passwords())
