"""The bench as a fixture."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clipcart.doorway import middleware
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.open_api.bench import SELLER_SCOPES, SHOP, Bench, let_in
from tests.strangers.packages import modules_if_any
from tests.strangers.specification import Specification, read
from tests.support.installation import inside
from tests.support.world import World


@pytest.fixture
async def bench(installation: Installation, engine: Engine, world: World) -> AsyncIterator[Bench]:
    """An app let into the shop of the tests, with every scope that sellers can give."""
    within = inside(installation.settings.home)
    within.state.services = installation.services
    app: Any = middleware.around(within, production=False)
    mine = await let_in(installation, world, SELLER_SCOPES, SHOP, "The connector")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        made = Bench(installation, engine, world, client, within, mine)
        yield made
        await made.flush_log()


@pytest.fixture(scope="session")
def specification(home: Path) -> Specification | None:
    """The official specification, as a second opinion on answers. None where npm cannot bring it,
    which tests/strangers/test_specification.py says aloud."""
    found = modules_if_any(home)
    return None if found is None else read(found)
