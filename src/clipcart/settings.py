"""Settings: one frozen class read from the environment, once, by the composition root."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Every field is documented in docs/reference/settings.md."""

    home: Path
    """CLIPCART_HOME: the one folder with all state."""
    database_url: str | None
    """CLIPCART_DATABASE_URL: a PostgreSQL server of one's own; empty means the embedded one."""
    production: bool
    """CLIPCART_ENV=production: real time, no demo pages, secure cookies."""
    host: str
    """CLIPCART_HOST: the address to listen on."""
    port: int
    """CLIPCART_PORT: the port to listen on."""
    public_url: str
    """CLIPCART_PUBLIC_URL: how the outside reaches this installation; used in e-mails."""
    secret: str
    """CLIPCART_SECRET: signs CSRF tokens and callbacks; made and kept in the home when empty."""
    market: str
    """CLIPCART_MARKET: the default market."""
    media_url: str
    """CLIPCART_MEDIA_URL: where media files live, as obstore understands it; or a folder."""
    pool_size: int
    """CLIPCART_POOL_SIZE: database connections per process."""
    web_processes: int
    """CLIPCART_WEB_PROCESSES: processes that answer requests."""
    payment_provider: str
    """CLIPCART_PAYMENT_PROVIDER: `test` or `stripe`."""
    stripe_key: str
    """CLIPCART_STRIPE_KEY: the secret key of the Stripe account."""
    stripe_url: str
    """CLIPCART_STRIPE_URL: where Stripe's API is; a stand-in in tests."""
    stripe_webhook_secret: str
    """CLIPCART_STRIPE_WEBHOOK_SECRET: verifies Stripe's callbacks."""
    smtp_url: str
    """CLIPCART_SMTP_URL: smtp://user:password@host:port; empty keeps e-mails in the outbox page."""
    mail_from: str
    """CLIPCART_MAIL_FROM: the sender of e-mails."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ValueError naming variable, rule and cure."""
    env = os.environ if environment is None else environment
    home = Path(env.get("CLIPCART_HOME") or _default_home()).expanduser().resolve()
    port = _port(env.get("CLIPCART_PORT") or "8000")
    provider = env.get("CLIPCART_PAYMENT_PROVIDER") or "test"
    if provider not in {"test", "stripe"}:
        raise ValueError(
            f"CLIPCART_PAYMENT_PROVIDER is {provider!r}; it must be 'test' or 'stripe'"
        )
    mode = env.get("CLIPCART_ENV") or "development"
    if mode not in {"development", "production"}:
        raise ValueError(f"CLIPCART_ENV is {mode!r}; it must be 'development' or 'production'")
    return Settings(
        home=home,
        database_url=env.get("CLIPCART_DATABASE_URL") or None,
        production=mode == "production",
        host=env.get("CLIPCART_HOST") or "127.0.0.1",
        port=port,
        public_url=(env.get("CLIPCART_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        secret=env.get("CLIPCART_SECRET") or "",
        market=env.get("CLIPCART_MARKET") or "us",
        media_url=env.get("CLIPCART_MEDIA_URL") or (home / "media").as_uri(),
        pool_size=_count("CLIPCART_POOL_SIZE", env.get("CLIPCART_POOL_SIZE") or "16"),
        web_processes=_count("CLIPCART_WEB_PROCESSES", env.get("CLIPCART_WEB_PROCESSES") or "1"),
        payment_provider=provider,
        stripe_key=env.get("CLIPCART_STRIPE_KEY") or "",
        stripe_url=env.get("CLIPCART_STRIPE_URL") or "https://api.stripe.com",
        stripe_webhook_secret=env.get("CLIPCART_STRIPE_WEBHOOK_SECRET") or "",
        smtp_url=env.get("CLIPCART_SMTP_URL") or "",
        mail_from=env.get("CLIPCART_MAIL_FROM") or "clipcart <hello@clipcart.example>",
    )


def _default_home() -> Path:
    """`var` in the clone this runs from, whatever folder one stands in; else in that folder."""
    clone = Path(__file__).resolve().parents[2]
    return clone / "var" if (clone / "pyproject.toml").exists() else Path("var")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) < 65536:
        raise ValueError(f"CLIPCART_PORT is {text!r}; it must be a number from 0 to 65535")
    return int(text)


def _count(name: str, text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise ValueError(f"{name} is {text!r}; it must be a number from 1 to 1000")
    return int(text)


def child_environment(settings: Settings, database_url: str) -> dict[str, str]:
    """The environment for processes that belong to this installation and use this database."""
    return {
        **os.environ,
        "CLIPCART_HOME": str(settings.home),
        "CLIPCART_PORT": str(settings.port),
        "CLIPCART_DATABASE_URL": database_url,
    }


def use_database(database_url: str) -> None:
    """Let processes that are forked from this one use this database."""
    os.environ["CLIPCART_DATABASE_URL"] = database_url
