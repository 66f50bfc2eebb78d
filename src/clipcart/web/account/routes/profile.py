"""One's own account: home, light or dark, addresses, sessions, API tokens."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import identity, markets
from clipcart.doorway import Visit
from clipcart.doorway.answers import status_of
from clipcart.doorway.visit import SESSION_COOKIE, YEAR_S
from clipcart.identity import NewAddress, NewToken, NoSuchAddress, NoSuchSession, NoSuchToken
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Problem, Refusal, check
from clipcart.kit.ids import AddressId, SessionId, TokenId, parse_id
from clipcart.web.account.filled import fresh, refused
from clipcart.web.account.guard import own_session
from clipcart.web.account.pages.profile import (
    LIFETIMES,
    addresses_page,
    home_page,
    sessions_page,
    tokens_page,
)
from clipcart.web.account.words import local_path
from clipcart.web.storefront.frame import forget_count

THEME_COOKIE = "clipcart_theme"
THEMES = ("auto", "light", "dark")


@get("/account", include_in_schema=False)
async def home(visit: NamedDependency[Visit]) -> Response[Any]:
    """The account's home."""
    return visit.html("account/home.html", await home_page(visit))


@post("/account/theme", include_in_schema=False)
async def choose_theme(visit: NamedDependency[Visit]) -> Response[Any]:
    """Light, dark, or as the device has it; kept in this browser."""
    theme = visit.form.text("theme")
    unknown = Problem("theme", "there is no such look", "choose one of the three")
    check([None if theme in THEMES else unknown])
    visit.set_cookie(THEME_COOKIE, theme, max_age=YEAR_S)
    return visit.redirect("/account" if visit.session else "/", "This browser remembers it.")


@get("/account/addresses", include_in_schema=False)
async def addresses(visit: NamedDependency[Visit]) -> Response[Any]:
    """Kept addresses, and the form for another one."""
    page = await addresses_page(visit, fresh(), local_path(visit.query("next"), ""))
    return visit.html("account/addresses.html", page)


@post("/account/addresses", include_in_schema=False)
async def add_address(visit: NamedDependency[Visit]) -> Response[Any]:
    """Keep another address."""
    own_session(visit)
    form, next_path = visit.form, local_path(visit.form.text("next"), "")
    new = NewAddress(
        name=form.text("name"),
        line1=form.text("line1"),
        line2=form.text("line2"),
        district=form.text("district"),
        city=form.text("city"),
        region=form.text("region"),
        postal_code=form.text("postal_code"),
        phone=form.text("phone"),
    )
    try:
        await visit.do(lambda tx: identity.add_address(tx, visit.actor, form.text("market"), new))
    except (Invalid, markets.NoSuchMarket) as refusal:
        page = await addresses_page(visit, refused(form, refusal, "market"), next_path)
        return visit.html("account/addresses.html", page, status=422)
    return visit.redirect(next_path or "/account/addresses", "The address is kept.")


@post("/account/addresses/{number:str}/remove", include_in_schema=False)
async def remove_address(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Forget an address."""
    own_session(visit)
    address_id = parse_id(number)
    if address_id is None:
        raise NoSuchAddress
    await visit.do(lambda tx: identity.remove_address(tx, visit.actor, AddressId(address_id)))
    return visit.redirect("/account/addresses", "The address is removed. Orders keep their copy.")


@get("/account/sessions", include_in_schema=False)
async def sessions(visit: NamedDependency[Visit]) -> Response[Any]:
    """Where one is signed in."""
    return visit.html("account/sessions.html", await sessions_page(visit))


@post("/account/sessions/{number:str}/end", include_in_schema=False)
async def end_session(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Sign a browser out, maybe this one."""
    this, session_id = own_session(visit), parse_id(number)
    if session_id is None:
        raise NoSuchSession
    await visit.do(lambda tx: identity.revoke_session(tx, visit.actor, SessionId(session_id)))
    if session_id != this.id:
        return visit.redirect("/account/sessions", "That browser is signed out.")
    visit.set_cookie(SESSION_COOKIE, "", max_age=0)
    forget_count(visit)
    return visit.redirect("/", "You are signed out.")


@get("/account/tokens", include_in_schema=False)
async def tokens(visit: NamedDependency[Visit]) -> Response[Any]:
    """API tokens, and the form for another one."""
    return visit.html("account/tokens.html", await tokens_page(visit, fresh(days="90")))


@post("/account/tokens", include_in_schema=False)
async def create_token(visit: NamedDependency[Visit]) -> Response[Any]:
    """Make a token; its secret is in this answer and nowhere else."""
    own_session(visit)
    form = visit.form

    async def make(tx: Tx) -> NewToken:
        days = form.text("days")
        unknown = Problem("days", "this is no lifetime", "choose one of the list")
        check([None if days in dict(LIFETIMES) else unknown])
        return await identity.create_token(
            tx,
            visit.actor,
            form.text("name"),
            form.texts("scopes"),
            tx.now + timedelta(days=int(days)),
        )

    try:
        made = await visit.do(make)
    except Refusal as refusal:
        page = await tokens_page(visit, refused(form, refusal))
        return visit.html("account/tokens.html", page, status=status_of(refusal))
    page = await tokens_page(visit, fresh(days="90"), made.secret)
    return visit.html("account/tokens.html", page)


@post("/account/tokens/{number:str}/revoke", include_in_schema=False)
async def revoke_token(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Make a token useless at once."""
    own_session(visit)
    token_id = parse_id(number)
    if token_id is None:
        raise NoSuchToken
    await visit.do(lambda tx: identity.revoke_token(tx, visit.actor, TokenId(token_id)))
    return visit.redirect("/account/tokens", "The token no longer works.")


ROUTES = (
    home,
    choose_theme,
    addresses,
    add_address,
    remove_address,
    sessions,
    end_session,
    tokens,
    create_token,
    revoke_token,
)
