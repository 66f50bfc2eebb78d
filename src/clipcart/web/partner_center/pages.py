"""Pages of the Partner Center: one's apps, and one app with what it asked and was told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from clipcart import apps
from clipcart.apps import SCOPES, TOPICS, App, DeliveryState, Party
from clipcart.doorway import Visit
from clipcart.doorway.pages import when_text
from clipcart.kit.ids import AppId, DeliveryId, ShopId
from clipcart.web.account.filled import Filled
from clipcart.web.partner_center.views import (
    AppHead,
    AppLine,
    AppPage,
    AttemptView,
    DeliveriesPage,
    DeliveryPage,
    DeliveryView,
    FailingView,
    HomePage,
    RequestsPage,
    RequestView,
    ScopeField,
    ScopeGroup,
    SecretView,
    Tab,
    TopicView,
    UseView,
    WebhooksPage,
)

PARTIES = {Party.SELLER: "For sellers", Party.CREATOR: "For creators"}
STATES = {
    DeliveryState.WAITING: ("Waiting", "wait"),
    DeliveryState.DELIVERED: ("Delivered", "ok"),
    DeliveryState.DEAD: ("Given up", "bad"),
    DeliveryState.DROPPED: ("Dropped", "mute"),
}


def scope_groups(filled: Filled) -> list[ScopeGroup]:
    """Every scope that people can give, those of a party together."""
    groups = []
    for party, title in PARTIES.items():
        fields = [
            ScopeField(f"reason-{each.name}", each.name, each.title, each.note)
            for each in SCOPES.values()
            if each.party is party
        ]
        is_open = party is Party.SELLER or any(filled.value(each.field) for each in fields)
        groups.append(ScopeGroup(title, is_open, fields))
    return groups


def filled_of(app: App) -> dict[str, str]:
    """The form's values of an app."""
    return {
        "name": app.name,
        "about": app.about,
        "redirect_url": app.redirect_url,
        "allowed_ips": "\n".join(app.allowed_ips),
        **{f"reason-{name}": reason for name, reason in app.scopes.items()},
    }


def head_of(app: App, current: str) -> AppHead:
    """The head of a view."""
    url = f"/partner/apps/{app.id}"
    tabs = [
        Tab(label, url + path, label == current)
        for label, path in (
            ("Settings", ""),
            ("Webhooks", "/webhooks"),
            ("Deliveries", "/deliveries"),
            ("Requests", "/requests"),
        )
    ]
    return AppHead(app.id, app.name, app.key, url, tabs)


async def home_page(visit: Visit, form: Filled) -> HomePage:
    """One's apps."""
    async with visit.reading() as tx:
        mine = await apps.apps_of(tx, visit.actor)
    lines = [AppLine(each.name, f"/partner/apps/{each.id}", each.key, _asks(each)) for each in mine]
    return HomePage(visit.shell("Partner Center"), lines, form, scope_groups(form))


def _asks(app: App) -> str:
    return ", ".join(SCOPES[name].title for name in app.scopes if name in SCOPES)


async def app_page(
    visit: Visit, app_id: AppId, form: Filled | None = None, secret: str | None = None
) -> AppPage:
    """One app's settings."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        kept = await apps.secrets_for(tx, visit.actor, app_id)
    filled = form or Filled(filled_of(app), {})
    zone = visit.market.time_zone
    secrets = [
        SecretView(
            f"Secret {each.serial}, made {when_text(each.created_at, zone)}",
            f"counts until {when_text(each.ends_at, zone)}" if each.ends_at else "signs webhooks",
        )
        for each in kept
    ]
    link = f"{visit.services.settings.public_url}/open/authorize?service_id={app.service_id}"
    return AppPage(
        visit.shell(app.name),
        head_of(app, "Settings"),
        str(app.service_id),
        link,
        secret,
        secrets,
        filled,
        scope_groups(filled),
    )


def ms(took_us: int) -> str:
    """A duration for people."""
    return f"{took_us / 1000:.1f} ms" if took_us < 1_000_000 else f"{took_us / 1_000_000:.1f} s"


def _use(entries: Sequence[apps.RequestEntry]) -> UseView:
    took = sorted(each.took_us for each in entries) or [0]
    return UseView(
        len(entries),
        sum(each.code != 0 for each in entries),
        sum(each.status == 429 for each in entries),
        ms(took[len(took) // 2]),
        ms(took[-1]),
    )


async def requests_page(visit: Visit, app_id: AppId) -> RequestsPage:
    """What the app asked, newest first."""
    only_failed = visit.query("failed") == "yes"
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        found = await apps.requests_for(
            tx,
            visit.actor,
            app_id,
            failed=True if only_failed else None,
            cursor=visit.query("cursor"),
        )
    zone, head = visit.market.time_zone, head_of(app, "Requests")
    more = "failed=yes&" if only_failed else ""
    views = [
        RequestView(
            when_text(each.at, zone),
            f"{each.method} {each.path}",
            "OK" if not each.code else f"{each.status} · {each.code}",
            "bad" if each.code else "ok",
            each.message,
            ms(each.took_us),
            each.request_id,
        )
        for each in found.items
    ]
    return RequestsPage(
        visit.shell(f"Requests of {app.name}"),
        head,
        _use(found.items),
        only_failed,
        views,
        _link(f"{head.url}/requests?{more}", found.previous_cursor),
        _link(f"{head.url}/requests?{more}", found.next_cursor),
    )


def _link(before: str, cursor: str | None) -> str | None:
    return f"{before}cursor={cursor}" if cursor else None


async def webhooks_page(
    visit: Visit,
    app_id: AppId,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> WebhooksPage:
    """Where the app is told what, and what fails."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        known = await apps.app_webhooks_for(tx, visit.actor, app_id)
        failing = await apps.failing_lines_for(tx, visit.actor, app_id)
    shown, wrong = {**known, **(typed or {})}, errors or {}
    topics = [
        TopicView(
            each.name,
            each.type,
            each.title,
            f"needs {each.scope}" if each.scope else "needs no scope",
            shown.get(each.name, ""),
            wrong.get(each.name),
        )
        for each in TOPICS.values()
    ]
    lines = [
        FailingView(
            _shop(each.shop_id),
            _when(visit, each.failing_since),
            _when(visit, each.retry_at),
            each.problem or "",
        )
        for each in failing
    ]
    title = f"Webhooks of {app.name}"
    return WebhooksPage(visit.shell(title), head_of(app, "Webhooks"), topics, lines)


def _when(visit: Visit, moment: datetime | None) -> str:
    return "" if moment is None else when_text(moment, visit.market.time_zone)


def _shop(shop_id: ShopId) -> str:
    return f"Shop {shop_id}" if shop_id else "Tests"


def _view(visit: Visit, head: AppHead, each: apps.Delivery) -> DeliveryView:
    state, tone = STATES[each.state]
    return DeliveryView(
        f"{head.url}/deliveries/{each.id}",
        TOPICS[each.type].name if each.type in TOPICS else str(each.type),
        "a test" if each.is_test else _shop(each.shop_id),
        state,
        tone,
        _when(visit, each.made_at),
        each.attempts,
        each.problem or "",
    )


async def deliveries_page(visit: Visit, app_id: AppId) -> DeliveriesPage:
    """What the app was told, newest first."""
    only = visit.query("state") or ""
    state = DeliveryState(only) if only in set(DeliveryState) else None
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        tally = await apps.deliveries_tally(tx, visit.actor, app_id)
        found = await apps.deliveries_for(
            tx, visit.actor, app_id, state=state, cursor=visit.query("cursor")
        )
    head = head_of(app, "Deliveries")
    base = f"{head.url}/deliveries"
    filters = [
        Tab("All", base, state is None),
        *(
            Tab(label, f"{base}?state={each}", state is each, tally.get(each, 0))
            for each, (label, _) in STATES.items()
        ),
    ]
    more = f"{base}?state={state}&" if state else f"{base}?"
    return DeliveriesPage(
        visit.shell(f"Deliveries of {app.name}"),
        head,
        only,
        filters,
        tally.get(DeliveryState.DEAD, 0),
        [_view(visit, head, each) for each in found.items],
        _link(more, found.previous_cursor),
        _link(more, found.next_cursor),
    )


async def delivery_page(visit: Visit, app_id: AppId, delivery_id: DeliveryId) -> DeliveryPage:
    """One delivery with each sending: request and answer."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        found, attempts = await apps.delivery_for(tx, visit.actor, app_id, delivery_id)
    head = head_of(app, "Deliveries")
    view = _view(visit, head, found)
    facts = [
        ("Topic", f"{view.topic} ({found.type})"),
        ("About", view.about),
        ("tts_notification_id", str(found.notice_id)),
        ("Made", view.made),
        ("Ended", _when(visit, found.ended_at) or "not yet"),
        ("Why", view.problem or "nothing went wrong"),
    ]
    views = [_attempt(visit, each) for each in attempts]
    is_waiting = found.state is DeliveryState.WAITING
    title = f"{view.topic} to {app.name}"
    return DeliveryPage(visit.shell(title), head, view, facts, found.body, views, is_waiting)


def _attempt(visit: Visit, each: apps.Attempt) -> AttemptView:
    said = "no answer" if each.status is None else f"answered {each.status}"
    answer = each.answer or each.problem or "(empty)"
    return AttemptView(
        f"{_when(visit, each.at)}: {said} in {ms(each.took_us)}",
        "bad" if each.problem else "ok",
        f"POST {each.address}\nContent-Type: application/json\nAuthorization: {each.signature}",
        answer,
    )
