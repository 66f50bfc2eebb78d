"""A developer makes an app, lets it into a shop, sends a call, and runs the code that is shown."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.browser.guest import Guest, Screen
from tests.browser.site import Site

SCOPES = {
    "seller.order.info": "To print the labels of new orders.",
    "seller.authorization.info": "To know whose.",
    "seller.product.write": "To upload pictures.",
}


async def run(program: list[str], url: str, secret: str, token: str, folder: Path) -> Any:
    """What a program prints: status and answer."""
    environment = {
        **os.environ,
        "CLIPCART_URL": url,
        "CLIPCART_APP_SECRET": secret,
        "CLIPCART_ACCESS_TOKEN": token,
    }
    done = await asyncio.to_thread(
        subprocess.run, program, env=environment, cwd=folder, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    status, _, told = done.stdout.decode().partition("\n")
    return int(status), json.loads(told)


async def an_app(guest: Guest, site: Site, name: str) -> tuple[str, str]:
    """Make an app; gives its path and its secret."""
    await guest.go("/partner/apps/new")
    await guest.fill(name=name, redirect_url=f"{site.url}/partner")
    for scope, reason in SCOPES.items():
        box = guest.page.locator(f'[name="scope-{scope}"]')
        if not await box.is_checked():
            await box.check()
        await guest.page.locator(f'[name="reason-{scope}"]').fill(reason)
    await guest.button("Create the app")
    secret = await guest.page.locator(".secret").inner_text()
    link = guest.page.get_by_role("link", name="Settings")
    path = (await link.get_attribute("href") or "").removesuffix("/settings")
    return path, secret.strip()


async def let_in(guest: Guest) -> None:
    """Say yes on the consent page, which leads away; then come back."""
    asked = guest.page.get_by_role("link", name="Consent page", exact=True)
    link = await asked.get_attribute("href")
    assert link
    await guest.page.goto(link)
    await guest.look()
    box = guest.page.locator('[name="shops"]').first
    if not await box.is_checked():
        await box.check()
    await guest.button("Let it in")
    assert "code=ROW_" in guest.path


async def code_of(guest: Guest, language: str) -> str:
    """The code that is shown in a language, opened if it is folded."""
    part = guest.page.locator(f".code-{language}")
    if await part.get_attribute("open") is None:
        await part.locator("summary").click()
    return await part.locator("pre code").inner_text()


async def test_the_first_call_and_the_code_that_repeats_it(
    guest: Guest, screen: Screen, site: Site, tmp_path: Path
) -> None:
    await guest.sign_in(site.world.email(site.world.content.shop("fernhollow").owner), "/partner")
    path, secret = await an_app(guest, site, f"Printer {screen.name}")
    await let_in(guest)
    await guest.go(path)
    await guest.button("Make a token for an hour")
    token = (await guest.page.locator(".secret").inner_text()).strip()

    await guest.go(f"{path}/explorer?q=order")
    await guest.link(re.compile("Get Order List"))
    await guest.page.locator('[name="query.page_size"]').fill("3")
    await guest.button("Send")
    await guest.sees("HTTP 200")
    await guest.sees("total_count")
    assert secret not in await guest.page.content()
    shown = await code_of(guest, "python")
    answer = await run([sys.executable, "-c", shown], site.url, secret, token, tmp_path)
    assert (answer[0], answer[1]["code"]) == (200, 0), answer
    wrong = await run([sys.executable, "-c", shown], site.url, "f" * 40, token, tmp_path)
    assert wrong[0] == 401
    node = shutil.which("node")
    if node:
        (tmp_path / "call.mjs").write_text(await code_of(guest, "node"))
        answer = await run([node, "call.mjs"], site.url, secret, token, tmp_path)
        assert (answer[0], answer[1]["code"]) == (200, 0), answer
    curl = shutil.which("curl")
    if curl:
        answer = await run(
            [
                "sh",
                "-c",
                f"{await code_of(guest, 'curl')} -s -w '%{{stderr}}' | sed '1s/^/200\\n/'",
            ],
            site.url,
            secret,
            token,
            tmp_path,
        )
        assert answer[1]["code"] == 0, answer
    await guest.link("Fields and errors")
    await guest.sees("Served since clipcart")
    for view in ("requests", "limits", "webhooks", "deliveries", "settings"):
        await guest.go(f"{path}/{view}")
