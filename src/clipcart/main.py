"""The composition root: settings become pools, adapters, wiring, routes and one application."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import asyncpg
from litestar import Litestar
from litestar.types import ASGIApp

import clipcart.api.routes
import clipcart.open_api.routes
import clipcart.ops.routes
import clipcart.web.account.routes
import clipcart.web.consent.routes
import clipcart.web.partner_center.routes
import clipcart.web.seller_center.routes
import clipcart.web.storefront.routes
from clipcart import checkout, fulfilment, payments, settlement
from clipcart.api.document import OPENAPI
from clipcart.apps import Vault
from clipcart.apps import _jobs as apps_jobs
from clipcart.catalog import _jobs as catalog_jobs
from clipcart.doorway import Renderer, Services
from clipcart.doorway.app import Routes, build_app
from clipcart.doorway.gate import Gate
from clipcart.doorway.opening import as_soon_as_possible
from clipcart.fulfilment import _jobs as fulfilment_jobs
from clipcart.fulfilment.adapters.fake import CarrierRobot
from clipcart.identity import _jobs as identity_jobs
from clipcart.identity.adapters.fake import LocalMailer
from clipcart.identity.adapters.smtp import SmtpMailer
from clipcart.inventory import _jobs as inventory_jobs
from clipcart.kit import _sql, ids, log, memory, rates
from clipcart.kit.connections import Pool, connect_pool
from clipcart.kit.db import PooledDatabase
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.files import Files
from clipcart.kit.http import HttpClient
from clipcart.open_api import _jobs as open_api_jobs
from clipcart.open_api.docs import group_parts
from clipcart.orders import _jobs as orders_jobs
from clipcart.payments import _jobs as payments_jobs
from clipcart.sellers import _jobs as sellers_jobs
from clipcart.settings import Settings, read
from clipcart.settlement import _jobs as settlement_jobs
from clipcart.settlement.adapters.fake import BankRobot
from clipcart.web import assets
from clipcart.web.assets import AssetsFailed, Bundle, find_bundle

__all__ = ["AssetsFailed", "Installation", "app", "build", "bundle_assets", "open_installation"]

FIRST_TRY_S = 2
"""For so long a starting server waits before it answers without its database."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One running installation: its database, files, adapters and engine."""

    settings: Settings
    pool: Pool
    db: PooledDatabase
    files: Files
    wiring: Wiring
    engine: Engine
    services: Services

    def require_movable_clock(self) -> None:
        """Raise ValueError in production, where time is only the machine's."""
        if self.settings.production:
            raise ValueError("the clock cannot be moved in production (CLIPCART_ENV)")

    async def close(self) -> None:
        """Close connections."""
        await self.db.close()


def secret_of(settings: Settings) -> str:
    """The installation's secret: from the settings, else made once and kept in the home."""
    if settings.secret:
        return settings.secret
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "secret"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def wiring(
    settings: Settings,
    provider: payments.Provider,
    carrier: fulfilment.Carrier,
    bank: settlement.Bank,
    vault: Vault,
) -> Wiring:
    """What follows a commit: who listens, what runs, what is due."""
    mailer = (
        SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else LocalMailer()
    )
    return Wiring(
        subscribers=(
            catalog_jobs.SUBSCRIBER,
            orders_jobs.SUBSCRIBER,
            fulfilment_jobs.SUBSCRIBER,
            settlement_jobs.SUBSCRIBER,
            apps_jobs.subscriber(vault),
        ),
        jobs=(
            *identity_jobs.jobs(mailer),
            *catalog_jobs.JOBS,
            *payments_jobs.jobs(provider),
            *fulfilment_jobs.jobs(carrier),
            *settlement_jobs.jobs(bank),
            *apps_jobs.jobs(vault, production=settings.production),
        ),
        sweeps=(
            *rates.SWEEPS,
            *identity_jobs.SWEEPS,
            *inventory_jobs.SWEEPS,
            *sellers_jobs.SWEEPS,
            *orders_jobs.SWEEPS,
            *fulfilment_jobs.SWEEPS,
            *settlement_jobs.SWEEPS,
            *apps_jobs.SWEEPS,
            *open_api_jobs.SWEEPS,
            *([bank.sweep] if isinstance(bank, BankRobot) else []),
            *([provider.sweep] if isinstance(provider, payments.TestProvider) else []),
        ),
    )


async def open_installation(settings: Settings, url: str, *, durable: bool = True) -> Installation:
    """Open everything that a process of this installation needs. Close it again.

    `durable` as in kit.connections.connect_pool.
    """
    pool = await connect_pool(url, size=settings.pool_size, durable=durable)
    db = PooledDatabase(pool, movable_clock=not settings.production)
    try:
        async with db.reading() as tx:
            ids.use_node(await tx.one(_sql.NEXT_NODE))
    except asyncpg.UndefinedTableError as error:
        await pool.close()
        raise ValueError("the database has no tables yet; run: clipcart db migrate") from error
    secret = secret_of(settings)
    provider: payments.Provider = (
        payments.StripeProvider(
            HttpClient(),
            payments.StripeSettings(
                settings.stripe_url,
                settings.stripe_key,
                settings.stripe_webhook_secret,
                challenge_url=f"{settings.public_url}/payments/challenge/",
            ),
        )
        if settings.payment_provider == "stripe"
        else payments.TestProvider(
            db, secret=secret, seed=1, challenge_url=f"{settings.public_url}/test-bank/"
        )
    )
    carrier, bank = CarrierRobot(db), BankRobot(db)
    files = Files.open(settings.media_url)
    follows = wiring(settings, provider, carrier, bank, Vault(secret))
    engine = Engine(db, follows)
    services = Services(
        settings=settings,
        db=db,
        files=files,
        renderer=Renderer(asset_urls(find_bundle(settings.home))),
        secret=secret,
        gate=Gate(db),
        counter=checkout.Counter(db),
        provider=provider,
        engine=engine,
    )
    return Installation(settings, pool, db, files, follows, engine, services)


def bundle_assets(settings: Settings) -> None:
    """In a clone: bundle the stylesheet and islands if they changed. A wheel carries them."""
    if (assets.CLONE / "package.json").exists():
        assets.build(settings.home)


def asset_urls(bundle: Bundle) -> Callable[[str], str]:
    """Where the browser finds an asset: `app.css` -> `/assets/app-4F2K.css`."""
    return lambda name: f"/assets/{bundle.name(name)}"


def routes() -> Routes:
    """Every route of every door."""
    return (
        *clipcart.web.storefront.routes.ROUTES,
        *clipcart.web.account.routes.ROUTES,
        *clipcart.web.consent.routes.ROUTES,
        *clipcart.web.partner_center.routes.ROUTES,
        *clipcart.web.seller_center.routes.ROUTES,
        *clipcart.ops.routes.ROUTES,
        *clipcart.api.routes.ROUTES,
        *clipcart.open_api.routes.ROUTES,
    )


def open_api_coverage() -> list[tuple[str, list[tuple[str, bool]]]]:
    """The operations of the open API by group, each with whether it is served."""
    return [
        (
            group.name,
            [(f"{line.method} {line.path}", line.is_served) for line in group.lines],
        )
        for group in group_parts()
    ]


LANES = (clipcart.api.routes.LANE,)


def build(settings: Settings, opened: Installation | None = None) -> ASGIApp:
    """The application. Opens the installation with its first breath, unless one is given."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise ValueError("CLIPCART_DATABASE_URL is not set; start with `clipcart serve`")
        log.set_up(json_lines=True)
        url = settings.database_url

        async def open_up() -> Installation:
            opened = await as_soon_as_possible(lambda: open_installation(settings, url))
            app.state.services = opened.services
            return opened

        # A database that is away is waited for behind closed doors; any other trouble is raised.
        work = asyncio.create_task(open_up())
        done, _ = await asyncio.wait({work}, timeout=FIRST_TRY_S)
        if done:
            work.result()
        memory.settle_in()
        try:
            yield
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await (await work).close()

    return build_app(
        routes(),
        assets=find_bundle(settings.home).folder,
        production=settings.production,
        openapi=OPENAPI,
        lifespan=lifespan,
        services=opened.services if opened else None,
        lanes=LANES,
    )


def app() -> ASGIApp:
    """For the server process: the application with settings from the environment."""
    return build(read())
