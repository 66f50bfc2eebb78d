"""What operators decide about a shop's money."""

from clipcart import ledger, markets
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.money import Money
from clipcart.ledger import Entry, JournalDraft
from clipcart.settlement import policy
from clipcart.settlement._sql import money as sql
from clipcart.settlement.actions.booking import Booking, book
from clipcart.settlement.errors import NotSettledYet
from clipcart.settlement.events import BalanceAdjusted, TermsChanged
from clipcart.settlement.model import Account


async def set_terms(
    tx: Tx, actor: Actor, shop_id: ShopId, *, settlement_days: int, reserve_level: int
) -> None:
    """How many days after delivery, and at which reserve level, a shop is settled from now on.

    Orders delivered before keep their dates. Raises Invalid, NotSettledYet.
    """
    require(policy.may_steer(actor, shop_id), "settlement.steer", actor)
    shop = await _shop(tx, shop_id)
    rules = markets.get(shop.market_id).at(tx.now)
    days = sorted({rules.settlement_days, *rules.settlement_tiers})
    levels = [each.level for each in rules.reserve_levels]
    check(
        [
            None
            if settlement_days in days
            else Problem("settlement_days", "it is no tier here", f"choose one of {days}"),
            None
            if reserve_level in levels
            else Problem("reserve_level", "it is no level here", f"choose one of {levels}"),
        ]
    )
    await tx.run(
        sql.SET_TERMS,
        shop_id=shop_id,
        settlement_days=settlement_days,
        reserve_level=reserve_level,
    )
    tx.announce(actor, TermsChanged(shop_id, settlement_days, reserve_level, tx.now))


async def adjust(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    amount: Money,
    reason: str,
    *,
    key: str,
    order_id: OrderId | None = None,
) -> bool:
    """Correct a shop's available money: positive gives, negative takes. The platform bears it.

    `key` names the correction: with a known one nothing happens, and False is given. Raises
    Invalid, NotSettledYet.
    """
    require(policy.may_steer(actor, shop_id), "settlement.steer", actor)
    shop = await _shop(tx, shop_id)
    check(
        [
            Problem("amount", "it is nothing", "enter an amount") if amount.is_zero else None,
            None
            if amount.currency.code == shop.currency
            else Problem("amount", "it is another currency", f"enter it in {shop.currency}"),
            None
            if reason.strip()
            else Problem("reason", "it is missing", "say why: it stands on the statement"),
            None if key else Problem("key", "it is missing", "name the correction"),
        ]
    )
    reference = f"adjusted:{key}"
    if await ledger.is_posted(tx, shop_id, reference):
        return False
    entries = (Entry(Account.ADJUSTMENTS, amount), Entry(Account.SELLER_AVAILABLE, -amount))
    draft = JournalDraft(shop_id, "adjusted", reference, order_id, entries)
    await book(tx, actor, [Booking(draft, note=reason.strip())])
    tx.announce(actor, BalanceAdjusted(shop_id, amount.minor, amount.currency.code, reason.strip()))
    return True


async def _shop(tx: Tx, shop_id: ShopId) -> sql.ShopRow:
    rows = await tx.all(sql.SHOPS, shop_ids=[shop_id])
    if not rows:
        raise NotSettledYet
    return rows[0]
