"""Pages of consent: who asks, for what, in which shops; what one has let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from clipcart import apps, identity, sellers
from clipcart.apps import CONSENT_DAYS, SCOPES, App, Party
from clipcart.doorway import Shell, Visit
from clipcart.doorway.pages import when_text
from clipcart.identity import Session
from clipcart.kit.db import Tx
from clipcart.kit.ids import AppId, ShopId

DAYS = {30: "30 days", 90: "90 days", 180: "Half a year", 365: "A year"}
assert tuple(DAYS) == CONSENT_DAYS


@dataclass(frozen=True, slots=True)
class ScopeView:
    """A scope in words, with the developer's reason."""

    name: str
    title: str
    note: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop that may be chosen."""

    id: ShopId
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """Who asks for what. `problem` says why it cannot be given; then there are no buttons."""

    shell: Shell
    action: str
    app_name: str
    app_about: str
    developer: str
    goes_to: str
    scopes: Sequence[ScopeView]
    shops: Sequence[ShopView]
    days: Sequence[tuple[str, str]]
    chosen_days: str
    email: str
    is_creator: bool
    problem: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class BadLinkPage:
    """The link names no app."""

    shell: Shell
    detail: str


@dataclass(frozen=True, slots=True)
class LetInView:
    """An app that one has let in."""

    id: AppId
    name: str
    party: str
    may: Sequence[str]
    shops: str
    until: str


@dataclass(frozen=True, slots=True)
class LetInPage:
    """The apps that one has let in."""

    shell: Shell
    apps: Sequence[LetInView]


async def own_shops(tx: Tx, actor: identity.Actor) -> tuple[identity.Actor, list[sellers.Shop]]:
    """The actor with their roles, and the shops that they may let apps into."""
    actor = await sellers.with_memberships(tx, actor)
    mine = [each for each in actor.memberships if actor.has_grant(each, "shop.edit")]
    found = await sellers.shops(tx, mine)
    return actor, [found[each] for each in mine if each in found]


async def consent_page(
    visit: Visit,
    session: Session,
    app: App,
    party: Party,
    *,
    chosen: Sequence[int] | None = None,
    days: str = "365",
    error: str | None = None,
) -> ConsentPage:
    """The question. Without a shop, or where nothing is asked for, it says so instead."""
    is_creator = party is Party.CREATOR
    async with visit.reading() as tx:
        shops = [] if is_creator else (await own_shops(tx, session.actor))[1]
        people = await identity.people(tx, [app.owner_id])
    scopes = apps.scopes_for(party, app.scopes)
    problem = None
    if not scopes:
        problem = "This app asks for nothing that you could give it here. Tell its developer."
    elif not is_creator and not shops:
        problem = "You have no shop that you may let apps into. Its owner or a manager can."
    developer = people.get(app.owner_id)
    return ConsentPage(
        visit.shell(f"Let {app.name} in?"),
        visit.path,
        app.name,
        app.about,
        developer.name if developer else "somebody without an account",
        urlsplit(app.redirect_url).netloc,
        [
            ScopeView(each, SCOPES[each].title, SCOPES[each].note, app.scopes[each])
            for each in scopes
        ],
        [ShopView(each.id, each.name, chosen is None or each.id in chosen) for each in shops],
        [(str(number), words) for number, words in DAYS.items()],
        days,
        session.email,
        is_creator,
        problem,
        error,
    )


async def let_in_page(visit: Visit) -> LetInPage:
    """What one has let in oneself."""
    async with visit.reading() as tx:
        consents = await apps.consents_of(tx, visit.actor)
        named = await apps.apps(tx, {each.app_id for each in consents})
        shops = await sellers.shops(tx, {shop for each in consents for shop in each.shop_ids})
    zone = visit.market.time_zone
    views = [
        LetInView(
            each.app_id,
            named[each.app_id].name,
            each.party.value,
            [SCOPES[scope].title for scope in each.scopes if scope in SCOPES],
            ", ".join(shops[shop].name for shop in each.shop_ids if shop in shops),
            f"until {when_text(each.ends_at, zone)}" if each.ends_at else "until you end it",
        )
        for each in consents
    ]
    return LetInPage(visit.shell("Apps with access"), views)
