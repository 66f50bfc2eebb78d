"""Who may see and steer a shop's money: pure predicates."""

from clipcart.identity import Actor, rule
from clipcart.kit.ids import ShopId


@rule("settlement", "view", "shop staff with finance.view, operators, the platform's own jobs")
def may_view(actor: Actor, shop_id: ShopId) -> bool:
    """See balances, statements, payouts and the story of an order's money."""
    return actor.has_grant(shop_id, "finance.view") or actor.is_operator


@rule("settlement", "steer", "operators who do not work in the shop, the platform's own jobs")
def may_steer(actor: Actor, shop_id: ShopId) -> bool:
    """Set a shop's terms; correct its balance."""
    return actor.is_platform or (actor.is_operator and shop_id not in actor.memberships)
