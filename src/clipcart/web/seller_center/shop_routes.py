"""A shop as a place: its look and rules, and who works in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from clipcart import sellers
from clipcart.doorway import Visit
from clipcart.doorway.answers import status_of
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Invalid, Problem, Refusal, check
from clipcart.kit.ids import PersonId, ShopId, parse_id
from clipcart.kit.images import check_picture
from clipcart.sellers import (
    AlreadyStaff,
    NoSuchInvitation,
    NoSuchStaff,
    OwnerStays,
    Role,
    ShopSettings,
)
from clipcart.web.account.filled import fresh, refused
from clipcart.web.seller_center.frame import at_work, require_grant, shop_id_of
from clipcart.web.seller_center.shop_pages import settings_page, staff_page


@get("/sell/{shop:str}/settings", include_in_schema=False)
async def settings(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """How the shop looks and works."""
    page = await settings_page(visit, shop_id_of(visit, shop))
    return visit.html("sell/onboarding_settings.html", page)


@post("/sell/{shop:str}/settings", include_in_schema=False)
async def update_settings(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Change how the shop looks and works."""
    shop_id, form = shop_id_of(visit, shop), visit.form
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
    require_grant(desk, "shop.edit")
    try:
        wanted = ShopSettings(
            name=form.text("name"),
            tagline=form.text("tagline"),
            story=form.text("story"),
            accent=form.text("accent"),
            avatar_key=await _picture(visit, shop_id, "avatar", desk.shop.avatar_key),
            banner_key=await _picture(visit, shop_id, "banner", desk.shop.banner_key),
            free_cancel_hours=form.number("free_cancel_hours", low=0, high=999),
        )
        await visit.do(lambda tx: sellers.update_settings(tx, desk.actor, shop_id, wanted))
    except Invalid as refusal:
        page = await settings_page(visit, shop_id, refused(form, refusal))
        return visit.html("sell/onboarding_settings.html", page, status=422)
    return visit.redirect(f"/sell/{shop_id}/settings", "The settings are saved.")


async def _picture(visit: Visit, shop_id: ShopId, field: str, known: str | None) -> str | None:
    """The key of a new picture, of the one that is there, or None when it is taken away."""
    chosen = visit.form.uploads(field)
    if not chosen:
        return None if visit.form.has(f"{field}_gone") else known
    # Decoding takes long enough to hold everybody else up.
    picture = await asyncio.to_thread(check_picture, field, chosen[0].content)
    return await visit.services.files.put_picture(
        f"shops/{shop_id}", picture.content, picture.thumbnail
    )


@get("/sell/{shop:str}/staff", include_in_schema=False)
async def staff(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Who works in the shop."""
    page = await staff_page(visit, shop_id_of(visit, shop), fresh(role=Role.PACKER.value))
    return visit.html("sell/onboarding_staff.html", page)


@post("/sell/{shop:str}/staff/invite", include_in_schema=False)
async def invite(visit: NamedDependency[Visit], shop: FromPath[str]) -> Response[Any]:
    """Invite somebody by e-mail."""
    email = visit.form.text("email")

    async def send(tx: Tx, actor: Actor, shop_id: ShopId) -> None:
        base_url = visit.services.settings.public_url
        await sellers.invite_staff(tx, actor, shop_id, email, _role(visit), base_url)

    try:
        return await _changed(visit, shop, send, f"An invitation is on its way to {email}.")
    except (Invalid, AlreadyStaff, OwnerStays) as refusal:
        field = "role" if isinstance(refusal, OwnerStays) else "email"
        return await _not_changed(visit, shop_id_of(visit, shop), refusal, field)


@post("/sell/{shop:str}/staff/{number:str}/role", include_in_schema=False)
async def change_role(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Give somebody another role."""

    async def change(tx: Tx, actor: Actor, shop_id: ShopId) -> None:
        await sellers.change_role(tx, actor, shop_id, _person(number), _role(visit))

    return await _changed(visit, shop, change, "The role is changed, from the next click on.")


@post("/sell/{shop:str}/staff/{number:str}/remove", include_in_schema=False)
async def remove(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """End somebody's work in the shop."""

    async def end(tx: Tx, actor: Actor, shop_id: ShopId) -> None:
        await sellers.remove_staff(tx, actor, shop_id, _person(number))

    return await _changed(visit, shop, end, "They no longer work here, from the next click on.")


@post("/sell/{shop:str}/staff/invitations/{number:str}/revoke", include_in_schema=False)
async def revoke(
    visit: NamedDependency[Visit], shop: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Take an invitation back."""
    invitation_id = parse_id(number)
    if invitation_id is None:
        raise NoSuchInvitation
    known_id = invitation_id

    async def take_back(tx: Tx, actor: Actor, shop_id: ShopId) -> None:
        await sellers.revoke_invitation(tx, actor, shop_id, known_id)

    return await _changed(visit, shop, take_back, "The invitation no longer works.")


async def _changed(
    visit: Visit,
    shop: str,
    action: Callable[[Tx, Actor, ShopId], Awaitable[None]],
    notice: str,
) -> Response[Any]:
    shop_id = shop_id_of(visit, shop)

    async def change(tx: Tx) -> None:
        desk = await at_work(tx, visit, shop_id)
        await action(tx, desk.actor, shop_id)

    await visit.do(change)
    return visit.redirect(f"/sell/{shop_id}/staff", notice)


async def _not_changed(
    visit: Visit, shop_id: ShopId, refusal: Refusal, field: str
) -> Response[Any]:
    page = await staff_page(visit, shop_id, refused(visit.form, refusal, field))
    return visit.html("sell/onboarding_staff.html", page, status=status_of(refusal))


def _role(visit: Visit) -> Role:
    """The role of the form. Raises Invalid."""
    text = visit.form.text("role")
    unknown = Problem("role", "there is no such role", "choose one of the list")
    check([None if text in set(Role) else unknown])
    return Role(text)


def _person(number: str) -> PersonId:
    person_id = parse_id(number)
    if person_id is None:
        raise NoSuchStaff
    return PersonId(person_id)


ROUTES = (settings, update_settings, staff, invite, change_role, remove, revoke)
