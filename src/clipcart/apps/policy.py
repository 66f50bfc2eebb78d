"""Who may do what with apps."""

from clipcart.identity import Actor, Means, rule
from clipcart.kit.ids import PersonId, ShopId


@rule("apps", "app.register", "anybody who is signed in, by session only")
def may_register_app(actor: Actor) -> bool:
    """Register an app: whoever has an account is a developer."""
    return actor.person_id is not None and actor.is_person(actor.person_id)


@rule("apps", "app.manage", "the app's developer, by session only")
def may_manage_app(actor: Actor, owner_id: PersonId) -> bool:
    """Change an app, see and replace its secrets, read the log of its requests."""
    return actor.is_person(owner_id)


@rule("apps", "shop.authorise", "staff of the shop with shop.edit, by session only")
def may_authorise_for_shop(actor: Actor, shop_id: ShopId) -> bool:
    """Let an app into a shop, or show it out. Apps and tokens never let others in."""
    return actor.scopes is None and actor.has_grant(shop_id, "shop.edit")


@rule("apps", "person.authorise", "the person, by session only")
def may_authorise_for_self(actor: Actor, person_id: PersonId) -> bool:
    """Let an app act for oneself as a creator; end consents that one gave."""
    return actor.is_person(person_id)


@rule("apps", "shop.view", "staff of the shop with shop.edit, by session only")
def may_see_apps_of_shop(actor: Actor, shop_id: ShopId) -> bool:
    """See which apps are let into a shop, and by whom."""
    return actor.scopes is None and actor.has_grant(shop_id, "shop.edit")


@rule("apps", "webhooks.edit", "an app in the shops that it is let into")
def may_edit_webhooks(actor: Actor, shop_id: ShopId) -> bool:
    """See and change where the app hears of events in a shop."""
    return actor.means is Means.APP and shop_id in actor.memberships


@rule("apps", "self.leave", "an app in the shops that it is let into")
def may_leave_shop(actor: Actor, shop_id: ShopId) -> bool:
    """Give back the access to a shop."""
    return actor.means is Means.APP and shop_id in actor.memberships
