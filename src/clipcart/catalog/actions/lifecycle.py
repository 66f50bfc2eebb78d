"""Moving products along their status: submitted, on sale, put away, taken down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clipcart.catalog._sql import writing as sql
from clipcart.catalog.actions.shops import terms_of
from clipcart.catalog.actions.storing import learn_words, rewrite
from clipcart.catalog.errors import CannotMove
from clipcart.catalog.events import (
    ProductActivated,
    ProductDeactivated,
    ProductDeleted,
    ProductRecovered,
    ProductSubmitted,
)
from clipcart.catalog.model import AUDIT, AUDIT_MOVES, MOVES, Audit, AuditStatus, Status
from clipcart.catalog.policy import may_edit_products, may_moderate
from clipcart.catalog.said import missing_problems
from clipcart.catalog.tree_model import CategoryId, attributes_from_json
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Problem, check
from clipcart.kit.ids import ProductId, ShopId

Targets = Callable[[sql.ProductRow], Status]


async def submit(tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Ask for the audit of drafts, or of products that failed it.

    Raises Invalid where attributes are missing that the categories require, CannotMove, Absent.
    """
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    await terms_of(tx, shop_id)
    _check_attributes(await locked_all(tx, shop_id, product_ids))
    rows = await move(tx, shop_id, product_ids, lambda _: Status.PENDING)
    await set_audit(tx, rows, dict.fromkeys(product_ids, AuditStatus.AUDITING))
    await rewrite(tx, shop_id, product_ids)
    tx.announce(
        actor,
        *(ProductSubmitted(shop_id, ProductId(row.id), row.revision) for row in rows),
    )
    tx.enqueue(AUDIT, Audit(shop_id, tuple(product_ids)))


async def activate(tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Sell products again that the seller had taken off. Raises CannotMove, Absent."""
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    rows = await locked_all(tx, shop_id, product_ids)
    for row in rows:
        if row.status != Status.SELLER_DEACTIVATED:
            raise CannotMove(ProductId(row.id), row.status, Status.ACTIVATE)
    await move(tx, shop_id, product_ids, lambda _: Status.ACTIVATE)
    await rewrite(tx, shop_id, product_ids)
    await learn_words(tx, [row.title for row in rows])
    tx.announce(actor, *(ProductActivated(shop_id, product_id) for product_id in product_ids))


async def deactivate(
    tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]
) -> None:
    """Take products off sale by the seller's own will. Raises CannotMove, Absent."""
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    for row in await locked_all(tx, shop_id, product_ids):
        if row.status != Status.ACTIVATE:
            raise CannotMove(ProductId(row.id), row.status, Status.SELLER_DEACTIVATED)
    await _end_sale(tx, actor, shop_id, product_ids, Status.SELLER_DEACTIVATED, "")


async def take_down(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    product_ids: Sequence[ProductId],
    reason: str,
    *,
    freeze: bool = False,
) -> None:
    """Take products off sale by the platform's will; frozen ones cannot be deleted either.

    Raises Invalid without a reason, CannotMove, Absent.
    """
    require(may_moderate(actor), "catalog.moderate", actor)
    check([reason_problem(reason)])
    status = Status.FREEZE if freeze else Status.PLATFORM_DEACTIVATED
    await _end_sale(tx, actor, shop_id, product_ids, status, reason.strip())


async def give_back(
    tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]
) -> None:
    """Return taken down products to their seller, off sale. Raises CannotMove, Absent."""
    require(may_moderate(actor), "catalog.moderate", actor)
    for row in await locked_all(tx, shop_id, product_ids):
        if row.status not in (Status.PLATFORM_DEACTIVATED, Status.FREEZE):
            raise CannotMove(ProductId(row.id), row.status, Status.SELLER_DEACTIVATED)
    await _back(tx, actor, shop_id, product_ids, lambda _: Status.SELLER_DEACTIVATED)


async def delete(tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Put products away; `recover` brings them back. Raises CannotMove, Absent."""
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    await move(tx, shop_id, product_ids, lambda _: Status.DELETED)
    await rewrite(tx, shop_id, product_ids)
    tx.announce(actor, *(ProductDeleted(shop_id, product_id) for product_id in product_ids))


async def recover(tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Bring deleted products back, off sale: as drafts if they never were on sale.

    Raises CannotMove, Absent.
    """
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    for row in await locked_all(tx, shop_id, product_ids):
        if row.status != Status.DELETED:
            raise CannotMove(ProductId(row.id), row.status, "recovered")
    await _back(
        tx,
        actor,
        shop_id,
        product_ids,
        lambda row: Status.SELLER_DEACTIVATED if row.is_published else Status.DRAFT,
    )


def _check_attributes(rows: Sequence[sql.ProductRow]) -> None:
    """Raise Invalid with everything that these products do not say yet."""
    check(
        [
            problem if len(rows) == 1 else replace(problem, field=f"[{place}].{problem.field}")
            for place, row in enumerate(rows)
            for problem in missing_problems(
                CategoryId(row.category_id), attributes_from_json(row.attributes)
            )
        ]
    )


def reason_problem(reason: str) -> Problem | None:
    """Decisions against a seller, or against a rule, say why."""
    if reason.strip():
        return None
    return Problem("reason", "A decision has a reason.", "Write one sentence for the seller.")


async def locked_all(
    tx: Tx, shop_id: ShopId, product_ids: Sequence[ProductId]
) -> list[sql.ProductRow]:
    """The products, locked in order of their ids. Raises Absent unless all are there."""
    rows = await tx.all(sql.LOCK_PRODUCTS, shop_id=shop_id, ids=list(product_ids))
    if {row.id for row in rows} != set(product_ids):
        raise Absent("product")
    return rows


async def move(
    tx: Tx,
    shop_id: ShopId,
    product_ids: Sequence[ProductId],
    target: Targets,
    reason: str = "",
) -> list[sql.ProductRow]:
    """Move products along model.MOVES; gives them as they were. Raises CannotMove, Absent."""
    rows = await locked_all(tx, shop_id, product_ids)
    for row in rows:
        if target(row) not in MOVES[Status(row.status)]:
            raise CannotMove(ProductId(row.id), row.status, target(row))
    await tx.all(
        sql.SET_STATUS,
        shop_id=shop_id,
        ids=[row.id for row in rows],
        statuses=[target(row).value for row in rows],
        reason=reason,
        now=tx.now,
    )
    return rows


async def set_audit(
    tx: Tx, rows: Sequence[sql.ProductRow], statuses: Mapping[ProductId, AuditStatus]
) -> None:
    """Write audit statuses of locked products of one shop, as model.AUDIT_MOVES allows."""
    moving = {row.id: (row, statuses[ProductId(row.id)]) for row in rows if row.id in statuses}
    for row, status in moving.values():
        before = AuditStatus(row.audit_status)
        if status is not before and status not in AUDIT_MOVES[before]:
            raise AssertionError(f"the audit of {row.id} cannot go from {before} to {status}")
    if moving:
        await tx.run(
            sql.SET_AUDIT,
            shop_id=rows[0].shop_id,
            ids=list(moving),
            audit_statuses=[status.value for _, status in moving.values()],
            now=tx.now,
        )


async def _end_sale(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    product_ids: Sequence[ProductId],
    status: Status,
    reason: str,
) -> None:
    await move(tx, shop_id, product_ids, lambda _: status, reason)
    await rewrite(tx, shop_id, product_ids)
    tx.announce(
        actor,
        *(
            ProductDeactivated(shop_id, product_id, status.value, reason)
            for product_id in product_ids
        ),
    )


async def _back(
    tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId], target: Targets
) -> None:
    rows = await move(tx, shop_id, product_ids, target)
    await rewrite(tx, shop_id, product_ids)
    tx.announce(
        actor,
        *(ProductRecovered(shop_id, ProductId(row.id), target(row).value) for row in rows),
    )
