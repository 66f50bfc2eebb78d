"""An installation with a corner of the demo world in it, and visitors to its doors.

Fixtures for every test (loaded by tests/conftest.py): `world` is built once per worker; each test
that asks for `installation` gets a clone of its database.
"""

import html
import os
import re
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from clipcart import identity
from clipcart.api.document import OPENAPI
from clipcart.doorway.app import build_inside, surround
from clipcart.kit.engine import Engine
from clipcart.main import LANES, Installation, open_installation, routes
from clipcart.settings import Settings, read
from clipcart.web import assets
from tests.support.database import clone
from tests.support.world import World, build_world

CLONE = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')


@pytest.fixture(scope="session")
def home() -> Path:
    """A home with bundled assets."""
    home = Path(os.environ.get("CLIPCART_HOME") or CLONE / "var")
    assets.build(home)
    return home


def settings_for(home: Path, url: str, media: Path) -> Settings:
    """Settings of an installation on a database of its own."""
    return read(
        {
            "CLIPCART_HOME": str(home),
            "CLIPCART_DATABASE_URL": url,
            "CLIPCART_MEDIA_URL": media.as_uri(),
            "CLIPCART_SECRET": "a secret that is only for tests",
            "CLIPCART_PUBLIC_URL": "http://shop.test",
            "CLIPCART_POOL_SIZE": "6",
        }
    )


@pytest.fixture(scope="session")
async def world(
    server: Callable[[str], str],
    template: str,
    home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    """The corner of the demo world; its database is cloned for each test."""
    identity.use_passwords(identity.Passwords(time_cost=1, memory_kib=64))
    url = await clone(server, template)
    media = tmp_path_factory.mktemp("media")
    installation = await open_installation(settings_for(home, url, media), url)
    try:
        return await build_world(installation.db, installation.wiring, url, media)
    finally:
        await installation.close()


@pytest.fixture
async def installation(
    server: Callable[[str], str], world: World, home: Path
) -> AsyncIterator[Installation]:
    """An installation of the test's own, with the world in it."""
    url = await clone(server, world.url.rpartition("/")[2].partition("?")[0])
    opened = await open_installation(settings_for(home, url, world.media), url)
    yield opened
    await opened.close()


@pytest.fixture
def engine(installation: Installation) -> Engine:
    """The installation's engine, one thing at a time."""
    return Engine(installation.db, installation.wiring, concurrent=False)


class Visitor:
    """A browser without JavaScript: keeps cookies, follows redirects, sends forms with tokens."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """A page, redirects followed."""
        return await self.http.get(path, follow_redirects=True, **kwargs)

    async def token(self, path: str) -> str:
        """The form token that the page at `path` carries."""
        page = await self.get(path)
        found = TOKEN.search(page.text)
        assert found, f"{path} ({page.status_code}) has no form"
        return html.unescape(found.group(1))

    async def submit(
        self,
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        page: str | None = None,
        files: Any = None,
        follow: bool = True,
    ) -> httpx.Response:
        """Send a form to `path` with the token of the page at `page` (by default, `path`)."""
        data = {"_csrf": await self.token(page or path), **(fields or {})}
        return await self.http.post(path, data=data, files=files, follow_redirects=follow)

    async def sign_in(self, email: str, password: str = World.password) -> httpx.Response:
        """Sign in by the form."""
        return await self.submit("/sign-in", {"email": email, "password": password})

    async def enter_staff_mode(self) -> httpx.Response:
        """Enter staff mode as an operator who is signed in."""
        return await self.submit("/staff-mode", {"reason": "Looking after the tests"})


@lru_cache
def inside(home: Path) -> Litestar:
    """Every route, put together once for all tests of a worker; each gives it its services."""
    return build_inside(routes(), assets=assets.find_bundle(home).folder, openapi=OPENAPI)


def app_of(installation: Installation) -> Any:
    """The application as `build` makes it, for an installation that a test has opened."""
    app = inside(installation.settings.home)
    app.state.services = installation.services
    return surround(app, production=installation.settings.production, lanes=LANES)


@pytest.fixture
async def new_visitor(installation: Installation) -> AsyncIterator[Callable[[], Visitor]]:
    """Makes visitors, each with cookies of its own."""
    app = app_of(installation)
    clients: list[httpx.AsyncClient] = []

    def make() -> Visitor:
        transport = httpx.ASGITransport(app=app)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://shop.test"))
        return Visitor(clients[-1])

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    """Somebody who is not signed in."""
    return new_visitor()
