"""Pages about an app itself: the list, one app at a glance, its settings."""

from collections.abc import Collection, Mapping

from clipcart import apps, sellers
from clipcart.apps import SCOPES, App, Consent, Party, RequestSums
from clipcart.doorway import Visit
from clipcart.doorway.pages import when_text
from clipcart.kit.ids import AppId, ShopId
from clipcart.web.account.filled import Filled, fresh
from clipcart.web.partner_center import snippets
from clipcart.web.partner_center.pages import head_of, use_view
from clipcart.web.partner_center.views import (
    AppLine,
    AppPage,
    ConsentView,
    HomePage,
    NewPage,
    ScopeField,
    ScopeGroup,
    SecretView,
    SettingsPage,
    Step,
)
from clipcart.web.storefront.words import counted

PARTIES = {Party.SELLER: "For sellers", Party.CREATOR: "For creators"}


def scope_groups(filled: Filled) -> list[ScopeGroup]:
    """Every scope that people can give, those of a party together."""
    groups = []
    for party, title in PARTIES.items():
        fields = [
            ScopeField(
                f"reason-{each.name}",
                each.name,
                each.title,
                each.note,
                bool(filled.value(f"scope-{each.name}")),
            )
            for each in SCOPES.values()
            if each.party is party
        ]
        is_open = party is Party.SELLER or any(each.is_chosen for each in fields)
        groups.append(ScopeGroup(title, is_open, fields))
    return groups


def filled_of(app: App) -> dict[str, str]:
    """The form's values of an app."""
    return {
        "name": app.name,
        "about": app.about,
        "redirect_url": app.redirect_url,
        "allowed_ips": "\n".join(app.allowed_ips),
        **{f"scope-{name}": "yes" for name in app.scopes},
        **{f"reason-{name}": reason for name, reason in app.scopes.items()},
    }


async def home_page(visit: Visit) -> HomePage:
    """One's apps, or how to begin."""
    async with visit.reading() as tx:
        mine = await apps.apps_of(tx, visit.actor)
    lines = [AppLine(each.name, f"/partner/apps/{each.id}", each.key, _asks(each)) for each in mine]
    where = "Your own, or that of a seller who wants it."
    if visit.services.is_demo:
        where = "Your own, or one that the sandbox makes for you."
    steps = [
        Step(
            "Create an app",
            "A name, what it may do and why. You get a key and a secret.",
            "current",
            "/partner/apps/new",
            "New app",
        ),
        Step("Let it into a shop", where, "future"),
        Step("Send a request", "From the explorer, or with curl from your terminal.", "future"),
        Step("Hear what happens", "Set a webhook and send yourself a test.", "future"),
    ]
    base = visit.services.settings.public_url
    return HomePage(visit.shell("Partner Center"), lines, steps, base)


def _asks(app: App) -> str:
    return ", ".join(SCOPES[name].title for name in app.scopes if name in SCOPES)


def new_page(visit: Visit, form: Filled | None = None) -> NewPage:
    """The form for another app. A new one begins with what nearly every app needs."""
    form = form or fresh(
        **{
            "scope-seller.authorization.info": "yes",
            "reason-seller.authorization.info": "To know which shops let us in.",
        }
    )
    return NewPage(visit.shell("New app"), form, scope_groups(form))


async def app_page(
    visit: Visit,
    app_id: AppId,
    *,
    secret: str | None = None,
    token: apps.TrialToken | None = None,
) -> AppPage:
    """One app at a glance, and the way to its first call."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        consents = await apps.consents_to_app_for(tx, visit.actor, app_id)
        sums = await apps.request_sums_for(tx, visit.actor, app_id)
        hooks = await apps.app_webhooks_for(tx, visit.actor, app_id)
        names = await sellers.shops(tx, {each for consent in consents for each in consent.shop_ids})
    base = visit.services.settings.public_url
    head = head_of(app, "Overview")
    link = f"{base}/open/authorize?service_id={app.service_id}"
    return AppPage(
        visit.shell(app.name),
        head,
        str(app.service_id),
        base,
        app.redirect_url,
        link,
        tuple(app.scopes.items()),
        _steps(head.url, link, consents, sums, hooks),
        use_view(sums),
        [_consent(visit, each, names) for each in consents],
        snippets.variables(app.key, base),
        snippets.first_call(),
        secret,
        token.access_token if token else None,
        when_text(token.expires_at, visit.market.time_zone) if token else "",
    )


def _steps(
    url: str,
    link: str,
    consents: Collection[Consent],
    sums: RequestSums,
    hooks: Mapping[str, str],
) -> list[Step]:
    done = (True, bool(consents), sums.calls > sums.failed, bool(hooks))
    told = (
        ("Create the app", "It has a key, a secret, scopes and an address.", None, None),
        (
            "Let it into a shop",
            "Sellers see its name and your reasons, and say yes or no.",
            link,
            "Open the consent page",
        ),
        (
            "Send a request",
            "The explorer signs it for you and shows the code that does the same.",
            f"{url}/explorer",
            "Open the explorer",
        ),
        (
            "Hear what happens",
            "Orders, packages and products tell your address what they do.",
            f"{url}/webhooks",
            "Set a webhook",
        ),
    )
    first = done.index(False) if False in done else len(done)
    return [
        Step(
            title,
            note,
            "reached" if done[at] else "current" if at == first else "future",
            address if not done[at] else None,
            action if not done[at] else None,
        )
        for at, (title, note, address, action) in enumerate(told)
    ]


def _consent(visit: Visit, consent: Consent, names: Mapping[ShopId, sellers.Shop]) -> ConsentView:
    who = ", ".join(names[each].name for each in consent.shop_ids if each in names)
    until = (
        "without end"
        if consent.ends_at is None
        else f"until {when_text(consent.ends_at, visit.market.time_zone)}"
    )
    scopes = counted(len(consent.scopes), "scope")
    return ConsentView(who or "A creator", scopes, until, consent.person_id, consent.party.value)


async def settings_page(visit: Visit, app_id: AppId, form: Filled | None = None) -> SettingsPage:
    """What an app says of itself, and its secrets."""
    async with visit.reading() as tx:
        app = await apps.app_for(tx, visit.actor, app_id)
        kept = await apps.secrets_for(tx, visit.actor, app_id)
    filled, zone = form or Filled(filled_of(app), {}), visit.market.time_zone
    secrets = [
        SecretView(
            f"Secret {each.serial}",
            "Ends soon" if each.ends_at else "In use",
            "wait" if each.ends_at else "ok",
            f"made {when_text(each.created_at, zone)}",
            f"counts until {when_text(each.ends_at, zone)}" if each.ends_at else "",
        )
        for each in kept
    ]
    title, head = f"Settings of {app.name}", head_of(app, "Settings")
    return SettingsPage(visit.shell(title), head, secrets, filled, scope_groups(filled))
