"""Signing up, in and out; forgotten passwords."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import checkout, identity
from clipcart.doorway import Visit
from clipcart.doorway.answers import status_of
from clipcart.doorway.visit import SESSION_COOKIE, YEAR_S
from clipcart.identity import Attempt, SessionCookie, SignInFailed
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal, Throttled, check
from clipcart.kit.ids import PersonId
from clipcart.web.account.filled import fresh, refused
from clipcart.web.account.pages.signing import forgotten_page, reset_page, signing_page
from clipcart.web.account.words import local_path
from clipcart.web.storefront.frame import forget_count

SIGN_IN, SIGN_UP = "account/sign_in.html", "account/sign_up.html"


@get("/sign-in", include_in_schema=False)
async def sign_in_form(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form to sign in; who is in already goes on."""
    next_path = local_path(visit.query("next"), "")
    if visit.session is not None:
        return visit.redirect(next_path or "/account")
    return visit.html(SIGN_IN, await signing_page(visit, "Sign in", fresh(), next_path))


@post("/sign-in", include_in_schema=False)
async def sign_in(visit: NamedDependency[Visit]) -> Response[Any]:
    """Sign in, and take the guest's cart along. Both ways to fail answer alike."""
    next_path = local_path(visit.form.text("next"), "")

    async def enter(tx: Tx) -> tuple[SessionCookie, bool] | SignInFailed:
        found = await identity.sign_in(
            tx, visit.form.text("email"), visit.form.text("password"), visit.address
        )
        if isinstance(found, SignInFailed):
            return found
        await _move_in(visit, tx, found.person_id)
        return found, identity.OPERATOR in await identity.roles_of(tx, found.person_id)

    refusal: Refusal
    try:
        outcome = await visit.do(enter)
    except Throttled as throttled:
        refusal, status = throttled, status_of(throttled)
    else:
        if not isinstance(outcome, SignInFailed):
            cookie, is_operator = outcome
            _keep(visit, cookie)
            return visit.redirect(next_path or ("/account" if is_operator else "/"))
        refusal, status = outcome, 422
    page = await signing_page(visit, "Sign in", refused(visit.form, refusal, "email"), next_path)
    return visit.html(SIGN_IN, page, status=status)


@get("/sign-up", include_in_schema=False)
async def sign_up_form(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form to open an account."""
    next_path = local_path(visit.query("next"), "")
    if visit.session is not None:
        return visit.redirect(next_path or "/account")
    return visit.html(SIGN_UP, await signing_page(visit, "Open an account", fresh(), next_path))


@post("/sign-up", include_in_schema=False)
async def sign_up(visit: NamedDependency[Visit]) -> Response[Any]:
    """Open an account and sign in, with the guest's cart."""
    next_path = local_path(visit.form.text("next"), "")
    email, password = visit.form.text("email"), visit.form.text("password")

    async def join(tx: Tx) -> SessionCookie:
        person = await identity.sign_up(
            tx, email, password, visit.form.text("name"), visit.market.id
        )
        await _move_in(visit, tx, person.id)
        return await identity.start_session(tx, person.id, visit.address)

    try:
        # By itself, so that the try counts even if it is refused and rolled back.
        await visit.do(
            lambda tx: identity.count_attempt(tx, Attempt.SIGN_UP, ip=visit.address, email=email)
        )
        cookie = await visit.do(join)
    except Refusal as refusal:
        form = refused(visit.form, refusal, "email")
        page = await signing_page(visit, "Open an account", form, next_path)
        return visit.html(SIGN_UP, page, status=status_of(refusal))
    _keep(visit, cookie)
    return visit.redirect(next_path or "/", "Welcome! Your account is open.")


async def _move_in(visit: Visit, tx: Tx, person_id: PersonId) -> None:
    """What was the guest's becomes the person's; a session of before ends."""
    if visit.actor.is_anonymous:
        await checkout.merge_cart(tx, visit.cart_owner, person_id, visit.market.id)
    else:
        await identity.sign_out(tx, visit.request.cookies.get(SESSION_COOKIE, ""))


def _keep(visit: Visit, cookie: SessionCookie) -> None:
    # How long a session lives is the database's to say; the browser keeps the cookie longer.
    visit.set_cookie(SESSION_COOKIE, cookie.value, max_age=YEAR_S)
    forget_count(visit)


@post("/sign-out", include_in_schema=False)
async def sign_out(visit: NamedDependency[Visit]) -> Response[Any]:
    """End this session."""
    cookie = visit.request.cookies.get(SESSION_COOKIE, "")
    await visit.do(lambda tx: identity.sign_out(tx, cookie))
    visit.set_cookie(SESSION_COOKIE, "", max_age=0)
    forget_count(visit)
    return visit.redirect("/", "You are signed out.")


@get("/password/forgotten", include_in_schema=False)
async def forgotten_form(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form to ask for a new password."""
    form = fresh(email=visit.session.email if visit.session else "")
    return visit.html("account/forgotten.html", await forgotten_page(visit, form, is_sent=False))


@post("/password/forgotten", include_in_schema=False)
async def forgotten(visit: NamedDependency[Visit]) -> Response[Any]:
    """Send a link; the answer is the same whether or not there is an account."""
    email = visit.form.text("email")
    try:
        check([identity.email_problem(identity.clean_email(email))])
        await visit.do(
            lambda tx: identity.request_password_reset(
                tx, email, visit.address, visit.services.settings.public_url
            )
        )
    except Refusal as refusal:
        page = await forgotten_page(visit, refused(visit.form, refusal, "email"), is_sent=False)
        return visit.html("account/forgotten.html", page, status=status_of(refusal))
    page = await forgotten_page(visit, fresh(email=email), is_sent=True)
    return visit.html("account/forgotten.html", page)


@get("/password/reset/{token:str}", include_in_schema=False)
async def reset_form(visit: NamedDependency[Visit], token: FromPath[str]) -> Response[Any]:
    """The form behind the link of the e-mail."""
    return visit.html("account/reset.html", await reset_page(visit, fresh(), token, is_spent=False))


@post("/password/reset/{token:str}", include_in_schema=False)
async def reset(visit: NamedDependency[Visit], token: FromPath[str]) -> Response[Any]:
    """Set the new password; every session ends."""
    try:
        await visit.do(lambda tx: identity.reset_password(tx, token, visit.form.text("password")))
    except Refusal as refusal:
        is_spent = isinstance(refusal, identity.ResetLinkSpent)
        form = refused(visit.form, refusal)
        page = await reset_page(visit, form, token, is_spent=is_spent)
        return visit.html("account/reset.html", page, status=status_of(refusal))
    visit.set_cookie(SESSION_COOKIE, "", max_age=0)
    return visit.redirect("/sign-in", "Your new password is set. Sign in with it.")


ROUTES = (
    sign_in_form,
    sign_in,
    sign_up_form,
    sign_up,
    sign_out,
    forgotten_form,
    forgotten,
    reset_form,
    reset,
)
