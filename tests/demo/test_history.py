"""The demo's history: by real actions, with books that agree, the same again from the same seed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from clipcart import payments, settlement
from clipcart.demo.corner import settle_corner
from clipcart.demo.trading import trade
from clipcart.kit import ids
from clipcart.kit.engine import Engine
from clipcart.main import open_installation
from tests.support.database import clone
from tests.support.installation import settings_for

DAYS = 3
ORDERS = """
    select id, shop_id, buyer_id, state, total_minor, currency from orders.order_ order by id"""


async def history(
    server: Callable[[str], str], template: str, home: Path, media: Path, seed: int
) -> list[tuple[Any, ...]]:
    """The orders of a few days in the corner of the demo world."""
    url = await clone(server, template)
    opened = await open_installation(settings_for(home, url, media), url)
    provider = opened.services.provider
    assert isinstance(provider, payments.TestProvider)
    engine = Engine(opened.db, opened.wiring, concurrent=False)
    end = await engine.now()
    await engine.start_at(end - timedelta(days=DAYS))
    try:
        with ids.counted_from(seed):
            scene = await settle_corner(opened.db, opened.wiring, opened.files)
            await trade(scene, provider, seed, end, lambda _step, _done, _of: None, days=DAYS)
        async with opened.db.snapshot() as tx:
            proof = await settlement.prove(tx)
        assert proof.holds, proof.problems
        return [tuple(row) for row in await opened.pool.fetch(ORDERS)]
    finally:
        await opened.close()


async def test_the_same_seed_makes_the_same_history(
    server: Callable[[str], str], template: str, home: Path, tmp_path: Path
) -> None:
    first = await history(server, template, home, tmp_path, 1)
    again = await history(server, template, home, tmp_path, 1)
    other = await history(server, template, home, tmp_path, 2)
    assert len(first) > 10
    assert first == again
    assert [row[3:] for row in first] != [row[3:] for row in other]
