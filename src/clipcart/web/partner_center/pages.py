"""Pages of the Partner Center about what an app asked and was told."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from clipcart import apps, sellers
from clipcart.apps import TOPICS, App, DeliveryState
from clipcart.doorway import Visit
from clipcart.doorway.pages import when_text
from clipcart.kit.ids import AppId, DeliveryId, ShopId
from clipcart.web.partner_center.views import (
    AppHead,
    AttemptView,
    DeliveriesPage,
    DeliveryPage,
    DeliveryView,
    FailingView,
    RequestsPage,
    RequestView,
    Tab,
    TopicView,
    UseView,
    WebhooksPage,
)

STATES = {
    DeliveryState.WAITING: ("Waiting", "wait"),
    DeliveryState.DELIVERED: ("Delivered", "ok"),
    DeliveryState.DEAD: ("Given up", "bad"),
    DeliveryState.DROPPED: ("Dropped", "mute"),
}
SHORT = 60
"""How much of an error's message a list shows before it is opened."""


def head_of(app: App, current: str) -> AppHead:
    """The head of a view."""
    return AppHead(app.id, app.name, app.key, f"/partner/apps/{app.id}", current)


def ms(took_us: int) -> str:
    """A duration for people."""
    return f"{took_us / 1000:.1f} ms" if took_us < 1_000_000 else f"{took_us / 1_000_000:.1f} s"


def use_view(sums: apps.RequestSums) -> UseView:
    """How the newest calls went, in words."""
    return UseView(sums.calls, sums.failed, sums.limited, ms(sums.middle_us), ms(sums.slow_us))


async def requests_page(visit: Visit, app_id: AppId) -> RequestsPage:
    """What the app asked, newest first."""
    failed, path = visit.query("failed") or "", visit.query("path") or ""
    code = visit.query("code") or ""
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 13 else None
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        sums = await apps.request_sums_for(tx, visit.actor, app_id)
        found = await apps.requests_for(
            tx,
            visit.actor,
            app_id,
            failed={"yes": True, "no": False}.get(failed),
            path=path or None,
            code=number,
            cursor=visit.query("cursor"),
        )
        shops = await sellers.shops(tx, {each.shop_id for each in found.items if each.shop_id})
    head = head_of(app, "Requests")
    asked = {"failed": failed, "path": path, "code": code}
    kept = urlencode({name: text for name, text in asked.items() if text})
    base = f"{head.url}/requests?{kept}&" if kept else f"{head.url}/requests?"
    return RequestsPage(
        visit.shell(f"Requests of {app.name}"),
        head,
        use_view(sums),
        failed,
        path,
        code,
        bool(kept),
        [_request(visit, each, shops) for each in found.items],
        _link(base, found.previous_cursor),
        _link(base, found.next_cursor),
    )


def _request(
    visit: Visit, each: apps.RequestEntry, shops: Mapping[ShopId, sellers.Shop]
) -> RequestView:
    shop = shops.get(each.shop_id) if each.shop_id else None
    said = each.message
    return RequestView(
        when_text(each.at, visit.market.time_zone),
        each.method,
        each.path,
        shop.name if shop else "",
        "OK" if not each.code else f"{each.status} · {each.code}",
        "bad" if each.code else "ok",
        said,
        said if len(said) <= SHORT else f"{said[:SHORT].rstrip()}…",
        ms(each.took_us),
        each.request_id,
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
            each.name in known,
        )
        for each in TOPICS.values()
    ]
    title, lines = f"Webhooks of {app.name}", _failing(visit, failing)
    return WebhooksPage(visit.shell(title), head_of(app, "Webhooks"), topics, lines)


def _failing(visit: Visit, lines: Sequence[apps.FailingLine]) -> list[FailingView]:
    return [
        FailingView(
            _shop(each.shop_id),
            _when(visit, each.failing_since),
            _when(visit, each.retry_at),
            each.problem or "",
        )
        for each in lines
    ]


def _when(visit: Visit, moment: datetime | None) -> str:
    return "" if moment is None else when_text(moment, visit.market.time_zone)


def _shop(shop_id: ShopId) -> str:
    return f"Shop {shop_id}" if shop_id else "Tests"


def _view(visit: Visit, head: AppHead, each: apps.Delivery) -> DeliveryView:
    state, tone = STATES[each.state]
    return DeliveryView(
        f"{head.url}/deliveries/{each.id}",
        TOPICS[each.type].name if each.type in TOPICS else str(each.type),
        f"type {each.type}",
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
        failing = await apps.failing_lines_for(tx, visit.actor, app_id)
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
        _failing(visit, failing),
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
    pretty = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False)
    return DeliveryPage(
        visit.shell(title), head, view, facts, found.body, pretty, views, is_waiting
    )


def _attempt(visit: Visit, each: apps.Attempt) -> AttemptView:
    said = "no answer" if each.status is None else f"answered {each.status}"
    answer = each.answer or each.problem or "(empty)"
    return AttemptView(
        _when(visit, each.at),
        said,
        f"in {ms(each.took_us)}",
        "bad" if each.problem else "ok",
        f"POST {each.address}\nContent-Type: application/json\nAuthorization: {each.signature}",
        answer,
    )
