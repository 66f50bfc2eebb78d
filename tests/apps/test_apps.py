"""Apps: registering, secrets, who may let whom in, what is told, what is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from clipcart import apps, identity
from clipcart.apps import App, CodeSpent, NewApp, NewSecret, NoSuchApp, Party, Vault
from clipcart.identity import Actor
from clipcart.kit.crypto import SealBroken, seal, unseal
from clipcart.kit.db import Tx
from clipcart.kit.errors import Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import PersonId, ShopId

VAULT = Vault("the installation's secret")
DEVELOPER, SELLER, STRANGER = PersonId(101), PersonId(102), PersonId(103)
SHOP, OTHER_SHOP = ShopId(201), ShopId(202)
SCOPES = {"seller.order.info": "To print labels.", "creator.showcase.read": "To show it."}

EVENTS = "select name, payload from kit.event order by id"
TRACES = """
    select (select count(*) from apps.consent) + (select count(*) from apps.shop_consent)
        + (select count(*) from apps.token) + (select count(*) from apps.auth_code)
        + (select count(*) from apps.app) + (select count(*) from apps.secret)
        + (select count(*) from kit.event)"""


def person(person_id: PersonId, *shops: ShopId) -> Actor:
    return identity.as_person(
        person_id, memberships={shop: frozenset({"shop.edit", "orders.view"}) for shop in shops}
    )


def new_app(**replaced: Any) -> NewApp:
    fields: dict[str, Any] = {
        "name": "Label printer",
        "about": "Prints labels.",
        "redirect_url": "https://printer.example/callback",
        "scopes": SCOPES,
    }
    return NewApp(**{**fields, **replaced})


async def registered(tx: Tx) -> NewSecret:
    return await apps.register_app(tx, person(DEVELOPER), VAULT, new_app())


async def told(tx: Tx) -> list[tuple[str, Any]]:
    await tx.flush()
    return [tuple(row) for row in await tx._connection.fetch(EVENTS)]


async def count(tx: Tx) -> int:
    await tx.flush()
    found: int = await tx._connection.fetchval(TRACES)
    return found


async def let_in(tx: Tx, app: App, shops: Sequence[ShopId] = (SHOP,), days: int = 90) -> str:
    actor = person(SELLER, *shops)
    return await apps.authorise_shops(tx, actor, app, shops, days)


async def test_an_app_has_a_key_and_a_secret_that_is_kept_sealed(tx: Tx) -> None:
    made = await registered(tx)
    assert len(made.app.key) == 12
    assert len(made.secret) == 40
    kept = await tx._connection.fetchval("select sealed from apps.secret")
    assert made.secret.encode() not in kept
    assert await apps.newest_secret(tx, VAULT, made.app.id) == made.secret
    with pytest.raises(SealBroken):
        await apps.newest_secret(tx, Vault("another secret"), made.app.id)
    assert [name for name, _ in await told(tx)] == ["apps.app_registered"]


def test_what_is_sealed_opens_only_for_its_purpose() -> None:
    sealed = seal("key", "purpose", "text äöü")
    assert unseal("key", "purpose", sealed) == "text äöü"
    assert seal("key", "purpose", "text äöü") != sealed
    for key, purpose, content in (
        ("other", "purpose", sealed),
        ("key", "other", sealed),
        ("key", "purpose", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("key", "purpose", sealed[:20]),
    ):
        with pytest.raises(SealBroken):
            unseal(key, purpose, content)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("about", "x" * 501),
        ("redirect_url", "http://printer.example/callback"),
        ("redirect_url", "https://"),
        ("redirect_url", "https://a:b@printer.example"),
        ("redirect_url", "javascript:alert(1)"),
        ("redirect_url", "https://printer.example;sandbox"),
        ("redirect_url", "https://printer.example,default-src/back"),
        ("redirect_url", "https://printer.example/back#here"),
        ("scopes", {}),
        ("scopes", {"seller.everything": "Because."}),
        ("scopes", {"seller.order.info": " "}),
        ("allowed_ips", ["somewhere"]),
    ],
)
async def test_what_is_wrong_with_an_app_is_named(tx: Tx, field: str, value: object) -> None:
    before = await count(tx)
    with pytest.raises(Invalid) as refusal:
        await apps.register_app(tx, person(DEVELOPER), VAULT, new_app(**{field: value}))
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert await count(tx) == before


async def test_outside_production_a_client_s_key_and_secret_can_be_kept(tx: Tx) -> None:
    made = await apps.register_app(
        tx,
        person(DEVELOPER),
        VAULT,
        new_app(redirect_url="http://localhost:3000/callback"),
        is_local=True,
        key="29a39d",
        secret="e59af819cc",
    )
    assert (made.app.key, made.secret) == ("29a39d", "e59af819cc")
    with pytest.raises(Invalid):
        await apps.register_app(
            tx, person(DEVELOPER), VAULT, new_app(), is_local=True, key="29a39d"
        )
    plain = await apps.register_app(
        tx, person(DEVELOPER), VAULT, new_app(), key="mykey123", secret="mysecret1234"
    )
    assert plain.app.key != "mykey123"


async def test_only_the_developer_sees_and_changes_an_app(tx: Tx) -> None:
    made = await registered(tx)
    app_id = made.app.id
    token = identity.as_person(DEVELOPER, scopes=frozenset(identity.Scope))
    before = await count(tx)
    for actor in (person(STRANGER), token):
        with pytest.raises(NoSuchApp):
            await apps.app_for(tx, actor, app_id)
        with pytest.raises(NoSuchApp):
            await apps.change_app(tx, actor, app_id, new_app(name="Mine"))
        with pytest.raises(NoSuchApp):
            await apps.rotate_secret(tx, actor, VAULT, app_id)
        with pytest.raises(NoSuchApp):
            await apps.requests_for(tx, actor, app_id)
    with pytest.raises(SignInNeeded):
        await apps.register_app(tx, identity.ANONYMOUS, VAULT, new_app())
    with pytest.raises(Forbidden):
        await apps.register_app(tx, token, VAULT, new_app())
    assert await count(tx) == before
    changed = await apps.change_app(tx, person(DEVELOPER), app_id, new_app(name="Renamed"))
    assert changed.name == "Renamed"
    assert await apps.apps_of(tx, person(DEVELOPER)) == (changed,)


async def test_a_replaced_secret_counts_for_its_overlap(tx: Tx) -> None:
    made = await registered(tx)
    developer = person(DEVELOPER)
    fresh = await apps.rotate_secret(tx, developer, VAULT, made.app.id, timedelta(hours=1))
    for secret in (made.secret, fresh.secret):
        assert await apps.app_by_secret(tx, VAULT, made.app.key, secret) is not None
    entries = await apps.secrets_for(tx, developer, made.app.id)
    assert [(each.serial, each.ends_at is None) for each in entries] == [(2, True), (1, False)]
    tx.now += timedelta(hours=1)
    assert await apps.app_by_secret(tx, VAULT, made.app.key, made.secret) is None
    assert await apps.newest_secret(tx, VAULT, made.app.id) == fresh.secret
    with pytest.raises(Invalid):
        await apps.rotate_secret(tx, developer, VAULT, made.app.id, timedelta(days=31))


async def test_a_seller_lets_an_app_in_and_out_again(tx: Tx) -> None:
    made = await registered(tx)
    issued = await apps.exchange_code(tx, made.app, await let_in(tx, made.app))
    assert issued.consent.shop_ids == (SHOP,)
    assert issued.consent.scopes == ("seller.order.info",)
    access = await apps.access(tx, VAULT, made.app.key, issued.access_token)
    assert access is not None
    assert access.consent == issued.consent
    assert access.secrets == (made.secret,)
    assert not access.is_expired
    ((app, by),) = await apps.apps_of_shop(tx, person(SELLER, SHOP), SHOP)
    assert (app.id, by) == (made.app.id, SELLER)
    await apps.show_out(tx, person(STRANGER, SHOP), SHOP, made.app.id)
    access = await apps.access(tx, VAULT, made.app.key, issued.access_token)
    assert access is not None
    assert access.consent is None
    names = [name for name, _ in await told(tx)]
    assert names == ["apps.app_registered", "apps.app_authorised", "apps.app_deauthorised"]


async def test_consenting_again_replaces_the_shops(tx: Tx) -> None:
    made = await registered(tx)
    both = person(SELLER, SHOP, OTHER_SHOP)
    await apps.authorise_shops(tx, both, made.app, [SHOP, OTHER_SHOP], 30)
    await apps.authorise_shops(tx, both, made.app, [OTHER_SHOP], 30)
    (consent,) = await apps.consents_of(tx, both)
    assert consent.shop_ids == (OTHER_SHOP,)
    assert await apps.apps_of_shop(tx, both, SHOP) == ()
    left = [payload["shop_id"] for name, payload in await told(tx) if "deauth" in name]
    assert left == [SHOP]


async def test_who_may_not_lets_nobody_in(tx: Tx) -> None:
    made = await registered(tx)
    packer = identity.as_person(SELLER, memberships={SHOP: frozenset({"orders.ship"})})
    token = identity.as_person(
        SELLER, scopes=frozenset(identity.Scope), memberships={SHOP: frozenset({"shop.edit"})}
    )
    app_actor = apps.actor_of(
        (await apps.exchange_code(tx, made.app, await let_in(tx, made.app))).consent,
        {SHOP: frozenset({"shop.edit"})},
    )
    before = await count(tx)
    for actor in (packer, token, app_actor, person(STRANGER), person(SELLER, OTHER_SHOP)):
        with pytest.raises(Forbidden):
            await apps.authorise_shops(tx, actor, made.app, [SHOP], 30)
    for shops, days in (([], 30), ([SHOP], 31)):
        with pytest.raises(Invalid):
            await apps.authorise_shops(tx, person(SELLER, SHOP), made.app, shops, days)
    with pytest.raises(Forbidden):
        await apps.authorise_creator(tx, token, made.app)
    assert await count(tx) == before


async def test_codes_and_refresh_tokens_work_once_and_for_their_app(tx: Tx) -> None:
    made = await registered(tx)
    other = await apps.register_app(tx, person(DEVELOPER), VAULT, new_app(name="Other"))
    code = await let_in(tx, made.app)
    with pytest.raises(CodeSpent):
        await apps.exchange_code(tx, other.app, code)
    issued = await apps.exchange_code(tx, made.app, code)
    with pytest.raises(CodeSpent):
        await apps.exchange_code(tx, made.app, code)
    with pytest.raises(apps.RefreshSpent):
        await apps.refresh(tx, other.app, issued.refresh_token)
    await apps.refresh(tx, made.app, issued.refresh_token)
    with pytest.raises(apps.RefreshSpent):
        await apps.refresh(tx, made.app, issued.refresh_token)


async def test_an_app_acts_with_less_than_its_person(tx: Tx) -> None:
    made = await registered(tx)
    issued = await apps.exchange_code(tx, made.app, await let_in(tx, made.app))
    everything = frozenset({"shop.edit", "orders.view", "orders.ship", "bank.edit", "staff.edit"})
    actor = apps.actor_of(issued.consent, {SHOP: everything, OTHER_SHOP: everything})
    assert actor.has_grant(SHOP, "orders.view")
    for grant in ("orders.ship", "shop.edit", "bank.edit", "staff.edit"):
        assert not actor.has_grant(SHOP, grant), grant
    assert not actor.has_grant(OTHER_SHOP, "orders.view")
    assert actor.label == f"app:{made.app.id}:{SELLER}"
    assert not actor.is_person(SELLER)


async def test_apps_know_shops_and_people_by_names_of_their_own(tx: Tx) -> None:
    one, two = (await registered(tx)).app.id, (await registered(tx)).app.id
    names = {
        VAULT.cipher(one, SHOP),
        VAULT.cipher(one, OTHER_SHOP),
        VAULT.cipher(two, SHOP),
        VAULT.open_id(one, SELLER, Party.SELLER),
        VAULT.open_id(one, SELLER, Party.CREATOR),
        VAULT.open_id(two, SELLER, Party.SELLER),
    }
    assert len(names) == 6
    assert VAULT.cipher(one, SHOP) == Vault(VAULT.secret).cipher(one, SHOP)


async def test_webhooks_are_the_app_s_own_in_the_shops_it_is_let_into(tx: Tx) -> None:
    made = await registered(tx)
    issued = await apps.exchange_code(tx, made.app, await let_in(tx, made.app))
    actor = apps.actor_of(issued.consent, {SHOP: frozenset(), OTHER_SHOP: frozenset()})
    address = "https://printer.example/hook"
    await apps.set_webhook(tx, actor, made.app, SHOP, "ORDER_STATUS_CHANGE", address)
    (webhook,) = await apps.webhooks_for(tx, actor, made.app, SHOP)
    assert (webhook.event_type, webhook.address) == ("ORDER_STATUS_CHANGE", address)
    assert await apps.webhooks_in(tx, [SHOP, OTHER_SHOP]) == (webhook,)
    for wrong in ("http://printer.example/hook", "printer.example", "https://" + "x" * 250):
        with pytest.raises(Invalid):
            await apps.set_webhook(tx, actor, made.app, SHOP, "ORDER_STATUS_CHANGE", wrong)
    for who, shop in ((actor, OTHER_SHOP), (person(SELLER, SHOP), SHOP)):
        with pytest.raises(Forbidden):
            await apps.set_webhook(tx, who, made.app, shop, "ORDER_STATUS_CHANGE", address)
    assert await apps.webhooks_in(tx, [SHOP, OTHER_SHOP]) == (webhook,)
    await apps.remove_webhook(tx, actor, made.app, SHOP, "ORDER_STATUS_CHANGE")
    assert await apps.webhooks_in(tx, [SHOP]) == ()
