"""Routes of consent: every address that clients build, and the list of what is let in."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from clipcart import apps, markets
from clipcart.apps import App, NoSuchApp, NoSuchConsent, NothingToConsent, Party
from clipcart.doorway import Visit
from clipcart.doorway.answers import redirect
from clipcart.doorway.app import Routes
from clipcart.doorway.middleware import POLICY
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.ids import AppId, ShopId, parse_id
from clipcart.web.account.guard import own_session
from clipcart.web.consent.pages import BadLinkPage, consent_page, let_in_page, own_shops

LONGEST_STATE = 2_000
SELLER_LINKS = ["/open/authorize", "/oauth/authorize"]
CREATOR_LINKS = ["/alliance/creator/auth"]


async def _app(visit: Visit) -> App:
    """The app that the link names, by service number or key. Raises NoSuchApp."""
    service_id, key = visit.query("service_id"), visit.query("app_key")
    async with visit.reading() as tx:
        if service_id:
            return await apps.app_by_service(tx, parse_id(service_id) or 0)
        return await apps.app_by_key(tx, key or "")


def _no_app(visit: Visit) -> Response[Any]:
    named = visit.query("service_id") or visit.query("app_key")
    detail = (
        f"There is no app with the number or key {named}. The link may be mistyped, or made for "
        "another installation."
        if named
        else "The link names no app: it has neither service_id nor app_key."
    )
    page = BadLinkPage(visit.shell("No such app"), detail)
    return visit.html("consent/bad_link.html", page, status=404)


def _sign_in(visit: Visit) -> Response[Any]:
    return redirect(f"/sign-in?next={quote(visit.path, safe='')}")


def _answering(visit: Visit, app: App) -> None:
    """The form's answer leads to the app's site, which the browser has to be told."""
    parts = urlsplit(app.redirect_url)
    target = f"{parts.scheme}://{parts.netloc}"
    visit.headers["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {target}"
    )


def _back(app: App, state: str | None, **fields: str) -> Redirect:
    """To the app, with what it is told. Its own query stays in front."""
    told = {"app_key": app.key, **fields, **({"state": state} if state is not None else {})}
    joint = "&" if urlsplit(app.redirect_url).query else "?"
    return Redirect(f"{app.redirect_url}{joint}{urlencode(told)}", status_code=303)


def _state(visit: Visit) -> str | None:
    """The app's own word, given back as it came."""
    state = visit.request.query_params.get("state")
    return None if state is None else str(state)[:LONGEST_STATE]


async def _ask(visit: Visit, party: Party) -> Response[Any]:
    try:
        app = await _app(visit)
    except NoSuchApp:
        return _no_app(visit)
    if visit.session is None:
        return _sign_in(visit)
    _answering(visit, app)
    page = await consent_page(visit, visit.session, app, party)
    return visit.html("consent/ask.html", page, status=409 if page.problem else 200)


async def _answer(visit: Visit, party: Party) -> Response[Any]:
    try:
        app = await _app(visit)
    except NoSuchApp:
        return _no_app(visit)
    session = own_session(visit)
    if visit.form.text("answer") != "yes":
        return _back(app, _state(visit), code="null", error="auth_denied")
    chosen = [parse_id(each) or 0 for each in visit.form.texts("shops")]
    days = visit.form.text("days")
    try:
        code, region = await visit.do(lambda tx: _let_in(tx, visit, app, party, chosen, days))
    except (Invalid, NothingToConsent, Forbidden) as refusal:
        _answering(visit, app)
        error = "Choose at least one of your shops, and for how long."
        if isinstance(refusal, Invalid):
            error = " ".join(f"{each.rule}: {each.cure}." for each in refusal.problems)
        page = await consent_page(
            visit,
            session,
            app,
            party,
            chosen=chosen,
            days=days,
            error=error[:1].upper() + error[1:],
        )
        return visit.html("consent/ask.html", page, status=422)
    return _back(app, _state(visit), code=code, locale="en", shop_region=region)


async def _let_in(
    tx: Tx, visit: Visit, app: App, party: Party, chosen: list[int], days: str
) -> tuple[str, str]:
    """The code for the app, and the region that it is told."""
    if party is Party.CREATOR:
        return await apps.authorise_creator(tx, visit.actor, app), visit.market.country
    actor, shops = await own_shops(tx, visit.actor)
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    code = await apps.authorise_shops(tx, actor, app, [ShopId(each) for each in chosen], number)
    first = next(each for each in shops if each.id in chosen)
    return code, markets.get(first.market_id).country


@get(SELLER_LINKS, include_in_schema=False)
async def ask_seller(visit: NamedDependency[Visit]) -> Response[Any]:
    """Does the seller let this app into their shops?"""
    return await _ask(visit, Party.SELLER)


@post(SELLER_LINKS, include_in_schema=False)
async def answer_of_seller(visit: NamedDependency[Visit]) -> Response[Any]:
    """Yes or no; either way back to the app."""
    return await _answer(visit, Party.SELLER)


@get(CREATOR_LINKS, include_in_schema=False)
async def ask_creator(visit: NamedDependency[Visit]) -> Response[Any]:
    """Does the creator let this app act for them?"""
    return await _ask(visit, Party.CREATOR)


@post(CREATOR_LINKS, include_in_schema=False)
async def answer_of_creator(visit: NamedDependency[Visit]) -> Response[Any]:
    """Yes or no; either way back to the app."""
    return await _answer(visit, Party.CREATOR)


@get("/account/apps", include_in_schema=False)
async def let_in(visit: NamedDependency[Visit]) -> Response[Any]:
    """The apps that one has let in."""
    own_session(visit)
    return visit.html("consent/let_in.html", await let_in_page(visit))


@post("/account/apps/{number:str}/end", include_in_schema=False)
async def show_out(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Show an app out."""
    own_session(visit)
    party, app_id = visit.form.text("party"), parse_id(number)
    if app_id is None or party not in set(Party):
        raise NoSuchConsent
    await visit.do(lambda tx: apps.end_consent(tx, visit.actor, AppId(app_id), Party(party)))
    return visit.redirect("/account/apps", "The app has no access any more.")


ROUTES: Routes = (ask_seller, answer_of_seller, ask_creator, answer_of_creator, let_in, show_out)
