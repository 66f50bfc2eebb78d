"""Statements and payments over the open API agree with the rooms, whichever way they are read."""

from decimal import Decimal
from typing import Any

from clipcart import settlement
from tests.open_api.bench import Bench
from tests.open_api.finance_examples import credited
from tests.open_api.trade import days_later, packed


async def ask(bench: Bench, what: str, **query: str) -> Any:
    field = "statement_time" if what == "statements" else "create_time"
    answer = await bench.call(
        "GET",
        f"/finance/202309/{what}",
        query={"sort_field": field, **query},
        cipher=bench.cipher,
    )
    assert answer.code == 0, answer.message
    return answer.data


async def test_days_and_payouts_are_told_as_they_are_kept(bench: Bench) -> None:
    await credited(bench)
    await credited(bench, 5)
    async with bench.installation.db.reading() as tx:
        kept = (await settlement.statements(tx, bench.owner, bench.shop_id)).items
        paid = (await settlement.payouts(tx, bench.owner, bench.shop_id)).items
    told = (await ask(bench, "statements"))["statements"]
    assert len(told) >= 2
    assert [each["id"] for each in told] == [str(each.id) for each in reversed(kept)]
    assert {each["currency"] for each in told} == {"USD"}
    credits = [each for each in told if each["adjustment_amount"] == "250.00"]
    assert len(credits) == 2
    assert [each["settlement_amount"] for each in credits] == ["250.00", "250.00"]
    payments = (await ask(bench, "payments", sort_order="DESC"))["payments"]
    assert [each["id"] for each in payments] == [str(each.id) for each in paid]
    assert [each["amount"]["value"] for each in payments] == [
        each.amount.decimal_string() for each in paid
    ]
    assert {each["payment_id"] for each in credits} <= {each["id"] for each in payments}
    first = await ask(bench, "statements", page_size="1")
    rest = await ask(bench, "statements", page_size="100", page_token=first["next_page_token"])
    assert first["statements"] + rest["statements"] == told
    since = str(told[1]["statement_time"])
    assert (await ask(bench, "statements", statement_time_ge=since))["statements"] == told[1:]
    assert (await ask(bench, "statements", statement_time_lt=since))["statements"] == told[:1]
    paid_ones = (await ask(bench, "statements", payment_status="PAID"))["statements"]
    assert {each["payment_status"] for each in paid_ones} == {"PAID"}


async def test_lists_are_kept_by_one_time(bench: Bench) -> None:
    for what in ("statements", "payments"):
        answer = await bench.call(
            "GET",
            f"/finance/202309/{what}",
            query={"sort_field": "amount"},
            cipher=bench.cipher,
        )
        assert (answer.code, "sort_field" in answer.message) == (36009004, True)


async def test_what_moved_is_told_by_order_and_by_day(bench: Bench) -> None:
    order_id, _ = await packed(bench, 2)

    async def get(path: str, **query: str) -> Any:
        answer = await bench.call("GET", f"/finance{path}", query=query, cipher=bench.cipher)
        assert answer.code == 0, answer.message
        return answer.data

    by_time = {"sort_field": "order_create_time"}
    unsettled = await get("/202507/orders/unsettled", **by_time)
    assert unsettled["total_count"] == 1
    [waiting] = unsettled["transactions"]
    assert waiting["order_id"] == str(order_id)
    await days_later(bench, 40)
    assert (await get("/202507/orders/unsettled", **by_time))["transactions"] == []
    by_sku = await get(f"/202501/orders/{order_id}/statement_transactions")
    assert by_sku["settlement_amount"] == waiting["est_settlement_amount"]
    assert by_sku["revenue_amount"] == waiting["est_revenue_amount"]
    assert Decimal(by_sku["fee_and_tax_amount"]) < 0
    [sku] = by_sku["sku_transactions"]
    assert (sku["quantity"], sku["settlement_amount"]) == ("2", by_sku["settlement_amount"])
    flat = await get(f"/202309/orders/{order_id}/statement_transactions")
    line = flat["statement_transactions"][0]
    assert line["settlement_amount"] == by_sku["settlement_amount"]
    parts = ("revenue_amount", "shipping_cost_amount", "fee_amount")
    assert sum(Decimal(line[each]) for each in parts) == Decimal(line["settlement_amount"])
    day = f"/statements/{line['statement_id']}/statement_transactions"
    for version, amount in (("202309", "settlement_amount"), ("202501", "payable_amount")):
        told = await get(f"/{version}{day}", **by_time)
        assert told["total_count"] == 1
        assert told[amount] == line["settlement_amount"]
    withdrawals = (await get("/202309/withdrawals", types="WITHDRAW"))["withdrawals"]
    async with bench.installation.db.reading() as tx:
        paid = (await settlement.payouts(tx, bench.owner, bench.shop_id)).items
    assert [each["id"] for each in withdrawals] == [str(each.id) for each in paid]
    assert {each["status"] for each in withdrawals} == {"SUCCESS"}
    assert (await get("/202309/withdrawals", types="SETTLE"))["withdrawals"] == []
