"""One server, one world and one browser per worker; a context per guest."""

import os
import shutil
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from clipcart.main import open_installation
from tests.browser.guest import DESKTOP, PHONE, Guest, Screen
from tests.browser.site import Site, free_port, served
from tests.support.database import clone
from tests.support.installation import settings_for
from tests.support.world import World

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NewGuest = Callable[..., Awaitable[Guest]]


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The Chromium to use. Absent: says so aloud, or fails where it is required."""
    wanted = os.environ.get("CLIPCART_BROWSER") or "chromium"
    found = shutil.which(wanted)
    if found:
        return found
    reason = f"no browser: {wanted} was not found; set CLIPCART_BROWSER to a Chromium"
    if os.environ.get("CLIPCART_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason} (CLIPCART_REQUIRE_BROWSER is set)")
    warnings.warn(f"NOT RUN: the tests in a browser: {reason}", stacklevel=1)
    pytest.skip(reason)


@pytest.fixture(scope="session")
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """A browser that is shared; guests have contexts of their own."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=browser_path, args=[*ARGUMENTS])
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
async def site(
    browser_path: str,
    server: Callable[[str], str],
    world: World,
    home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """The world, served for real on a free port."""
    database = await clone(server, world.url.rpartition("/")[2].partition("?")[0])
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = settings_for(home, database, world.media)
    environment = {
        "CLIPCART_HOME": str(home),
        "CLIPCART_DATABASE_URL": database,
        "CLIPCART_MEDIA_URL": settings.media_url,
        "CLIPCART_SECRET": settings.secret,
        "CLIPCART_PORT": str(port),
        "CLIPCART_PUBLIC_URL": url,
        "CLIPCART_POOL_SIZE": "8",
    }
    installation = await open_installation(settings, database)
    async with served(environment, tmp_path_factory.mktemp("site") / "clipcart.log"):
        yield Site(url, world, installation)
    await installation.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    """The window: every test that asks for it runs in each."""
    chosen: Screen = request.param
    return chosen


@pytest.fixture
async def new_guest(browser: Browser, site: Site) -> AsyncIterator[NewGuest]:
    """Makes guests, each with cookies of its own."""
    contexts: list[BrowserContext] = []

    async def make(screen: Screen, *, scripts: bool = True) -> Guest:
        context = await browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme="dark" if screen.scheme == "dark" else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale="en-US",
        )
        contexts.append(context)
        return Guest(context, await context.new_page(), site.url)

    yield make
    for context in contexts:
        await context.close()


@pytest.fixture
async def guest(new_guest: NewGuest, screen: Screen) -> Guest:
    """Somebody with JavaScript, not signed in."""
    return await new_guest(screen)
