"""The composition root: settings become pools, adapters, wiring, routes and one application."""

import contextlib
import os
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from litestar import Litestar
from litestar.types import ASGIApp

from clipcart import checkout, identity
from clipcart.doorway import Renderer, Services
from clipcart.doorway.app import Routes, build_app
from clipcart.kit import _sql, ids, log
from clipcart.kit.db import PooledDatabase, connect_pool
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.files import Files
from clipcart.kit.http import Client
from clipcart.settings import Settings, read
from clipcart.web.assets import Bundle, find_bundle


@dataclass(frozen=True, slots=True)
class Installation:
    """One running installation: its database, files, adapters and engine."""

    settings: Settings
    pool: "asyncpg.Pool[Any]"
    db: PooledDatabase
    files: Files
    engine: Engine
    services: Services

    def require_movable_clock(self) -> None:
        """Raise ValueError in production, where time is only the machine's."""
        if self.settings.production:
            raise ValueError("the clock cannot be moved in production (CLIPCART_ENV)")

    async def close(self) -> None:
        """Close connections."""
        await self.pool.close()


def secret_of(settings: Settings) -> str:
    """The installation's secret: from the settings, else made once and kept in the home."""
    if settings.secret:
        return settings.secret
    path = settings.home / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
