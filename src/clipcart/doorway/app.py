"""The ASGI application: routes of the doors, shared handling of failures, plumbing routes."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.params import FromPath
from litestar.router import Router
from litestar.types import ASGIApp
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from clipcart.doorway import express, failures, middleware, opening
from clipcart.doorway.services import Services
from clipcart.doorway.visit import open_visit
from clipcart.kit.errors import Refusal
from clipcart.kit.files import NoSuchFile
from clipcart.kit.sql import query

MAX_BODY_BYTES = 40 * 1024 * 1024
LONGEST_NAME_BYTES = 200
READY_LIMIT_S = 3
FOREVER = "public, max-age=31536000, immutable"
PUBLIC_MEDIA = ("products/", "shops/", "people/")

_ALIVE = query("select 1", int)

Routes = Sequence[HTTPRouteHandler | Router]


@get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@get("/ready", include_in_schema=False)
async def ready(state: State) -> Response[dict[str, str]]:
    """The process can serve: its database answers."""
    services: Services | None = state.services
    if services is None:
        return opening.not_ready()
    try:
        async with asyncio.timeout(READY_LIMIT_S), services.db.reading() as tx:
            await tx.one(_ALIVE)
    except failures.OUTAGES:
        return opening.not_ready()
    return Response({"status": "ready"})


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Measurements for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@get("/media/{key:path}", include_in_schema=False)
async def media(state: State, key: FromPath[str]) -> Response[bytes]:
    """A public picture. Keys carry a digest of the content, so they may be cached for ever."""
    services: Services = state.services
    key = key.lstrip("/")
    if not key.startswith(PUBLIC_MEDIA):
        raise NotFoundException
    try:
        content = await services.files.get(key)
    except NoSuchFile as error:
        raise NotFoundException from error
    kind = guess_type(key)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers={"Cache-Control": FOREVER})


def asset_route(folder: Path) -> HTTPRouteHandler:
    """The bundled stylesheet, islands and icons."""

    @get("/assets/{name:str}", include_in_schema=False)
    async def asset(name: FromPath[str]) -> Response[bytes]:
        path = folder / name
        if "/" in name or name.startswith(".") or len(name.encode()) > LONGEST_NAME_BYTES:
            raise NotFoundException
        if not path.is_file():
            raise NotFoundException
        kind = guess_type(name)[0] or "application/octet-stream"
        return Response(path.read_bytes(), media_type=kind, headers={"Cache-Control": FOREVER})

    return asset


def build_app(
    routes: Routes,
    *,
    assets: Path,
    production: bool,
    openapi: OpenAPIConfig | None,
    lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]],
    services: Services | None = None,
    lanes: Sequence[express.Lane[Any]] = (),
) -> ASGIApp:
    """The application. `lifespan` sets `app.state.services`, unless `services` are given."""
    app = build_inside(routes, assets=assets, openapi=openapi, lifespan=lifespan, services=services)
    return surround(app, production=production, lanes=lanes)


def surround(
    app: Litestar, *, production: bool, lanes: Sequence[express.Lane[Any]] = ()
) -> ASGIApp:
    """What stands around every request: ids, logs, headers; closed doors; the express lanes."""
    quicker = express.beside(app, lanes, lambda: app.state.services)
    guarded = opening.closed_until(lambda: app.state.services is not None, quicker)
    return middleware.around(guarded, production=production)


def build_inside(
    routes: Routes,
    *,
    assets: Path,
    openapi: OpenAPIConfig | None,
    lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]] | None = None,
    services: Services | None = None,
) -> Litestar:
    """Every route with what all share, without what stands around every request."""
    return Litestar(
        route_handlers=[*routes, health, ready, metrics, media, asset_route(assets)],
        dependencies={"visit": Provide(open_visit)},
        exception_handlers={
            Refusal: failures.on_refusal,
            HTTPException: failures.on_http_exception,
            Exception: failures.on_exception,
        },
        lifespan=[lifespan] if services is None and lifespan is not None else [],
        state=State({"services": services}),
        openapi_config=openapi,
        request_max_body_size=MAX_BODY_BYTES,
        on_app_init=[_plain_json],
    )


def _plain_json(config: AppConfig) -> AppConfig:
    """Litestar's own logging stays quiet; ours writes one line a request."""
    config.logging_config = None
    return config
