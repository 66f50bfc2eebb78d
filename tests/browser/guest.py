"""Somebody in front of a browser, who looks at every page that comes up."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.checks import page_faults
from tests.support.world import World

PATIENCE_MS = 60_000
"""How long to wait for what must come; only a failing test takes that long."""
TAKEN_BACK = ("htmx:sendAbort", "htmx:afterRequest")
"""Logged by htmx where a newer request takes the place of one under way."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Screen:
    """A window, and whether its owner likes it dark."""

    name: str
    width: int
    height: int
    scheme: str


PHONE = Screen("phone", 390, 844, "light")
DESKTOP = Screen("desktop", 1280, 900, "dark")


class Guest:
    """A page in a browser context of its own. Going and pressing end with a look at the page."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self._url = context, page, url
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script failed: {error}"))
        page.on("response", self._response)

    @property
    def path(self) -> str:
        """Where the guest is, without the host."""
        return self.page.url.removeprefix(self._url)

    async def go(self, path: str) -> None:
        """Type an address."""
        await self.page.goto(self._url + path)
        await self.look()

    async def press(self, target: Locator) -> None:
        """Press what leads to another page."""
        async with self.page.expect_navigation():
            await target.click()
        await self.look()

    async def link(self, name: str | re.Pattern[str], *, within: str = "#main") -> None:
        """Follow the first link of this name."""
        await self.press(self.page.locator(within).get_by_role("link", name=name).first)

    async def button(self, name: str | re.Pattern[str]) -> None:
        """Press the first button of this name, which sends its form."""
        await self.press(self.page.locator("#main").get_by_role("button", name=name).first)

    async def fill(self, **fields: str) -> None:
        """Type into fields, by their ids; into a select, its value."""
        for field, value in fields.items():
            box = self.page.locator(f"#{field}")
            if await box.evaluate("node => node.tagName") == "SELECT":
                await box.select_option(value)
            else:
                await box.fill(value)

    async def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page says so."""
        await expect(self.page.locator("#main")).to_contain_text(text)

    async def look(self) -> None:
        """Every page is sound: structure, words, colours, width, console."""
        faults = [*self.faults, *await page_faults(self.page)]
        if faults:
            said = await self.page.locator("#main").inner_text()
            pytest.fail("\n".join([self.path, *faults, "", said]))

    async def sign_in(self, email: str, onward: str = "/") -> None:
        """Sign in by the form."""
        await self.go(f"/sign-in?next={onward}")
        await self.fill(email=email, password=World.password)
        await self.button("Sign in")

    def _console(self, message: ConsoleMessage) -> None:
        # The browser reports here what the content policy kept from happening, too.
        if message.type in ("error", "warning") and not message.text.startswith(TAKEN_BACK):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} from {response.url}")
