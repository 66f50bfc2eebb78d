"""An installation that is served for real, for clients that others wrote."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from clipcart.main import open_installation
from tests.browser.site import Site, free_port, served
from tests.support.database import clone
from tests.support.installation import settings_for
from tests.support.world import World

SECRET = "a secret that is only for tests"


@pytest.fixture(scope="session")
async def site(
    server: Callable[[str], str],
    world: World,
    home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """The world, served on a free port; one for all clients, each of which has its own app."""
    database = await clone(server, world.url.rpartition("/")[2].partition("?")[0])
    url = f"http://127.0.0.1:{(port := free_port())}"
    settings = settings_for(home, database, world.media)
    environment = {
        "CLIPCART_HOME": str(home),
        "CLIPCART_DATABASE_URL": database,
        "CLIPCART_MEDIA_URL": settings.media_url,
        "CLIPCART_SECRET": SECRET,
        "CLIPCART_PORT": str(port),
        "CLIPCART_PUBLIC_URL": url,
        "CLIPCART_POOL_SIZE": "6",
    }
    installation = await open_installation(settings, database)
    async with served(environment, tmp_path_factory.mktemp("strangers") / "clipcart.log"):
        yield Site(url, world, installation)
    await installation.close()
