"""The sandbox: every state is reached through the rooms, and only in shops of one's own."""

import pytest

from clipcart import apps, identity, orders, sandbox
from clipcart.apps import NewApp, Vault
from clipcart.identity import Actor
from clipcart.kit.errors import Forbidden, Invalid
from clipcart.kit.ids import OrderId
from clipcart.main import Installation
from clipcart.sandbox import ACTS, TARGETS, Act, SandboxShop, Workshop
from tests.support.traces import changed, traces
from tests.support.world import World

STATES = {
    "UNPAID": ("UNPAID", "payment REQUESTED"),
    "PAYMENT_DECLINED": ("UNPAID", "payment DECLINED: card_declined"),
    "PAYMENT_CHALLENGE": ("UNPAID", "payment CHALLENGE"),
    "OUT_FOR_DELIVERY": ("IN_TRANSIT", ""),
    "DELAYED": ("IN_TRANSIT", ""),
    "LOST": ("CANCELLED", "cancelled: PARCEL_LOST"),
    "CANCELLED": ("CANCELLED", "cancelled: CHANGED_MIND"),
    "CANCELLED_UNPAID": ("CANCELLED", "cancelled: NOT_PAID"),
    "CANCELLED_BY_SELLER": ("CANCELLED", "cancelled: OUT_OF_STOCK"),
    "CANCELLATION_REQUESTED": ("AWAITING_SHIPMENT", "the buyer asks to cancel"),
    "CANCELLATION_REJECTED": ("AWAITING_SHIPMENT", ""),
}
"""Targets that are not simply the order's state of their name: state and note."""


def workshop(installation: Installation) -> Workshop:
    """A workshop on an installation."""
    services = installation.services
    return Workshop(services.db, services.files, services.provider, services.engine)


@pytest.fixture
def play(installation: Installation) -> Workshop:
    """A workshop."""
    return workshop(installation)


@pytest.fixture
def theo(world: World) -> Actor:
    """A developer."""
    return world.person("theo")


@pytest.fixture
async def shop(play: Workshop, theo: Actor) -> SandboxShop:
    """A sandbox shop of Theo's."""
    return await play.make_shop(theo, "first", "us", "Theo's sandbox")


async def test_a_shop_is_ready_to_sell_and_made_once(
    play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    assert len(await play.items(theo, shop.shop_id)) > 3
    assert await play.make_shop(theo, "first", "us", "Theo's sandbox") == shop
    other = await play.make_shop(theo, "second", "jp", "Tokyo box")
    assert {each.price.currency.code for each in await play.items(theo, other.shop_id)} == {"JPY"}
    with pytest.raises(Invalid, match="market"):
        await play.make_shop(theo, "third", "br", "No shelves for it")


async def test_every_state_is_one_call_away(
    installation: Installation, play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    for name, target in TARGETS.items():
        found = await play.bring(theo, shop.shop_id, target)
        state, note = STATES.get(name, (name, ""))
        assert [(each.state, each.note) for each in found] == [(state, note)], name
    assert await installation.services.provider.books()


async def test_what_was_sent_again_goes_on_where_it_came_to(
    play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    first = await play.bring(theo, shop.shop_id, TARGETS["IN_TRANSIT"], key="k", count=2)
    again = await play.bring(theo, shop.shop_id, TARGETS["DELIVERED"], key="k", count=2)
    assert [each.order_id for each in again] == [each.order_id for each in first]
    assert {each.state for each in again} == {"DELIVERED"}


async def test_acts_that_are_offered_work_and_others_are_refused(
    installation: Installation, play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    async def placed(name: str) -> OrderId:
        return (await play.bring(theo, shop.shop_id, TARGETS[name]))[0].order_id

    for act, name, after in (
        (Act.PAY, "PAYMENT_DECLINED", "ON_HOLD"),
        (Act.CONFIRM_CHALLENGE, "PAYMENT_CHALLENGE", "ON_HOLD"),
        (Act.FAIL_CHALLENGE, "PAYMENT_CHALLENGE", "UNPAID"),
        (Act.GRANT_CANCELLATION, "CANCELLATION_REQUESTED", "CANCELLED"),
        (Act.WITHDRAW_CANCELLATION, "CANCELLATION_REQUESTED", "AWAITING_SHIPMENT"),
        (Act.MOVE_ON, "IN_TRANSIT", "IN_TRANSIT"),
    ):
        done = await play.act(theo, shop.shop_id, await placed(name), act)
        assert done.state == after, act
    order_id = await placed("ON_HOLD")
    offered = (await play.standing(theo, shop.shop_id, order_id)).acts
    before = await traces(installation.pool)
    for act in set(ACTS) - set(offered):
        with pytest.raises(sandbox.CannotAct):
            await play.act(theo, shop.shop_id, order_id, act)
    assert changed(before, await traces(installation.pool)) == []


async def test_others_and_other_shops_are_refused(
    installation: Installation, world: World, play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    order_id = (await play.bring(theo, shop.shop_id, TARGETS["ON_HOLD"]))[0].order_id
    stranger, before = world.person("mira"), await traces(installation.pool)
    for actor, shop_id in ((stranger, shop.shop_id), (theo, world.shops["fernhollow"])):
        with pytest.raises(sandbox.NoSuchSandboxShop):
            await play.items(actor, shop_id)
        with pytest.raises(sandbox.NoSuchSandboxShop):
            await play.bring(actor, shop_id, TARGETS["DELIVERED"])
        with pytest.raises(sandbox.NoSuchSandboxShop):
            await play.act(actor, shop_id, order_id, Act.SKIP_WAIT)
    # An owner of a real shop cannot play in it either.
    with pytest.raises(sandbox.NoSuchSandboxShop):
        await play.bring(world.owner("fernhollow"), world.shops["fernhollow"], TARGETS["ON_HOLD"])
    assert changed(before, await traces(installation.pool)) == []


async def test_no_person_hastens_an_order(
    installation: Installation, world: World, play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    order_id = (await play.bring(theo, shop.shop_id, TARGETS["ON_HOLD"]))[0].order_id
    for actor in (theo, world.operator(), identity.robot("carrier"), sandbox.seller_of(shop)):
        with pytest.raises(Forbidden):
            async with installation.db.transaction() as tx:
                await orders.hasten(tx, actor, shop.shop_id, order_id)


async def test_an_app_of_ones_own_is_let_in(
    installation: Installation, world: World, play: Workshop, theo: Actor, shop: SandboxShop
) -> None:
    vault = Vault(installation.services.secret)
    new = NewApp(
        name="Mine",
        about="",
        redirect_url="http://localhost/back",
        scopes={"seller.order.info": "To see them."},
    )
    other = await play.make_shop(theo, "second", "us", "Another")
    async with installation.db.transaction() as tx:
        mine = (await apps.register_app(tx, theo, vault, new, is_local=True)).app
        theirs = (await apps.register_app(tx, world.person("mira"), vault, new, is_local=True)).app
        await sandbox.let_app_in(tx, theo, shop.shop_id, mine)
        code = await sandbox.let_app_in(tx, theo, other.shop_id, mine)
        issued = await apps.exchange_code(tx, mine, code)
        assert set(issued.consent.shop_ids) == {shop.shop_id, other.shop_id}
        with pytest.raises(apps.NoSuchApp):
            await sandbox.let_app_in(tx, theo, shop.shop_id, theirs)


async def test_an_app_of_real_shops_keeps_its_consent(
    installation: Installation, world: World, play: Workshop
) -> None:
    owner, real = world.owner("fernhollow"), world.shops["fernhollow"]
    shop = await play.make_shop(owner, "first", "us", "Beside the real one")
    new = NewApp(
        name="Real",
        about="",
        redirect_url="http://localhost/back",
        scopes={"seller.order.info": "To see them."},
    )
    vault = Vault(installation.services.secret)
    async with installation.db.transaction() as tx:
        app = (await apps.register_app(tx, owner, vault, new, is_local=True)).app
        await apps.authorise_shops(tx, owner, app, [real], 30)
    before = await traces(installation.pool)
    with pytest.raises(Invalid, match="no sandbox"):
        async with installation.db.transaction() as tx:
            await sandbox.let_app_in(tx, owner, shop.shop_id, app)
    assert changed(before, await traces(installation.pool)) == []
