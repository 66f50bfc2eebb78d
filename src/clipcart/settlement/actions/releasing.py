"""Releases by the clock: the seller's share, and later what was reserved of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from clipcart import markets, payments
from clipcart.identity import job_actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import OrderId, ShopId
from clipcart.settlement._sql import sales as sql
from clipcart.settlement.actions.booking import Booking, book, sale_of
from clipcart.settlement.events import MoneyReleased, ReserveReleased
from clipcart.settlement.model import Sale, reserved, step

ACTOR = job_actor("settlement.release")
SET_SIZE: Final = 200
LOOK_AGAIN: Final = timedelta(hours=6)
"""How long a release waits for an open refund before it is looked at again by itself."""


async def release(tx: Tx) -> int:
    """Release what is due and has no open refund; gives how many were looked at."""
    due = await tx.all(sql.DUE_RELEASES, now=tx.now, size=SET_SIZE)
    free, waiting = await _apart(tx, due)
    if waiting:
        await tx.run(sql.POSTPONE_RELEASE, **_keys(waiting), look_at=tx.now + LOOK_AGAIN)
    rows = await tx.all(
        sql.RELEASE,
        **_keys(free),
        refundeds=[row.refunded_minor for row in free],
        reserves=[_reserve(row, tx.now) for row in free],
        now=tx.now,
    )
    after = [sale_of(row) for row in rows]
    drafts = []
    for sale in after:
        whole = replace(sale, reserve_minor=0)
        pending = replace(whole, is_released=False)
        drafts += [
            step("released", f"released:{sale.order_id}", pending, whole),
            step("reserve_collected", f"reserve_collected:{sale.order_id}", whole, sale),
        ]
    await book(tx, ACTOR, [Booking(draft) for draft in drafts if draft is not None])
    tx.announce(ACTOR, *map(_released, after))
    return len(due)


async def release_reserves(tx: Tx) -> int:
    """Release reserves whose days are over; those of orders with an open refund wait."""
    due = await tx.all(sql.DUE_RESERVES, now=tx.now, size=SET_SIZE)
    free, waiting = await _apart(tx, due)
    if waiting:
        await tx.run(sql.POSTPONE_RESERVE, **_keys(waiting), look_at=tx.now + LOOK_AGAIN)
    rows = await tx.all(sql.RELEASE_RESERVE, **_keys(free), now=tx.now)
    bookings, facts = [], []
    for sale in map(sale_of, rows):
        before = replace(sale, is_reserve_released=False)
        draft = step("reserve_released", f"reserve_released:{sale.order_id}", before, sale)
        if draft is not None:
            bookings.append(Booking(draft))
            left, code = before.reserve_left, sale.currency.code
            facts.append(ReserveReleased(sale.shop_id, sale.order_id, left, code))
    await book(tx, ACTOR, bookings)
    tx.announce(ACTOR, *facts)
    return len(due)


async def _apart(
    tx: Tx, rows: Sequence[sql.SaleRow]
) -> tuple[list[sql.SaleRow], list[sql.SaleRow]]:
    """Sales that may go on, and those that wait for a refund on its way."""
    keys = [(ShopId(row.shop_id), OrderId(row.order_id)) for row in rows]
    paid = await payments.payments_of_orders(tx, keys) if keys else {}
    open_refunds = {order_id for order_id, each in paid.items() if each.refunding.is_positive}
    waiting = [row for row in rows if row.order_id in open_refunds]
    return [row for row in rows if row.order_id not in open_refunds], waiting


def _reserve(row: sql.SaleRow, now: datetime) -> int:
    """What the shop's level keeps back of a share. Nothing when its days are over already."""
    if row.market_id is None or row.delivered_at is None:
        return 0
    if row.reserve_until is None or row.reserve_until <= now:
        return 0
    rules = markets.get(row.market_id).at(row.delivered_at)
    return reserved(sale_of(row), rules.reserve_level(row.reserve_level).percent).reserve_minor


def _keys(rows: Sequence[sql.SaleRow]) -> dict[str, list[int]]:
    return {
        "shop_ids": [row.shop_id for row in rows],
        "order_ids": [row.order_id for row in rows],
    }


def _released(sale: Sale) -> MoneyReleased:
    return MoneyReleased(
        sale.shop_id, sale.order_id, sale.share, sale.reserve_left, sale.currency.code
    )
