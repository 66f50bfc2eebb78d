"""A bench for calls to the open API: an app that a seller let in, and a client that signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from clipcart import apps
from clipcart.apps import App, NewApp, Party, Vault
from clipcart.identity import Actor
from clipcart.kit.clock import wall_now
from clipcart.kit.engine import Engine
from clipcart.kit.ids import ShopId
from clipcart.main import Installation
from clipcart.open_api.gate import desk_of
from clipcart.open_api.signing import Signed, sign
from tests.support.world import World

SELLER_SCOPES = tuple(name for name, scope in apps.SCOPES.items() if scope.party is Party.SELLER)
SHOP, FOREIGN_SHOP, DEVELOPER = "fernhollow", "halflight", "theo"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the open API."""

    status: int
    code: int
    message: str
    data: Any
    headers: httpx.Headers
    raw: bytes


@dataclass(frozen=True, slots=True)
class Example:
    """A call that works. `foreign` are places with which it must not; `other` a body (or query)
    that differs, to show that an idempotency key stands for one request."""

    places: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    foreign: Mapping[str, object] = field(default_factory=dict)
    other: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """An app with its secret and the token of somebody who let it in."""

    app: App
    secret: str
    token: str
    refresh_token: str


@dataclass(slots=True)
class Bench:
    """An installation with an app that the owner of a shop let in, with every scope of sellers."""

    installation: Installation
    engine: Engine
    world: World
    client: httpx.AsyncClient
    inside: Any
    mine: Pass

    @property
    def vault(self) -> Vault:
        """The installation's vault."""
        return Vault(self.installation.services.secret)

    @property
    def shop_id(self) -> ShopId:
        """The shop that the app is let into."""
        return self.world.shops[SHOP]

    @property
    def foreign_shop_id(self) -> ShopId:
        """A shop that it is not let into."""
        return self.world.shops[FOREIGN_SHOP]

    @property
    def owner(self) -> Actor:
        """The owner of the shop."""
        return self.world.owner(SHOP)

    @property
    def cipher(self) -> str:
        """The shop's cipher for the app."""
        return self.vault.cipher(self.mine.app.id, self.shop_id)

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: Any = None,
        raw: bytes | None = None,
        files: Mapping[str, bytes] | None = None,
        cipher: str | None = None,
        by: Pass | None = None,
        token: str | None = None,
        timestamp: int | None = None,
        signature: str | None = None,
        content_type: str = "application/json",
        leave_out: frozenset[str] = frozenset(),
    ) -> Answer:
        """A signed call. What is given replaces what a good client would send."""
        by = by or self.mine
        pairs = [
            *(query.items() if isinstance(query, Mapping) else query),
            ("app_key", by.app.key),
            ("timestamp", str(int(wall_now().timestamp()) if timestamp is None else timestamp)),
            *([("shop_cipher", cipher)] if cipher else []),
        ]
        pairs = [pair for pair in pairs if pair[0] not in leave_out]
        headers = {"x-tts-access-token": by.token if token is None else token}
        headers = {name: value for name, value in headers.items() if value}
        content: bytes | None = raw
        if raw is None and body is not None and not files:
            content = msgspec.json.encode(body)
        kind = "multipart/form-data" if files else content_type
        if not files and (content is not None or method == "GET") and content_type:
            headers["Content-Type"] = content_type
        signed = Signed(path, pairs, kind, content or b"")
        if "sign" not in leave_out:
            pairs.append(("sign", signature or sign(signed, by.secret)))
        answer = await self.client.request(
            method,
            path,
            params=pairs,
            content=content if not files else None,
            data=dict(body or {}) if files else None,
            files={name: (f"{name}.bin", each) for name, each in files.items()} if files else None,
            headers=headers,
        )
        return read(answer)

    async def let_in(
        self, scopes: Sequence[str], *, owner: str = SHOP, name: str = "Another app"
    ) -> Pass:
        """Another app, let into a shop with these scopes."""
        return await let_in(self.installation, self.world, scopes, owner, name)

    async def flush_log(self) -> None:
        """Have the log of requests written now."""
        await desk_of(self.inside.state).log.flush()


def read(answer: httpx.Response) -> Answer:
    """The envelope; that it is one at all is checked here."""
    assert answer.headers["content-type"].startswith("application/json"), answer.text
    body = answer.json()
    assert set(body) == {"code", "message", "request_id", "data"}
    assert isinstance(body["code"], int)
    assert len(body["request_id"]) == 34
    return Answer(
        answer.status_code,
        body["code"],
        body["message"],
        body["data"],
        answer.headers,
        answer.content,
    )


async def let_in(
    installation: Installation, world: World, scopes: Sequence[str], shop: str, name: str
) -> Pass:
    """Register an app and let it into a shop."""
    vault, db = Vault(installation.services.secret), installation.db
    new = NewApp(
        name=name,
        about="Keeps stock in step.",
        redirect_url="https://connector.example/callback",
        scopes=dict.fromkeys(scopes, "To keep stock in step."),
    )
    async with db.transaction() as tx:
        app, secret = await apps.register_app(tx, world.person(DEVELOPER), vault, new)
        code = await apps.authorise_shops(tx, world.owner(shop), app, [world.shops[shop]], 365)
        issued = await apps.exchange_code(tx, app, code)
    return Pass(app, secret, issued.access_token, issued.refresh_token)
