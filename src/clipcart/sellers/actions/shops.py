"""Shops: open one, change how it looks and works."""

import re
from datetime import timedelta
from typing import Final

from clipcart import markets
from clipcart.identity import Actor, own_id, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId, new_id
from clipcart.kit.text import slug
from clipcart.markets import Rules
from clipcart.sellers import _sql, _sql_staff
from clipcart.sellers.errors import HandleTaken, NoSuchShop
from clipcart.sellers.events import ShopChanged, ShopOpened
from clipcart.sellers.model import OpenShop, Requirement, Role, Shop, ShopSettings, ShopState
from clipcart.sellers.policy import may_edit_shop, may_open_shop

_HANDLE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_HANDLE_LENGTHS: Final = range(3, 41)
_LONGEST_NAME: Final = 60
_LONGEST_TAGLINE: Final = 140
_LONGEST_STORY: Final = 4_000


def handle_problem(handle: str) -> Problem | None:
    """What is wrong with a handle, if anything."""
    if len(handle) in _HANDLE_LENGTHS and _HANDLE.fullmatch(handle):
        return None
    return Problem(
        "handle",
        "a handle has 3 to 40 small letters, digits and single hyphens",
        "write it like paper-and-string",
    )


def look_problems(name: str, tagline: str, story: str, accent: str) -> list[Problem | None]:
    """What is wrong with a shop's name and look."""
    return [
        None
        if 0 < len(name) <= _LONGEST_NAME
        else Problem(
            "name", f"a name has 1 to {_LONGEST_NAME} characters", "write the shop's name"
        ),
        _too_long("tagline", tagline, _LONGEST_TAGLINE),
        _too_long("story", story, _LONGEST_STORY),
        None
        if _COLOUR.fullmatch(accent)
        else Problem("accent", "it is no colour", "write it like #0f766e"),
    ]


def _too_long(field: str, text: str, longest: int) -> Problem | None:
    if len(text) <= longest:
        return None
    return Problem(field, f"it has more than {longest} characters", "shorten it")


async def open_shop(tx: Tx, actor: Actor, new: OpenShop) -> Shop:
    """Open a shop whose owner is the actor. It sells once its requirements are approved.

    Raises Invalid, HandleTaken, NoSuchMarket.
    """
    require(may_open_shop(actor), "shop.open", actor)
    market = markets.get(new.market_id)
    name, handle = " ".join(new.name.split()), new.handle or slug(new.name, 40)
    accent = new.accent.lower()
    check([*look_problems(name, new.tagline, new.story, accent), handle_problem(handle)])
    shop_id, person_id = ShopId(new_id()), own_id(actor)
    if await tx.maybe(_sql.CLAIM_HANDLE, handle=handle, shop_id=shop_id) is None:
        raise HandleTaken(handle)
    shop = Shop(
        id=shop_id,
        handle=handle,
        name=name,
        tagline=new.tagline,
        story=new.story,
        market_id=market.id,
        currency=market.currency.code,
        state=ShopState.ONBOARDING,
        free_cancel_hours=free_cancel_hours(market.at(tx.now)),
        accent=accent,
        avatar_key=None,
        banner_key=None,
        opened_at=tx.now,
        live_at=None,
    )
    await _store(tx, actor, shop)
    tx.announce(actor, ShopOpened(shop_id, person_id, handle, market.id, shop.currency))
    return shop


async def _store(tx: Tx, actor: Actor, shop: Shop) -> None:
    person_id = own_id(actor)
    await tx.run(
        _sql.ADD_SHOP,
        shop_id=shop.id,
        handle=shop.handle,
        name=shop.name,
        tagline=shop.tagline,
        story=shop.story,
        market_id=shop.market_id,
        currency=shop.currency,
        free_cancel_hours=shop.free_cancel_hours,
        accent=shop.accent,
        now=tx.now,
        opened_by=person_id,
    )
    await tx.run(_sql.ADD_REQUIREMENTS, shop_id=shop.id, requirements=list(Requirement))
    await tx.run(
        _sql_staff.ADD_STAFF,
        shop_id=shop.id,
        person_id=person_id,
        role=Role.OWNER,
        now=tx.now,
        added_by=actor.label,
    )
    await tx.run(_sql_staff.SET_MEMBERSHIP, person_id=person_id, shop_id=shop.id, role=Role.OWNER)


async def update_settings(tx: Tx, actor: Actor, shop_id: ShopId, settings: ShopSettings) -> None:
    """Change name, look and the free-cancel hours, which are one of the market's options.

    Raises Invalid, NoSuchShop.
    """
    require(may_edit_shop(actor, shop_id), "shop.edit", actor)
    shop = await tx.maybe(_sql.SHOP, shop_id=shop_id)
    if shop is None:
        raise NoSuchShop
    rules = markets.get(shop.market_id).at(tx.now)
    options = [_hours(option) for option in rules.free_cancel_options]
    name, accent = " ".join(settings.name.split()), settings.accent.lower()
    check(
        [
            *look_problems(name, settings.tagline, settings.story, accent),
            None
            if settings.free_cancel_hours in options
            else Problem(
                "free_cancel_hours",
                "buyers cannot be given that many hours here",
                f"choose one of {', '.join(map(str, options))}",
            ),
        ]
    )
    await tx.run(
        _sql.UPDATE_SETTINGS,
        shop_id=shop_id,
        name=name,
        tagline=settings.tagline,
        story=settings.story,
        accent=accent,
        avatar_key=settings.avatar_key,
        banner_key=settings.banner_key,
        free_cancel_hours=settings.free_cancel_hours,
    )
    tx.announce(actor, ShopChanged(shop_id, settings.free_cancel_hours))


def free_cancel_hours(rules: Rules) -> int:
    """What a new shop gives its buyers: the least that the market asks for."""
    return _hours(rules.free_cancel)


def _hours(duration: timedelta) -> int:
    return duration // timedelta(hours=1)
