"""Pages of running a shop as a place: its look and rules, and who works in it."""

from dataclasses import dataclass

from clipcart import sellers
from clipcart.doorway import Shell, Visit
from clipcart.kit.ids import ShopId
from clipcart.sellers import Invitation, Role, StaffMember
from clipcart.web.account.filled import Filled, fresh
from clipcart.web.account.pages.doors import ROLES
from clipcart.web.seller_center import onboarding_words as words
from clipcart.web.seller_center.frame import Desk, at_work, desk_shell, media, require_grant
from clipcart.web.storefront.words import day_text, moment_text


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """How a shop looks and how long its orders may be called off."""

    shell: Shell
    shop_id: int
    handle: str
    is_live: bool
    avatar_url: str | None
    banner_url: str | None
    hours: tuple[dict[str, str], ...]
    form: Filled


@dataclass(frozen=True, slots=True)
class StaffView:
    """Somebody who works in the shop."""

    person_id: int
    name: str
    role: str
    role_word: str
    role_note: str
    joined: str
    is_owner: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that nobody has taken up yet."""

    id: int
    email: str
    role_word: str
    until: str


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Who works in the shop. Only the owner changes that."""

    shell: Shell
    shop_id: int
    staff: tuple[StaffView, ...]
    invitations: tuple[InvitationView, ...]
    roles: tuple[tuple[str, str], ...]
    role_choices: tuple[dict[str, str], ...]
    may_edit: bool
    form: Filled


async def settings_page(visit: Visit, shop_id: ShopId, form: Filled | None = None) -> SettingsPage:
    """The form of the settings."""
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        require_grant(desk, "shop.edit")
        rules = desk.market.at(tx.now)
    shop = desk.shop
    return SettingsPage(
        desk_shell(visit, desk, "Settings", "/settings"),
        shop.id,
        shop.handle,
        shop.is_live,
        media(shop.avatar_key),
        media(shop.banner_key),
        tuple(
            {"value": str(count), "label": label}
            for count, label in words.free_cancel_choices(rules)
        ),
        form
        or fresh(
            name=shop.name,
            tagline=shop.tagline,
            story=shop.story,
            accent=shop.accent,
            free_cancel_hours=str(shop.free_cancel_hours),
        ),
    )


async def staff_page(visit: Visit, shop_id: ShopId, form: Filled) -> StaffPage:
    """Who works in the shop, and who is invited."""
    invited: tuple[Invitation, ...] = ()
    async with visit.reading() as tx:
        desk = await at_work(tx, visit, shop_id)
        staff = await sellers.staff_of(tx, desk.actor, shop_id)
        may_edit = desk.may("staff.edit")
        if may_edit:
            invited = await sellers.invitations_of(tx, desk.actor, shop_id)
    choices = [role for role in Role if role is not Role.OWNER]
    return StaffPage(
        desk_shell(visit, desk, "Staff", "/staff"),
        shop_id,
        tuple(_staff(desk, each) for each in staff),
        tuple(
            InvitationView(
                each.id, each.email, ROLES[each.role][0], moment_text(desk.market, each.expires_at)
            )
            for each in invited
        ),
        tuple((role.value, ROLES[role][0]) for role in choices),
        tuple(
            {"value": role.value, "label": ROLES[role][0], "note": ROLES[role][1]}
            for role in choices
        ),
        may_edit,
        form,
    )


def _staff(desk: Desk, member: StaffMember) -> StaffView:
    word, note = ROLES[member.role]
    return StaffView(
        member.person_id,
        member.name,
        member.role.value,
        word,
        note,
        f"Since {day_text(desk.market, member.joined_at)} {member.joined_at:%Y}",
        member.role is Role.OWNER,
        member.person_id == desk.actor.person_id,
    )
