"""The smoke check: a whole installation in a throw-away home, one purchase over HTTP, the proof."""

import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import httpx

from clipcart import orders, settlement
from clipcart.demo.corner import settle_corner
from clipcart.demo.settling import PASSWORD
from clipcart.kit.graveyard import pulse
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.migrate import migrate
from clipcart.kit.postgres import Embedded
from clipcart.main import Installation
from clipcart.ops.commands.around import installation, say
from clipcart.settings import Settings, child_environment, read

LIMIT_S = 60


@click.command(short_help="Try a purchase on a throw-away home, then stop.")
def smoke() -> None:
    """Start on a free port with a throw-away home, buy something, check the money, stop."""
    begun = time.monotonic()
    settings = read()
    home = Path(tempfile.mkdtemp(prefix="clipcart-smoke-"))
    home.chmod(0o755)
    try:
        shutil.copytree(settings.home / "assets", home / "assets")
        own = replace(
            settings,
            home=home,
            port=_free_port(),
            media_url=(home / "media").as_uri(),
            database_url=None,
            production=False,
        )
        with Embedded(home / "postgres") as database:
            asyncio.run(_check(own, database.url()))
    except SmokeFailed as failed:
        click.secho(f"smoke check FAILED: {failed}", fg="red", err=True)
        log = home / "clipcart.log"
        if log.exists():
            say(log.read_text()[-4000:])
        sys.exit(1)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    click.echo(f"smoke check passed in {time.monotonic() - begun:.0f} s")


class SmokeFailed(Exception):
    """A step of the smoke check did not do what it must; says which."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _check(settings: Settings, url: str) -> None:
    say("database is up; settling a corner of the demo world")
    await migrate(url)
    async with installation(settings, url) as opened:
        scene = await settle_corner(opened.db, opened.wiring, opened.files)
    settings = replace(settings, public_url=f"http://127.0.0.1:{settings.port}")
    children = _start(settings, url)
    try:
        product = f"/p/{scene.shops['fernhollow']}/{scene.products['teapot']}/teapot"
        key = await _buy(settings.public_url, product, scene.world.person("mira").email)
        say("placed the order; waiting for the payment")
        async with installation(settings, url) as opened:
            order = await _paid_order(opened, key)
            await _until(lambda: _is_settled(opened), "everybody heard of the payment")
            async with opened.db.snapshot() as tx:
                proof = await settlement.prove(tx)
        if not proof.holds:
            raise SmokeFailed("; ".join(proof.problems))
        say(f"the order is paid ({order.total}), and the books agree")
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            child.wait(15)


def _start(settings: Settings, url: str) -> "list[subprocess.Popen[bytes]]":
    environment = child_environment(settings, url)
    with (settings.home / "clipcart.log").open("ab") as log:
        return [
            subprocess.Popen(
                [sys.executable, "-m", "clipcart.ops.cli", name, "--with-parent"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
            for name in ("serve", "worker")
        ]


async def _buy(base: str, product: str, email: str) -> orders.OrderKey:
    """Sign in, put the product into the cart, check out, all by the pages' own forms."""
    async with httpx.AsyncClient(base_url=base, follow_redirects=True, timeout=20) as http:
        await _until(lambda: _is_ready(http), "the server gets ready")
        await _send(http, "/sign-in", {"email": email, "password": PASSWORD})
        await _send(http, product, {}, form="add-to-cart")
        say("signed in, and put a teapot into the cart")
        page = await _send(
            http,
            "/checkout",
            {"card_number": "4242424242424242", "card_expiry": "12/39", "card_cvc": "123"},
            form="checkout",
        )
        found = re.search(r'href="/orders/(\d+)/(\d+)"', page.text)
        if found is None:
            raise SmokeFailed(f"the purchase page shows no order (at {page.url})")
        return ShopId(int(found.group(1))), OrderId(int(found.group(2)))


async def _paid_order(opened: Installation, key: orders.OrderKey) -> orders.Order:
    async def look() -> orders.Order:
        async with opened.db.reading() as tx:
            return (await orders.orders_by_keys(tx, [key]))[key]

    async def is_paid() -> bool:
        return (await look()).paid is not None

    await _until(is_paid, "the order is paid")
    order = await look()
    if order.paid != order.total:
        raise SmokeFailed(f"the order is {order.total} and paid is {order.paid}")
    return order


async def _is_settled(opened: Installation) -> bool:
    async with opened.db.reading() as tx:
        return not (await pulse(tx)).pending.count


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/ready")).is_success
    except httpx.HTTPError:
        return False


async def _until(condition: Any, what: str) -> None:
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        if await condition():
            return
        await asyncio.sleep(0.2)
    raise SmokeFailed(f"waited {LIMIT_S} s until {what}")


async def _send(
    http: httpx.AsyncClient, path: str, fields: dict[str, str], *, form: str = ""
) -> httpx.Response:
    """Fill in the page's form (by its id) as a browser without JavaScript does, and send it."""
    page = await http.get(path)
    action, values = _form_of(page.text, form)
    answer = await http.post(action or str(page.url), data={**values, **fields})
    if answer.is_error:
        raise SmokeFailed(f"{action or path} answered {answer.status_code}")
    return answer


def _form_of(text: str, form: str) -> tuple[str, dict[str, str]]:
    pattern = (
        rf'<form[^>]*id="{form}"[^>]*>(.*?)</form>'
        if form
        else r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>"
    )
    found = re.search(pattern, text, re.S)
    if found is None:
        raise SmokeFailed(f"the page has no form {form or 'to send'}")
    head = found.group(0).split(">", 1)[0]
    action = re.search(r'action="([^"]*)"', head)
    return action.group(1) if action else "", _fields_of(found.group(1))


def _fields_of(form: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = attributes.get("type", "text"), attributes.get("name")
        if name is None or kind in ("submit", "file"):
            continue
        if kind in ("radio", "checkbox") and " checked" not in tag:
            continue
        values[name] = attributes.get("value", "")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r'<option[^>]*value="([^"]*)"([^>]*)>', body)
        chosen = [value for value, rest in options if "selected" in rest] or [options[0][0]]
        values[name] = chosen[0]
    return values
