"""Pages of somebody's own account: home, addresses, sessions, API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart import identity, markets
from clipcart.doorway import Shell, Visit
from clipcart.identity import OPERATOR, Scope, TokenEntry
from clipcart.web.account import words
from clipcart.web.account.filled import Filled
from clipcart.web.account.guard import own_session
from clipcart.web.account.words import FieldView
from clipcart.web.storefront.frame import frame
from clipcart.web.storefront.words import moment_text


@dataclass(frozen=True, slots=True)
class HomePage:
    """Who it is, and the ways to everything of theirs."""

    shell: Shell
    name: str
    email: str
    market: str
    is_operator: bool
    is_staff_mode_on: bool


@dataclass(frozen=True, slots=True)
class AddressView:
    """A kept address."""

    id: int
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressesPage:
    """Kept addresses, and the form for another one in `market_id`."""

    shell: Shell
    addresses: tuple[AddressView, ...]
    markets: tuple[tuple[str, str], ...]
    market_id: str
    market_name: str
    rows: tuple[tuple[FieldView, ...], ...]
    form: Filled
    next: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser that is signed in."""

    id: int
    title: str
    seen: str
    is_this: bool
    staff_until: str | None


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """Where somebody is signed in."""

    shell: Shell
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True)
class ScopeView:
    """Something that a token may be allowed to do."""

    code: str
    title: str
    note: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token that is good or was."""

    id: int
    name: str
    may: str
    used: str
    expires: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class TokensPage:
    """API tokens, the form for another one, and once the secret of a new one."""

    shell: Shell
    tokens: tuple[TokenView, ...]
    scopes: tuple[ScopeView, ...]
    lifetimes: tuple[tuple[str, str], ...]
    form: Filled
    secret: str | None


LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "a year"))


async def home_page(visit: Visit) -> HomePage:
    """The account's home."""
    session = own_session(visit)
    async with visit.reading() as tx:
        shell = await frame(visit, tx, "Your account")
    return HomePage(
        shell,
        session.name,
        session.email,
        markets.get(session.market_id).name,
        OPERATOR in session.actor.roles,
        session.actor.is_operator,
    )


async def addresses_page(visit: Visit, form: Filled, next_path: str) -> AddressesPage:
    """Kept addresses; the form follows the rules of the chosen market."""
    session = own_session(visit)
    known = {market.id: market for market in markets.all()}
    wanted = visit.query("market") or form.value("market") or session.market_id
    market = known.get(wanted) or visit.market
    async with visit.reading() as tx:
        kept = await identity.addresses(tx, visit.actor)
        shell = await frame(visit, tx, "Addresses")
        now = tx.now
    views = []
    for address in kept:
        home = known[address.market_id]
        lines = words.address_lines(address, home, home.at(now))
        views.append(AddressView(address.id, address.name, lines))
    return AddressesPage(
        shell,
        tuple(views),
        tuple((each.id, each.name) for each in known.values()),
        market.id,
        market.name,
        words.address_rows(market, market.at(now)),
        form,
        next_path,
    )


async def sessions_page(visit: Visit) -> SessionsPage:
    """Where somebody is signed in, last used first."""
    this = own_session(visit)
    async with visit.reading() as tx:
        found = await identity.sessions_for(tx, visit.actor)
        shell = await frame(visit, tx, "Where you are signed in")
    return SessionsPage(
        shell,
        tuple(
            SessionView(
                each.id,
                each.ip or "An unknown address",
                f"Signed in {moment_text(visit.market, each.created_at)}, "
                f"last used {moment_text(visit.market, each.seen_at)}",
                each.id == this.id,
                moment_text(visit.market, each.staff_until)
                if each.staff_until and each.staff_until > shell.now
                else None,
            )
            for each in found
        ),
    )


async def tokens_page(visit: Visit, form: Filled, secret: str | None = None) -> TokensPage:
    """API tokens, newest first."""
    own_session(visit)
    async with visit.reading() as tx:
        found = await identity.tokens_for(tx, visit.actor)
        shell = await frame(visit, tx, "API tokens")
        now = tx.now
    chosen = visit.form.texts("scopes") if secret is None else []
    return TokensPage(
        shell,
        tuple(_token(visit, each, is_over=each.expires_at <= now) for each in found),
        tuple(
            ScopeView(scope.value, title, note, scope.value in chosen)
            for scope, (title, note) in words.SCOPES.items()
            if scope is not Scope.OPERATOR or visit.actor.is_operator
        ),
        LIFETIMES,
        form,
        secret,
    )


def _token(visit: Visit, token: TokenEntry, *, is_over: bool) -> TokenView:
    return TokenView(
        token.id,
        token.name,
        _scope_words(token.scopes),
        moment_text(visit.market, token.last_used_at) if token.last_used_at else "Never",
        moment_text(visit.market, token.expires_at),
        is_over,
    )


def _scope_words(scopes: Sequence[str]) -> str:
    known = {scope.value: title for scope, (title, _) in words.SCOPES.items()}
    return ", ".join(
        title if place == 0 else title[:1].lower() + title[1:]
        for place, title in enumerate(known.get(scope, scope) for scope in scopes)
    )
