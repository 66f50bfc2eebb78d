"""Routes of the Partner Center."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import apps
from clipcart.apps import NewApp, NoSuchApp, NoSuchDelivery, Party, Vault
from clipcart.doorway import Form, Visit
from clipcart.doorway.app import Routes
from clipcart.doorway.pages import errors_of
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Refusal
from clipcart.kit.http import AddressRefused
from clipcart.kit.ids import AppId, DeliveryId, PersonId, parse_id
from clipcart.kit.text import sentence
from clipcart.web.account.filled import refused
from clipcart.web.account.guard import own_session
from clipcart.web.partner_center import app_pages, pages
from clipcart.web.partner_center.sandbox_routes import ROUTES as SANDBOX

OVERLAPS = {"0": timedelta(), "1": timedelta(days=1), "7": timedelta(days=7)}


def _app_id(number: str) -> AppId:
    """Raises NoSuchApp."""
    app_id = parse_id(number)
    if app_id is None:
        raise NoSuchApp
    return AppId(app_id)


def _delivery_id(number: str) -> DeliveryId:
    """Raises NoSuchDelivery."""
    delivery_id = parse_id(number)
    if delivery_id is None:
        raise NoSuchDelivery
    return DeliveryId(delivery_id)


def _new_app(form: Form) -> NewApp:
    chosen = [name for name in apps.SCOPES if form.has(f"scope-{name}")]
    return NewApp(
        name=form.text("name"),
        about=form.text("about"),
        redirect_url=form.text("redirect_url"),
        scopes={name: form.text(f"reason-{name}") for name in chosen},
        allowed_ips=form.text("allowed_ips").split(),
    )


def _vault(visit: Visit) -> Vault:
    return Vault(visit.services.secret)


@get("/partner", include_in_schema=False)
async def home(visit: NamedDependency[Visit]) -> Response[Any]:
    """One's apps, or how to begin."""
    own_session(visit)
    return visit.html("partner/home.html", await app_pages.home_page(visit))


@get("/partner/apps/new", include_in_schema=False)
async def new_app(visit: NamedDependency[Visit]) -> Response[Any]:
    """The form for another app."""
    own_session(visit)
    return visit.html("partner/new.html", app_pages.new_page(visit))


@post("/partner/apps", include_in_schema=False)
async def create_app(visit: NamedDependency[Visit]) -> Response[Any]:
    """Register an app; its secret is in this answer and nowhere else."""
    own_session(visit)
    new, is_local = _new_app(visit.form), visit.services.is_demo
    try:
        made = await visit.do(
            lambda tx: apps.register_app(tx, visit.actor, _vault(visit), new, is_local=is_local)
        )
    except Invalid as refusal:
        page = app_pages.new_page(visit, refused(visit.form, refusal))
        return visit.html("partner/new.html", page, status=422)
    shown = await app_pages.app_page(visit, made.app.id, secret=made.secret)
    return visit.html("partner/app.html", shown)


@get("/partner/apps/{number:str}", include_in_schema=False)
async def app(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """One app at a glance."""
    own_session(visit)
    return visit.html("partner/app.html", await app_pages.app_page(visit, _app_id(number)))


@get("/partner/apps/{number:str}/settings", include_in_schema=False)
async def settings(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """One app's settings and secrets."""
    own_session(visit)
    page = await app_pages.settings_page(visit, _app_id(number))
    return visit.html("partner/settings.html", page)


@post("/partner/apps/{number:str}/settings", include_in_schema=False)
async def change_app(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Change what an app says of itself."""
    own_session(visit)
    app_id, new, is_local = _app_id(number), _new_app(visit.form), visit.services.is_demo
    try:
        await visit.do(lambda tx: apps.change_app(tx, visit.actor, app_id, new, is_local=is_local))
    except Invalid as refusal:
        page = await app_pages.settings_page(visit, app_id, refused(visit.form, refusal))
        return visit.html("partner/settings.html", page, status=422)
    told = "Saved. Consents given before are unchanged: for new scopes sellers are asked again."
    return visit.redirect(f"/partner/apps/{app_id}/settings", told)


@post("/partner/apps/{number:str}/secret", include_in_schema=False)
async def new_secret(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Give the app a new secret, shown in this answer alone."""
    own_session(visit)
    app_id = _app_id(number)
    overlap = OVERLAPS.get(visit.form.text("overlap"))
    if overlap is None:
        told = "Choose for how long the secret before still counts."
        return visit.redirect(f"/partner/apps/{app_id}/settings", told, "warn")
    made = await visit.do(
        lambda tx: apps.rotate_secret(tx, visit.actor, _vault(visit), app_id, overlap)
    )
    page = await app_pages.app_page(visit, app_id, secret=made.secret)
    return visit.html("partner/app.html", page)


@post("/partner/apps/{number:str}/tokens", include_in_schema=False)
async def trial_token(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Make an access token for an hour, shown in this answer alone."""
    own_session(visit)
    app_id, party = _app_id(number), visit.form.text("party")
    person_id = PersonId(visit.form.id("person"))
    if party not in set(Party):
        raise apps.NoSuchConsent
    made = await visit.do(
        lambda tx: apps.trial_token(tx, visit.actor, app_id, person_id, Party(party))
    )
    return visit.html("partner/app.html", await app_pages.app_page(visit, app_id, token=made))


@get("/partner/apps/{number:str}/requests", include_in_schema=False)
async def requests(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """What the app asked."""
    own_session(visit)
    page = await pages.requests_page(visit, _app_id(number))
    return visit.html("partner/requests.html", page)


@get("/partner/apps/{number:str}/webhooks", include_in_schema=False)
async def webhooks(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Where the app is told what."""
    own_session(visit)
    page = await pages.webhooks_page(visit, _app_id(number))
    return visit.html("partner/webhooks.html", page)


@post("/partner/apps/{number:str}/webhooks", include_in_schema=False)
async def set_webhook(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Set one topic's address, and send a test to it if that is the button."""
    own_session(visit)
    app_id, topic = _app_id(number), visit.form.text("topic")
    address, is_local = visit.form.text("address"), visit.services.is_demo

    async def act(tx: Tx) -> None:
        await apps.set_app_webhook(tx, visit.actor, app_id, topic, address, is_local=is_local)
        if visit.form.text("do") == "test":
            await apps.send_test(tx, visit.actor, app_id, topic)

    try:
        if address:
            await apps.check_address(address, is_local=is_local)
        await visit.do(act)
    except (Invalid, AddressRefused, apps.NoAddress) as refusal:
        page = await pages.webhooks_page(visit, app_id, {topic: address}, {topic: _why(refusal)})
        return visit.html("partner/webhooks.html", page, status=422)
    if visit.form.text("do") == "test":
        where = f"/partner/apps/{app_id}/deliveries"
        return visit.redirect(where, "The test is on its way. Reload to see the answer.")
    return visit.redirect(f"/partner/apps/{app_id}/webhooks", "Saved.")


def _why(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid):
        return " ".join(errors_of(refusal.problems).values())
    return sentence(refusal.code, refusal.facts)


@post("/partner/apps/{number:str}/webhooks/now", include_in_schema=False)
async def try_now(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """End the pauses after failures."""
    own_session(visit)
    app_id = _app_id(number)
    count = await visit.do(lambda tx: apps.try_now(tx, visit.actor, app_id))
    return visit.redirect(f"/partner/apps/{app_id}/deliveries", f"{count} queues are tried now.")


@get("/partner/apps/{number:str}/deliveries", include_in_schema=False)
async def deliveries(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """What the app was told."""
    own_session(visit)
    page = await pages.deliveries_page(visit, _app_id(number))
    return visit.html("partner/deliveries.html", page)


@post("/partner/apps/{number:str}/deliveries/again", include_in_schema=False)
async def all_again(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Send again what was given up."""
    own_session(visit)
    app_id = _app_id(number)
    count = await visit.do(lambda tx: apps.send_dead_again(tx, visit.actor, app_id))
    return visit.redirect(f"/partner/apps/{app_id}/deliveries", f"{count} are sent again.")


@get("/partner/apps/{number:str}/deliveries/{item:str}", include_in_schema=False)
async def delivery(
    visit: NamedDependency[Visit], number: FromPath[str], item: FromPath[str]
) -> Response[Any]:
    """One delivery: request and answer of each sending."""
    own_session(visit)
    page = await pages.delivery_page(visit, _app_id(number), _delivery_id(item))
    return visit.html("partner/delivery.html", page)


@post("/partner/apps/{number:str}/deliveries/{item:str}", include_in_schema=False)
async def mind(
    visit: NamedDependency[Visit], number: FromPath[str], item: FromPath[str]
) -> Response[Any]:
    """Send one again, or set one aside that waits."""
    own_session(visit)
    app_id, delivery_id = _app_id(number), _delivery_id(item)
    is_aside = visit.form.text("do") == "aside"
    act = apps.set_aside if is_aside else apps.send_again
    await visit.do(lambda tx: act(tx, visit.actor, app_id, delivery_id))
    said = "Set aside. Those behind it go on." if is_aside else "It is sent again."
    return visit.redirect(f"/partner/apps/{app_id}/deliveries/{delivery_id}", said)


ROUTES: Routes = (
    home,
    new_app,
    create_app,
    app,
    settings,
    change_app,
    new_secret,
    trial_token,
    requests,
    webhooks,
    set_webhook,
    try_now,
    deliveries,
    all_again,
    delivery,
    mind,
    *SANDBOX,
)
