"""Single steps in the sandbox: a shop, who plays which part there, an app that is let in."""

from collections.abc import Sequence

from clipcart import apps, markets, sellers
from clipcart.apps import App
from clipcart.identity import Actor, as_person, own_id, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import ShopId
from clipcart.sandbox import _sql, stocking
from clipcart.sandbox.errors import NoSuchSandboxShop
from clipcart.sandbox.events import SandboxShopMade
from clipcart.sandbox.model import SandboxShop
from clipcart.sandbox.policy import may_use_sandbox
from clipcart.sandbox.stocking import Supplies

MOST_SHOPS = 20
CONSENT_DAYS = 365


def seller_of(shop: SandboxShop) -> Actor:
    """The shop's owner, as whom the sandbox packs and cancels; the log says that it did."""
    grants = {shop.shop_id: sellers.GRANTS[sellers.Role.OWNER]}
    return as_person(shop.owner_id, memberships=grants, label=f"sandbox:{shop.owner_id}")


def buyer_of(shop: SandboxShop) -> Actor:
    """The shop's buyer, as whom the sandbox buys and cancels."""
    return as_person(shop.buyer_id, label=f"sandbox:{shop.owner_id}")


async def make_shop(
    tx: Tx, actor: Actor, key: str, market_id: str, name: str, supplies: Supplies
) -> SandboxShop:
    """Open a shop that is ready to sell, with a buyer of its own; the same key, the same shop.

    Raises Invalid with the field.
    """
    owner_id = own_id(actor)
    require(may_use_sandbox(actor, owner_id), "sandbox.use", actor)
    known = await tx.maybe(_sql.SHOP_BY_KEY, person_id=owner_id, key=key)
    if known is not None:
        return SandboxShop(*known)
    mine = await shops_of(tx, actor)
    full = Problem("name", f"you have {MOST_SHOPS} sandbox shops", "use one of them")
    check(
        [
            full if len(mine) >= MOST_SHOPS else None,
            None
            if market_id in stocking.MODELS
            else Problem("market", "there is no sandbox for it", "choose us or jp"),
        ]
    )
    rules = markets.get(market_id).at(tx.now)
    arrival = stocking.arrival_of(supplies, rules, owner_id, market_id, name)
    shop_id = (await sellers.admit_shops(tx, stocking.ROBOT, [arrival]))[0]
    buyer_id = await stocking.a_buyer(tx, market_id)
    shop = SandboxShop(owner_id, shop_id, buyer_id, tx.now)
    await tx.run(
        _sql.ADD_SHOP,
        person_id=owner_id,
        shop_id=shop_id,
        buyer_id=buyer_id,
        key=key,
        now=tx.now,
    )
    await stocking.stock(tx, seller_of(shop), shop_id, supplies)
    tx.announce(actor, SandboxShopMade(shop_id, owner_id, buyer_id))
    return shop


async def shops_of(tx: Tx, actor: Actor) -> Sequence[SandboxShop]:
    """One's own sandbox shops, the newest first."""
    owner_id = own_id(actor)
    require(may_use_sandbox(actor, owner_id), "sandbox.use", actor)
    return [SandboxShop(*row) for row in await tx.all(_sql.SHOPS, person_id=owner_id)]


async def shop_for(tx: Tx, actor: Actor, shop_id: ShopId) -> SandboxShop:
    """A sandbox shop of one's own. Raises NoSuchSandboxShop."""
    owner_id = own_id(actor)
    require(may_use_sandbox(actor, owner_id), "sandbox.use", actor)
    row = await tx.maybe(_sql.SHOP, person_id=owner_id, shop_id=shop_id)
    if row is None:
        raise NoSuchSandboxShop
    return SandboxShop(*row)


async def let_app_in(tx: Tx, actor: Actor, shop_id: ShopId, app: App) -> str:
    """Say yes for a sandbox shop to an app of one's own; gives the code for its tokens.

    Other sandbox shops that let it in stay. An app that works in real shops of this person is
    none for the sandbox: their consent would be given anew. Raises NoSuchSandboxShop, NoSuchApp,
    Invalid.
    """
    shop = await shop_for(tx, actor, shop_id)
    if app.owner_id != shop.owner_id:
        raise apps.NoSuchApp
    mine = await shops_of(tx, actor)
    grants = {each.shop_id: sellers.GRANTS[sellers.Role.OWNER] for each in mine}
    seller = seller_of(shop).with_memberships(grants)
    known = [
        each
        for consent in await apps.consents_to_app_for(tx, as_person(shop.owner_id), app.id)
        if consent.person_id == shop.owner_id
        for each in consent.shop_ids
    ]
    check(
        [
            None
            if set(known) <= set(grants)
            else Problem(
                "app",
                "you let this app into shops that are no sandbox",
                "choose both on its consent page, or use another app",
            )
        ]
    )
    return await apps.authorise_shops(tx, seller, app, [*known, shop_id], CONSENT_DAYS)
