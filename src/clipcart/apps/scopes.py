"""Scopes: what an app may ask for, in words for those who consent, and what each allows here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clipcart.apps.parties import Party
from clipcart.identity import Scope as Means

_SEE_SHOP = frozenset({Means.SHOP_READ})
_RUN_SHOP = frozenset({Means.SHOP_READ, Means.SHOP_WRITE})
_SEE_ORDERS = frozenset({Means.ORDERS_READ, Means.SHOP_READ})
_ACT_ON_ORDERS = _SEE_ORDERS | {Means.ORDERS_WRITE}
_SEE_MONEY = frozenset({Means.FINANCE_READ, Means.ORDERS_READ, Means.SHOP_READ})
_NOTHING_YET: frozenset[Means] = frozenset()


@dataclass(frozen=True, slots=True)
class AppScope:
    """A scope by its name on the wire: what it means to people, and what it opens in the rooms.

    `means` are the limits of the actor that the app becomes; what a person's roles in the shop do
    not allow stays closed whatever the scope.
    """

    name: str
    party: Party | None
    title: str
    note: str
    means: frozenset[Means]


def _seller(name: str, title: str, note: str, means: frozenset[Means]) -> AppScope:
    return AppScope(f"seller.{name}", Party.SELLER, title, note, means)


def _creator(name: str, title: str, note: str) -> AppScope:
    return AppScope(f"creator.{name}", Party.CREATOR, title, note, _NOTHING_YET)


def _partner(name: str, title: str, note: str) -> AppScope:
    return AppScope(f"partner.{name}", None, title, note, _NOTHING_YET)


_ALL: Final = (
    _seller(
        "authorization.info",
        "Know which shops let it in",
        "Their names and regions, and where it wants to be told of events.",
        _SEE_SHOP,
    ),
    _seller("shop.info", "See your shops", "Names, regions and state.", _SEE_SHOP),
    _seller(
        "product.basic",
        "See products",
        "Products, categories, brands, prices and stock; upload pictures.",
        _RUN_SHOP,
    ),
    _seller(
        "product.write",
        "Change products",
        "Create and edit products, prices and stock; put them on sale or take them off.",
        _RUN_SHOP,
    ),
    _seller(
        "product.delete", "Delete products", "Delete products, and bring them back.", _RUN_SHOP
    ),
    AppScope(
        "serller.product.optimize",
        Party.SELLER,
        "Advise on products",
        "Find what a listing lacks, and suggest words and pictures.",
        _SEE_SHOP,
    ),
    _seller("global_product.category.info", "See global categories", "No change.", _SEE_SHOP),
    _seller("global_product.info", "See global products", "No change.", _SEE_SHOP),
    _seller("global_product.write", "Change global products", "Create and edit them.", _RUN_SHOP),
    _seller("global_product.delete", "Delete global products", "For good.", _RUN_SHOP),
    _seller(
        "order.info",
        "See orders",
        "What was bought, by whom, at which price, and where it goes.",
        _SEE_ORDERS,
    ),
    _seller(
        "order.ext_ref.read", "See outside order numbers", "Numbers of other systems.", _SEE_ORDERS
    ),
    _seller(
        "order.ext_ref.write",
        "Note outside order numbers",
        "Put numbers of other systems beside your orders.",
        _ACT_ON_ORDERS,
    ),
    _seller(
        "fulfillment.basic",
        "Ship orders",
        "See packages; ship, split and combine them; print labels.",
        _ACT_ON_ORDERS,
    ),
    _seller(
        "fulfillment.package.write",
        "Change packages",
        "Make packages, buy labels, correct tracking numbers.",
        _ACT_ON_ORDERS,
    ),
    _seller(
        "delivery.status.write",
        "Report deliveries",
        "Say that a package arrived or did not.",
        _ACT_ON_ORDERS,
    ),
    _seller(
        "logistics",
        "See and keep warehouses, and follow parcels",
        "Addresses and delivery options; where parcels are, and correcting their numbers.",
        _RUN_SHOP | _ACT_ON_ORDERS,
    ),
    _seller(
        "return_refund.basic",
        "Handle returns and cancellations",
        "See them; approve, refuse and open them, which can pay money back.",
        _ACT_ON_ORDERS,
    ),
    _seller("finance.info", "See the money", "Statements, payouts and what is due.", _SEE_MONEY),
    _seller("promotion.info", "See promotions", "Activities and coupons.", _SEE_SHOP),
    _seller("promotion.write", "Run promotions", "Start, change and end activities.", _RUN_SHOP),
    _seller(
        "customer_service",
        "Talk with buyers",
        "Read conversations and write in the shop's name.",
        _ACT_ON_ORDERS,
    ),
    _seller("customer_engagement.read", "See campaigns to buyers", "No change.", _SEE_SHOP),
    _seller("customer_engagement.write", "Write to many buyers", "Send campaigns.", _RUN_SHOP),
    _seller(
        "affiliate_collaboration.read", "See work with creators", "Terms and samples.", _SEE_SHOP
    ),
    _seller(
        "affiliate_collaboration.write",
        "Arrange work with creators",
        "Open and end collaborations, and set commissions.",
        _RUN_SHOP,
    ),
    _seller("creator_marketplace.read", "Find creators", "Search those who are open.", _SEE_SHOP),
    _seller("affiliate_messages.write", "Write to creators", "In the shop's name.", _RUN_SHOP),
    _seller("fbt.info", "See stock in platform warehouses", "No change.", _SEE_SHOP),
    AppScope(
        "data.shop_analytics.public.read",
        Party.SELLER,
        "See how the shop does",
        "Visits, sales and what they come from.",
        _SEE_MONEY,
    ),
    _creator("affiliate.info", "See your profile", "Name, region and what you may do."),
    _creator("showcase.read", "See your showcase", "The products in it."),
    _creator("showcase.write", "Change your showcase", "Add, remove and order products."),
    _creator(
        "affiliate_collaboration.read",
        "See your work with shops",
        "Invitations, samples, orders and commissions.",
    ),
    _creator("affiliate.share_link.read", "Make links to products", "That count for you."),
    _partner("authorization.info", "Know what it may see", "For agencies."),
    _partner("tap_campaign.read", "See campaigns", "For agencies."),
    _partner("tap_campaign.write", "Change campaigns", "For agencies."),
    _partner("tap_campaign.link.write", "Make campaign links", "For agencies."),
    _partner("tap_campaign.product.write", "Review campaign products", "For agencies."),
)

SCOPES: Final[Mapping[str, AppScope]] = MappingProxyType({each.name: each for each in _ALL})
"""Every scope by name, in the order in which pages list them."""


def means_of(scopes: Iterable[str]) -> frozenset[str]:
    """What the actor of an app with these scopes is limited to."""
    found: frozenset[str] = frozenset()
    for name in scopes:
        found |= SCOPES[name].means if name in SCOPES else _NOTHING_YET
    return found


def scopes_for(party: Party, scopes: Iterable[str]) -> tuple[str, ...]:
    """Those of `scopes` that a seller or a creator can consent to, in the order of the list."""
    wanted = frozenset(scopes)
    return tuple(each.name for each in _ALL if each.name in wanted and each.party is party)
