"""The worked examples of docs/how are done again, and every number on the page is compared."""

from dataclasses import replace
from datetime import UTC, datetime

from clipcart import catalog, checkout, inventory, markets, orders
from clipcart.catalog import Offer
from clipcart.checkout.pricing import Known, price
from clipcart.identity import SYSTEM
from clipcart.inventory import StockChange, WarehouseDraft
from clipcart.kit import engine, failures, runner
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, ProductId, ShopId, SkuId
from clipcart.kit.money import USD, Currency, Money, Rate
from clipcart.main import Installation
from clipcart.ops.replaying import files, till
from clipcart.ops.replaying.plan import Grains, Plan, plan
from tests.house.documents import DOCS, table
from tests.inventory.world import Shelf, an_order, build, want
from tests.support.buying import lines_for, request_for
from tests.support.database import OneConnection
from tests.support.world import World

SKUS = ("White", "Blue", "Green")


def usd(text: str) -> Money:
    """An amount of the page."""
    return Money.parse(text, USD)


async def two_warehouses(db: OneConnection) -> tuple[Shelf, dict[str, int]]:
    """The shop of docs/how/reservation.md: Main and Annex, with what lies there."""
    shelf = await build(db)
    async with db.transaction() as tx:
        annex = await inventory.add_warehouse(
            tx, shelf.staff, WarehouseDraft(shelf.shop_id, "Annex", country="US")
        )
        houses = {"Main": shelf.warehouse_id, "Annex": annex}
        rows = {row["SKU"]: row for row in table("how/reservation.md", "SKU", "Main")}
        assert tuple(rows) == SKUS
        changes = [
            StockChange(shelf.shop_id, sku_id, int(rows[sku][house]), warehouse_id)
            for sku, sku_id in zip(SKUS, shelf.skus, strict=True)
            for house, warehouse_id in houses.items()
        ]
        await inventory.set_on_hand(tx, shelf.staff, changes)
    return shelf, {house: int(warehouse_id) for house, warehouse_id in houses.items()}


async def test_reservation(db: OneConnection) -> None:
    shelf, houses = await two_warehouses(db)
    batch = table("how/reservation.md", "Order")
    ids: dict[str, OrderId] = {row["Order"]: an_order() for row in batch}
    async with db.transaction() as tx:
        wants = [
            want(tx, shelf, place, int(row[sku]), ids[row["Order"]])
            for row in batch
            for place, sku in enumerate(SKUS)
            if int(row[sku])
        ]
        refused = await inventory.reserve(tx, SYSTEM, wants)
        levels = await inventory.stock_of(tx, SYSTEM, shelf.shop_id, shelf.skus)
    named = dict(zip(shelf.skus, SKUS, strict=True))
    outcomes = {
        order: "short: "
        + ", ".join(f"{named[line.sku_id]} {line.available}" for line in refused[order_id].lines)
        if order_id in refused
        else "kept"
        for order, order_id in ids.items()
    }
    assert outcomes == {row["Order"]: row["Outcome"] for row in batch}
    reserved = {(level.sku_id, int(level.warehouse_id)): level.reserved for level in levels}
    for row, sku_id in zip(
        table("how/reservation.md", "SKU", "Main reserved"), shelf.skus, strict=True
    ):
        for house, warehouse_id in houses.items():
            assert reserved.get((sku_id, warehouse_id), 0) == int(row[f"{house} reserved"])


async def set_the_stage(installation: Installation, world: World) -> dict[str, catalog.Sku]:
    """Prices and stock of docs/how/placement.md; gives the SKU of each shop."""
    found = {}
    for row in table("how/placement.md", "Shop"):
        shop = row["Shop"]
        product = "teapot" if shop == "fernhollow" else world.content.shop(shop).products[0].handle
        sku = (await world.skus(installation.db, product))[0]
        async with installation.db.transaction() as tx:
            changes = [catalog.PriceChange(sku.id, usd(row["Unit price"]))]
            await catalog.change_prices(tx, world.owner(shop), sku.shop_id, changes)
            units = 4 if shop == "fernhollow" else 50
            count = StockChange(sku.shop_id, sku.id, units)
            await inventory.set_on_hand(tx, world.owner(shop), [count])
        found[shop] = sku
    return found


async def test_placement(installation: Installation, world: World) -> None:
    skus = await set_the_stage(installation, world)
    teapot, light = skus["fernhollow"], skus["halflight"]
    requests = []
    base = await request_for(installation, world, await lines_for(installation.db, world, "teapot"))
    illinois = replace(base.ship_to, city="Chicago", region="IL", postal_code="60614")
    rows = table("how/placement.md", "Request")
    for row in rows:
        wanted = ((teapot, int(row["Teapots"])), (light, int(row["Lights"])))
        lines = tuple(checkout.CartLine(sku.shop_id, sku.id, n) for sku, n in wanted if n)
        shown = usd(row["Total shown"])
        requests.append(
            replace(
                base,
                lines=lines,
                key=row["Key"],
                ship_to=illinois,
                total_shown=shown,
                deliveries={},
            )
        )
    async with installation.db.transaction() as tx:
        outcomes = await checkout.place(tx, requests)
    said: list[str] = []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            said.append(outcome.code)
        elif outcome.is_new:
            said.append("placed")
        else:
            first = next(
                n
                for n, each in enumerate(outcomes)
                if isinstance(each, checkout.Placed) and each.purchase_id == outcome.purchase_id
            )
            said.append(f"as request {rows[first]['Request']}")
    assert said == [row["Outcome"] for row in rows]
    moved = outcomes[2]
    assert isinstance(moved, checkout.PriceMoved)
    assert moved.facts["now_minor"] == 2617
    await compare_orders(installation, base, outcomes[0])
    counts = "select (select count(*) from checkout.purchase), (select count(*) from orders.order_)"
    counted = await installation.pool.fetchrow(counts)
    assert counted is not None
    assert tuple(counted) == (2, 3)
    async with installation.db.reading() as tx:
        levels = await inventory.levels(tx, [(teapot.shop_id, teapot.id)])
    assert levels[teapot.id] == 0


async def compare_orders(
    installation: Installation, request: checkout.PlaceRequest, placed: object
) -> None:
    """The orders of the first request are the table of amounts, and its total what was shown."""
    assert isinstance(placed, checkout.Placed)
    async with installation.db.reading() as tx:
        made = await orders.orders_of_purchase(tx, request.actor, placed.purchase_id)
    rows = table("how/placement.md", "Shop")
    frozen = [
        [order.lines[0].unit_price, order.items, order.shipping, order.tax, order.total]
        for order in made
    ]
    heads = ("Unit price", "Items", "Delivery", "Tax", "Total")
    assert sorted(frozen, key=str) == sorted(
        ([usd(row[head]) for head in heads] for row in rows), key=str
    )
    assert sum(order.total.minor for order in made) == placed.total.minor == 7237


def test_pricing() -> None:
    moment = datetime(2026, 3, 2, 17, tzinfo=UTC)
    for row in table("how/pricing.md", "Market"):
        market = markets.get(row["Market"])
        money = market.currency
        line = checkout.CartLine(ShopId(1), SkuId(2), int(row["Quantity"]))
        offer = an_offer(line, market.id, Money.parse(row["Unit price"], money))
        known = Known({line.sku_id: offer}, {}, {})
        deliveries = {line.shop_id: "standard"}
        quote = price(market, market.at(moment), row["Region"], [line], deliveries, known)
        amounts = (quote.items, quote.shipping, quote.tax, quote.total)
        written = [Money.parse(row[head], money) for head in ("Items", "Delivery", "Tax", "Total")]
        assert list(amounts) == written, row


def an_offer(line: checkout.CartLine, market_id: str, unit_price: Money) -> Offer:
    """Something on sale for this price."""
    return Offer(
        shop_id=line.shop_id,
        product_id=ProductId(3),
        sku_id=line.sku_id,
        market_id=market_id,
        handle="thing",
        title="Thing",
        options_text="",
        seller_sku="",
        image_key="",
        unit_price=unit_price,
        weight_g=100,
        tax_category="standard",
        is_sellable=True,
    )


def test_money() -> None:
    of: Currency = USD
    for row in table("how/money.md", "Amount", "Rate"):
        assert usd(row["Amount"]).share(Rate.parse(row["Rate"])) == usd(row["Share"]), row
    for row in table("how/money.md", "Amount", "Weights"):
        weights = [int(weight) for weight in row["Weights"].split(",")]
        parts = tuple(Money.parse(part, of) for part in row["Parts"].split(","))
        assert usd(row["Amount"]).split(weights) == parts, row
    for row in table("how/money.md", "Gross"):
        tax = usd(row["Gross"]).tax_included(Rate.parse(row["Rate"]))
        assert (tax, usd(row["Gross"]) - tax) == (usd(row["Tax inside"]), usd(row["Net"])), row


def test_facts_and_jobs() -> None:
    rows = table("how/facts-and-jobs.md", "Lane")
    lanes = {row["Lane"]: int(row["At once"]) for row in rows}
    assert lanes == {lane.value: width for lane, width in runner.LANE_WIDTH.items()}
    text = (DOCS / "how/facts-and-jobs.md").read_text()
    assert f"up to {engine.BATCH} pending facts" in text
    assert f"after\n{failures.MAX_EVENT_ATTEMPTS} attempts" in text
    assert f"a lease of {runner.LEASE_S} seconds" in text


def test_categories() -> None:
    page = "how/categories.md"
    for row in table(page, "Code", "Path"):
        found = catalog.category_of_code(row["Code"])
        assert found is not None
        assert (found.path, str(found.id)) == (row["Path"], row["Id"])
        assert found.is_leaf == (row["Leaf"] == "yes")
    for row in table(page, "Title", "Recommended"):
        best = catalog.recommend_category(row["Title"], limit=1)[0]
        assert best.category.path == row["Recommended"], row
    required = {
        (attribute.key, each.code)
        for each in catalog.categories()
        for attribute in catalog.attributes_of(each.id)
        if attribute.is_required
    }
    rows = table(page, "Attribute", "Required in")
    assert {(row["Attribute"], row["Example"]) for row in rows} <= required
    assert {key for key, _ in required} == {row["Attribute"] for row in rows}


def a_payment(text: str) -> files.FilePayment:
    """A row of payments as docs/how/replay.md writes it: type, amount, instalments."""
    type_, amount, _, installments = text.split()
    return files.FilePayment(type_, int(installments), files.minor(amount))


def test_replay_tenders() -> None:
    day = datetime(2017, 5, 1, 12)
    buyer = files.Buyer("somebody", "01001", "sao paulo", "SP")
    grains = Grains(24)
    for number, row in enumerate(table("how/replay.md", "Priced")):
        line = files.FileLine("lamp", "shop", files.minor(row["Priced"]), 0)
        payments = tuple(map(a_payment, row["Rows of the files"].split(", ")))
        order = files.FileOrder(
            *(f"order-{number}", "invoiced", buyer, day, day, None, None, day, (line,), payments)
        )
        planned = plan(number, order, grains)
        assert isinstance(planned, Plan)
        paid = [
            f"{till.TYPE_OF[tender.kind]} {tender.amount.minor / 100:.2f}"
            for tender in till.tenders(planned)
        ]
        noted = [
            f"{each.cause} {type_} {minor / 100:.2f}"
            for each in planned.differences
            for type_, minor in each.payments.items()
        ]
        assert (", ".join(paid), ", ".join(noted)) == (row["Tenders here"], row["Noted"])
