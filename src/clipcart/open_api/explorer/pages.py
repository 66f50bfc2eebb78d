"""The explorer's page, and the page of limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from clipcart import apps, sellers
from clipcart.apps import App, Consent, Party
from clipcart.doorway import Visit
from clipcart.kit import rates
from clipcart.kit.ids import AppId, PersonId, ShopId
from clipcart.open_api import contract
from clipcart.open_api.contract import Operation, Resource
from clipcart.open_api.explorer import form, sending
from clipcart.open_api.explorer.form import Filled
from clipcart.open_api.explorer.sending import Sent
from clipcart.open_api.explorer.views import (
    AnswerView,
    BucketView,
    ChosenView,
    CodeView,
    ExplorerPage,
    GroupView,
    LimitsPage,
    OperationLink,
    Typed,
    head_of,
)
from clipcart.open_api.gate import desk_of
from clipcart.open_api.limits import BUCKETS, WINDOW_S, read_bucket
from clipcart.open_api.reference import snippets
from clipcart.open_api.reference.fields import by_slug, newest_of, path_at, slug_of
from clipcart.open_api.reference.snippets import Draft
from clipcart.open_api.registry import CALLS_PER_S, everything_served, is_served

MINUTES_BACK = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """Who the call acts for: a consent, and one of its shops (0 for creators)."""

    person_id: PersonId
    party: Party
    shop_id: ShopId

    @property
    def text(self) -> str:
        """As it stands in the form."""
        return f"{self.person_id}:{self.party}:{self.shop_id}"


def choices_of(consents: Sequence[Consent]) -> list[Choice]:
    """Every shop and creator that the app may act for."""
    return [
        Choice(each.person_id, each.party, shop_id)
        for each in consents
        for shop_id in (each.shop_ids or (ShopId(0),))
    ]


def operation_at(slug: str, version: str) -> tuple[Operation, str] | None:
    """The operation of a page's name in a version, else in its newest."""
    resource = by_slug(slug)
    if resource is None:
        return None
    newest = newest_of(resource)
    found = resource.at(version) if contract.is_version(version) else None
    return (found, version) if found else (newest, newest.version)


async def explorer_page(
    visit: Visit,
    app_id: AppId,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, str] | None = None,
    answer: AnswerView | None = None,
) -> ExplorerPage:
    """The explorer with the operation that the address names."""
    slug, words = visit.query("op") or "", visit.query("q") or ""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        consents = await apps.consents_to_app_for(tx, visit.actor, app_id)
        names = await sellers.shops(tx, {each for known in consents for each in known.shop_ids})
    typed, wrong = typed or {}, errors or {}
    head = head_of(app, "Explorer")
    found = operation_at(slug, typed.get("version") or visit.query("version") or "")
    options = [(each.text, _named(each, names)) for each in choices_of(consents)]
    chosen = None
    if found:
        chosen = _chosen(app, head.url, found, options, typed, wrong)
    every = contract.resources()
    return ExplorerPage(
        visit.shell(f"Explorer of {app.name}"),
        head,
        words,
        groups(head.url, slug, words),
        sum(map(is_served, every)),
        len(every),
        bool(options),
        chosen,
        answer,
        tuple(wrong.items()),
    )


def _named(choice: Choice, names: Mapping[ShopId, sellers.Shop]) -> str:
    shop = names.get(choice.shop_id)
    return shop.name if shop else f"Creator {choice.person_id}"


def _chosen(
    app: App,
    url: str,
    found: tuple[Operation, str],
    options: Sequence[tuple[str, str]],
    typed: Typed,
    errors: Mapping[str, str],
) -> ChosenView:
    operation, version = found
    resource, slug = operation.resource, slug_of(operation.resource)
    versions = sorted({resource.since, version, *(each for each, _, _ in resource.versions)})
    first = options[0][0] if options else ""
    return ChosenView(
        slug,
        operation.name,
        resource.method,
        path_at(resource, version),
        f"/docs/open-api/{slug}",
        version,
        [(each, each) for each in reversed(versions)],
        operation.scope,
        operation.scope in app.scopes,
        is_served(resource),
        operation.is_multipart,
        form.takes_shop(operation),
        options,
        typed.get("consent", first),
        form.parts_of(operation, typed, errors),
        f"{url}/explorer?{urlencode({'op': slug})}",
    )


def groups(url: str, slug: str, words: str) -> list[GroupView]:
    """Every operation by group; with words only those that have them all."""
    wanted = words.lower().split()
    found: dict[str, list[Resource]] = {}
    for resource in (*contract.resources(), *contract.own_resources()):
        newest = newest_of(resource)
        text = f"{resource.method} {resource.path} {newest.name} {resource.group}".lower()
        if all(word in text for word in wanted):
            found.setdefault(resource.group, []).append(resource)
    views = []
    for name, resources in found.items():
        links = [_operation_link(url, each, slug, words) for each in resources]
        links.sort(key=lambda link: not link.is_served)
        count = sum(link.is_served for link in links)
        is_open = bool(wanted) or any(link.current for link in links)
        views.append((count == 0, GroupView(name, f"{count} of {len(links)}", is_open, links)))
    return [view for _, view in sorted(views, key=lambda each: each[0])]


def _operation_link(url: str, resource: Resource, slug: str, words: str) -> OperationLink:
    newest, own = newest_of(resource), slug_of(resource)
    asked = {"op": own, **({"q": words} if words else {})}
    return OperationLink(
        resource.method,
        newest.name,
        path_at(resource, newest.version),
        f"{url}/explorer?{urlencode(asked)}#call",
        own == slug,
        is_served(resource),
    )


def answer_view(
    visit: Visit,
    app: App,
    operation: Operation,
    query: Mapping[str, str],
    filled: Filled,
    sent: Sent,
) -> AnswerView:
    """What was answered, and the code that asks the same."""
    envelope, (text, is_cut) = sent.envelope, sending.pretty(sent)
    code = int(envelope.get("code", 0) or 0)
    is_good = sent.status < 400 and code == 0
    said = str(envelope.get("message", ""))
    files = {name: each.name or "file" for name, each in filled.files.items()}
    draft = Draft(
        visit.services.settings.public_url,
        app.key,
        operation.resource.method,
        filled.path,
        query,
        filled.body,
        files if operation.is_multipart else None,
    )
    limits = [
        (label, sent.headers[name])
        for label, name in (
            ("Limit in 10 s", "x-ratelimit-limit"),
            ("Left at least", "x-ratelimit-remaining"),
            ("Seconds to go", "x-ratelimit-reset"),
        )
        if name in sent.headers
    ]
    return AnswerView(
        sent.status,
        "ok" if is_good else "bad",
        "Success" if is_good else f"Code {code}: {said}",
        f"{sent.took_ms} ms",
        str(envelope.get("request_id", "")),
        limits,
        text,
        is_cut,
        [
            CodeView(
                "curl",
                "Signed just now, good for five minutes.",
                snippets.curl(draft, timestamp=sent.timestamp, sign=sent.sign),
            ),
            CodeView("Python", "Signs by itself; needs nothing else.", snippets.python(draft)),
            CodeView("Node", "Signs by itself; save as call.mjs.", snippets.node(draft)),
        ],
    )


async def limits_page(visit: Visit, app_id: AppId) -> LimitsPage:
    """How much of its limits an app uses now, and at most in the last minutes."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        spent = await rates.spent(
            tx, f"{BUCKETS}:{app_id}:", WINDOW_S, timedelta(minutes=MINUTES_BACK)
        )
        read = [(each, *read_bucket(each.bucket)) for each in spent]
        names = await sellers.shops(tx, {shop_id for _, shop_id, _ in read if shop_id})
        left_s = WINDOW_S - int(tx.now.timestamp()) % WINDOW_S
    served = {each.resource.key: each for each in everything_served()}
    limits = desk_of(visit.request.app.state).limits
    views = []
    for each, shop_id, operation in read:
        handler = served.get(operation)
        limit = (handler.limit if handler else CALLS_PER_S) * WINDOW_S
        used = max(0, min(limit, each.now - limits.unspent(each.bucket)))
        shop = names.get(shop_id)
        views.append(
            BucketView(
                operation.replace("/V/", "/"),
                newest_of(handler.resource).name if handler else operation,
                shop.name if shop else "no shop",
                used,
                limit,
                min(limit, each.peak),
                "bad" if each.peak > limit else "warn" if used * 5 > limit * 4 else "ok",
            )
        )
    views.sort(key=lambda view: (-view.used, -view.peak, view.operation))
    title = f"Limits of {app.name}"
    return LimitsPage(
        visit.shell(title), head_of(app, "Limits"), views, WINDOW_S, CALLS_PER_S, left_s
    )
