"""Routes of the explorer and of the limits: pages of the Partner Center in this door."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import apps
from clipcart.apps import App, NoSuchApp, TrialToken, Vault
from clipcart.doorway import Visit
from clipcart.doorway.app import Routes
from clipcart.kit.db import Tx
from clipcart.kit.errors import SignInNeeded
from clipcart.kit.ids import AppId, parse_id
from clipcart.open_api.contract import Cipher, Operation
from clipcart.open_api.explorer import form, pages, sending
from clipcart.open_api.explorer.form import Filled
from clipcart.open_api.explorer.pages import Choice
from clipcart.open_api.explorer.views import AnswerView
from clipcart.open_api.registry import is_served


def _app_id(visit: Visit, number: str) -> AppId:
    """Raises SignInNeeded, NoSuchApp."""
    if visit.session is None:
        raise SignInNeeded
    app_id = parse_id(number)
    if app_id is None:
        raise NoSuchApp
    return AppId(app_id)


@get("/partner/apps/{number:str}/explorer", include_in_schema=False)
async def explorer(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Choose an operation and fill in its form."""
    page = await pages.explorer_page(visit, _app_id(visit, number))
    return visit.html("partner/explorer.html", page)


@post("/partner/apps/{number:str}/explorer", include_in_schema=False)
async def send(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """Send the call and show its answer, with the code that asks the same."""
    app_id, typed = _app_id(visit, number), visit.form.values()
    found = pages.operation_at(visit.query("op") or "", typed.get("version", ""))
    if found is None or not is_served(found[0].resource):
        page = await pages.explorer_page(visit, app_id, typed=typed)
        return visit.html("partner/explorer.html", page, status=422)
    operation, version = found
    files = {name: visit.form.uploads(name)[0] for name in visit.form.file_names()}
    filled = form.fill(operation, version, typed, files)
    answer, errors = None, dict(filled.errors)
    if not errors:
        answer = await _asked(visit, app_id, operation, filled, typed.get("consent", ""))
        if answer is None:
            errors["consent"] = "Choose a shop that lets the app in."
    page = await pages.explorer_page(visit, app_id, typed=typed, errors=errors, answer=answer)
    return visit.html("partner/explorer.html", page, status=422 if errors else 200)


async def _asked(
    visit: Visit, app_id: AppId, operation: Operation, filled: Filled, consent: str
) -> AnswerView | None:
    """The answer; None if nobody who lets the app in is chosen."""
    vault = Vault(visit.services.secret)

    async def body(tx: Tx) -> tuple[App, Choice, str, TrialToken] | None:
        app = await apps.app_for(tx, visit.actor, app_id)
        known = pages.choices_of(await apps.consents_to_app_for(tx, visit.actor, app_id))
        chosen = next((each for each in known if each.text == consent), None)
        if chosen is None:
            return None
        secret = await apps.newest_secret(tx, vault, app_id)
        token = await apps.trial_token(tx, visit.actor, app_id, chosen.person_id, chosen.party)
        return app, chosen, secret, token

    ready = await visit.do(body)
    if ready is None:
        return None
    app, chosen, secret, token = ready
    query = dict(filled.query)
    if operation.cipher is not Cipher.REFUSED and chosen.shop_id:
        query["shop_cipher"] = vault.cipher(app.id, chosen.shop_id)
    sent = await sending.send(
        visit.request.app,
        address=visit.address,
        method=operation.resource.method,
        key=app.key,
        secret=secret,
        token=token.access_token,
        query=query,
        filled=filled,
    )
    return pages.answer_view(visit, app, operation, query, filled, sent)


@get("/partner/apps/{number:str}/limits", include_in_schema=False)
async def limits(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[Any]:
    """How much of its limits an app uses now."""
    page = await pages.limits_page(visit, _app_id(visit, number))
    return visit.html("partner/limits.html", page)


ROUTES: Routes = (explorer, send, limits)
