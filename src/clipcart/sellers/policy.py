"""Who may do what with shops."""

from collections.abc import Collection

from clipcart.identity import Actor, ActorKind, rule
from clipcart.kit.ids import PersonId, ShopId


@rule("sellers", "shop.open", "anybody signed in, by session only")
def may_open_shop(actor: Actor) -> bool:
    """Open a shop and become its owner."""
    return actor.kind is ActorKind.PERSON and actor.scopes is None


@rule("sellers", "shop.view", "the shop's staff; operators; the platform")
def may_view_shop(actor: Actor, shop_id: ShopId) -> bool:
    """See how far the verification is and what is missing."""
    return actor.has_grant(shop_id, "shop.view") or actor.is_operator


@rule("sellers", "shop.edit", "the shop's owner and managers")
def may_edit_shop(actor: Actor, shop_id: ShopId) -> bool:
    """Change name, look and settings; hand in business data and papers."""
    return actor.has_grant(shop_id, "shop.edit")


@rule("sellers", "papers.view", "the shop's owner and managers; operators")
def may_view_papers(actor: Actor, shop_id: ShopId) -> bool:
    """See business data and verification papers."""
    return actor.has_grant(shop_id, "shop.edit") or actor.is_operator


@rule("sellers", "bank.edit", "the shop's owner, by session only")
def may_edit_bank(actor: Actor, shop_id: ShopId) -> bool:
    """Name the account that payouts go to."""
    return actor.has_grant(shop_id, "bank.edit")


@rule("sellers", "bank.view", "the shop's owner, managers and bookkeepers; operators; masked")
def may_view_bank(actor: Actor, shop_id: ShopId) -> bool:
    """See the bank account with its number masked."""
    return actor.has_grant(shop_id, "finance.view") or actor.is_operator


@rule("sellers", "bank.number", "the platform itself, to pay out")
def may_read_bank_number(actor: Actor) -> bool:
    """Read the full number."""
    return actor.is_platform


@rule("sellers", "requirement.decide", "operators who do not work in the shop")
def may_decide(actor: Actor, shop_id: ShopId) -> bool:
    """Approve and reject requirements, suspend and reinstate. Never for a shop of one's own."""
    return actor.is_operator and shop_id not in actor.memberships


@rule("sellers", "shop.admit", "operators, for shops of others; the sandbox robot")
def may_admit(actor: Actor, owner_ids: Collection[PersonId]) -> bool:
    """Open shops for people who were verified elsewhere, and approve what they showed there."""
    is_sandbox = actor.kind is ActorKind.ROBOT and actor.label == "robot:sandbox"
    return is_sandbox or (actor.is_operator and actor.person_id not in owner_ids)


@rule("sellers", "queue.view", "operators; the platform")
def may_view_queue(actor: Actor) -> bool:
    """See which shops wait for a decision."""
    return actor.is_operator or actor.is_platform


@rule("sellers", "staff.edit", "the shop's owner, by session only")
def may_edit_staff(actor: Actor, shop_id: ShopId) -> bool:
    """Invite people, change their roles, remove them."""
    return actor.has_grant(shop_id, "staff.edit")


@rule("sellers", "invitation.accept", "anybody signed in, by session only")
def may_accept_invitation(actor: Actor) -> bool:
    """Take up an invitation that went to one's own e-mail address."""
    return actor.kind is ActorKind.PERSON and actor.scopes is None
