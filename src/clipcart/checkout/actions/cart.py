"""Changing carts: one row, written whole if nobody else has changed it meanwhile."""

from collections.abc import Sequence

from clipcart import markets
from clipcart.checkout import _sql
from clipcart.checkout.errors import TooMany
from clipcart.checkout.model import Cart, CartChange, CartLine, changed
from clipcart.checkout.queries import lines_of
from clipcart.kit.db import Tx
from clipcart.kit.ids import PersonId


async def change_cart(
    tx: Tx, owner: PersonId, market_id: str, changes: Sequence[CartChange]
) -> Cart:
    """Change lines of the owner's cart; the owner is a person or a guest's id. Gives the cart.

    Nothing is reserved. Raises TooMany above the market's limits. Changes rows by one statement,
    so it needs no transaction around it.
    """
    rules = markets.get(market_id).at(tx.now)
    while True:
        row = await tx.maybe(_sql.CART, person_id=owner)
        known = lines_of(row)
        lines = changed(known, changes)
        if len(lines) > rules.cart_lines_max or any(
            line.quantity > rules.line_quantity_max for line in lines
        ):
            raise TooMany(rules.cart_lines_max, rules.line_quantity_max)
        values = {"person_id": owner, "lines": _stored(lines), "now": tx.now}
        if row is None:
            is_done = await tx.run(_sql.ADD_CART, **values)
        else:
            is_done = await tx.run(_sql.CHANGE_CART, known=_stored(known), **values)
        if is_done:
            return Cart(owner, lines)


async def merge_cart(tx: Tx, guest: PersonId, person_id: PersonId, market_id: str) -> Cart:
    """Put a guest's cart into a person's at sign-in; what exceeds a limit is capped."""
    rules = markets.get(market_id).at(tx.now)
    theirs = await _locked(tx, guest)
    mine = await _locked(tx, person_id)
    if not theirs:
        return Cart(person_id, mine)
    adds = [CartChange(line.shop_id, line.sku_id, line.quantity, adds=True) for line in theirs]
    capped = [
        CartLine(line.shop_id, line.sku_id, min(line.quantity, rules.line_quantity_max))
        for line in changed(mine, adds)
    ]
    await tx.run(_sql.FORGET_CART, person_id=guest)
    return await _write(tx, person_id, tuple(capped[: rules.cart_lines_max]))


async def empty_cart(tx: Tx, owner: PersonId) -> None:
    """Take everything out."""
    await tx.run(_sql.FORGET_CART, person_id=owner)


async def _locked(tx: Tx, owner: PersonId) -> tuple[CartLine, ...]:
    await tx.run(_sql.MAKE_CART, person_id=owner, now=tx.now)
    row = await tx.one(_sql.CART_FOR_UPDATE, person_id=owner)
    return lines_of(row)


async def _write(tx: Tx, owner: PersonId, lines: tuple[CartLine, ...]) -> Cart:
    await tx.run(_sql.WRITE_CART, person_id=owner, lines=_stored(lines), now=tx.now)
    return Cart(owner, lines)


def _stored(lines: Sequence[CartLine]) -> list[list[str | int]]:
    # Ids are texts in jsonb: other readers of JSON lose the last bits of 63-bit numbers.
    return [[str(line.shop_id), str(line.sku_id), line.quantity] for line in lines]
