"""Sandbox: shops in which a developer plays every part. There is none of this in production.

Owns      schema `sandbox`
Calls     identity, sellers, catalog, inventory, checkout, payments, orders, fulfilment, apps
Tells     SandboxShopMade
Promises  only in sandbox shops of one's own; everything is done through the rooms, as buyer,
          seller or carrier, and stands in the log of facts as theirs.
"""

from clipcart.sandbox.actions import buyer_of, let_app_in, seller_of, shop_for, shops_of
from clipcart.sandbox.errors import CannotAct, DidNotArrive, NoSuchSandboxShop, NoTestProvider
from clipcart.sandbox.events import SandboxShopMade
from clipcart.sandbox.model import ACTS, TARGETS, Act, Item, SandboxShop, Standing, Target
from clipcart.sandbox.policy import may_move_clock, may_use_sandbox
from clipcart.sandbox.workshop import Workshop

__all__ = [
    "ACTS",
    "TARGETS",
    "Act",
    "CannotAct",
    "DidNotArrive",
    "Item",
    "NoSuchSandboxShop",
    "NoTestProvider",
    "SandboxShop",
    "SandboxShopMade",
    "Standing",
    "Target",
    "Workshop",
    "buyer_of",
    "let_app_in",
    "may_move_clock",
    "may_use_sandbox",
    "seller_of",
    "shop_for",
    "shops_of",
]
