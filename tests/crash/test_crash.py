"""Server, workers and PostgreSQL are killed at random moments; afterwards everything adds up.

    pytest tests/crash/test_crash.py --seed 7     the choices of a run that was printed before

The same at length: bench/crash.
"""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash.storm import Epoch, Storm
from tests.crash.wreck import Wreck, new_folder

ROUNDS = 5


async def test_whatever_is_killed_nothing_is_lost_or_doubled(
    home: Path, request: pytest.FixtureRequest
) -> None:
    given = request.config.getoption("--seed")
    seed = random.SystemRandom().randrange(1 << 31) if given is None else int(given)
    print(f"--seed {seed}")
    with new_folder("crash") as folder:
        wreck = Wreck(folder, home)
        try:
            await wreck.settle()
            epoch = await Storm(wreck, stride=timedelta(hours=30)).epoch(Epoch(seed), ROUNDS)
        finally:
            await wreck.close()
    assert [each for each in epoch.rounds if each.broken] == []
    assert epoch.broken == ()
    assert epoch.told.purchases
