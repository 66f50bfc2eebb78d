"""Verdicts on products: by the platform's own checks, and by operators who know better."""

from collections.abc import Sequence
from dataclasses import dataclass

from clipcart.catalog._sql import writing as sql
from clipcart.catalog.actions.drafting import base_draft
from clipcart.catalog.actions.lifecycle import locked_all, move, reason_problem, set_audit
from clipcart.catalog.actions.shops import terms_of
from clipcart.catalog.actions.storing import check_codes, learn_words, replace_content, rewrite
from clipcart.catalog.checks import Subject, Usual, findings, outcome_of
from clipcart.catalog.errors import NothingToDecide, SellerSkuTaken
from clipcart.catalog.events import ProductActivated, ProductAudited, ProductChanged
from clipcart.catalog.model import (
    AuditStatus,
    Finding,
    Outcome,
    ProductDraft,
    Status,
    draft_from_json,
)
from clipcart.catalog.policy import may_moderate
from clipcart.catalog.sanitise import plain_text
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import check
from clipcart.kit.ids import ProductId, ShopId, new_id


@dataclass(frozen=True, slots=True)
class _Verdict:
    row: sql.ProductRow
    draft: ProductDraft
    outcome: Outcome
    findings: tuple[Finding, ...]
    reason: str

    @property
    def product_id(self) -> ProductId:
        return ProductId(self.row.id)


async def audit(tx: Tx, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId]) -> None:
    """Look at products that wait for it. Those no longer waiting are passed over.

    What passes goes on sale, what fails goes back to its seller with rule codes and evidence,
    and what is only odd waits for an operator.
    """
    require(may_moderate(actor), "catalog.moderate", actor)
    terms = await terms_of(tx, shop_id)
    rows = await tx.all(sql.LOCK_PRODUCTS, shop_id=shop_id, ids=list(product_ids))
    waiting = [row for row in rows if row.audit_status == AuditStatus.AUDITING]
    if not waiting:
        return
    drafts = await _newest_drafts(tx, shop_id, waiting)
    usual = await _usual_prices(tx, drafts)
    verdicts = []
    for row, draft in zip(waiting, drafts, strict=True):
        prices = [sku.price for sku in draft.skus]
        subject = Subject(
            market_id=terms.market_id,
            title=draft.title,
            text=plain_text(draft.description_html),
            images=len(draft.images),
            lowest=min(prices),
            highest=max(prices),
        )
        found = findings(subject, usual.get((draft.category_id, terms.currency.code)))
        verdicts.append(_Verdict(row, draft, outcome_of(found), found, ""))
    await _carry_out(tx, actor, shop_id, verdicts, is_live=terms.is_live)


async def decide_audit(
    tx: Tx,
    actor: Actor,
    shop_id: ShopId,
    product_id: ProductId,
    *,
    approved: bool,
    reason: str,
) -> None:
    """Give or overrule a verdict as an operator, with a reason.

    Raises Invalid without a reason, NothingToDecide, Absent.
    """
    require(may_moderate(actor), "catalog.moderate", actor)
    check([reason_problem(reason)])
    terms = await terms_of(tx, shop_id)
    row = (await locked_all(tx, shop_id, [product_id]))[0]
    is_open = row.audit_status == AuditStatus.AUDITING or (
        row.audit_status == AuditStatus.FAILED and approved
    )
    if not is_open or row.status in (Status.DELETED, Status.FREEZE):
        raise NothingToDecide(product_id, row.audit_status)
    draft = (await _newest_drafts(tx, shop_id, [row]))[0]
    outcome = Outcome.PASSED if approved else Outcome.FAILED
    verdict = _Verdict(row, draft, outcome, (), reason.strip())
    await _carry_out(tx, actor, shop_id, [verdict], is_live=terms.is_live)


async def release_approved(tx: Tx, actor: Actor, shop_id: ShopId) -> None:
    """The shop went live: what was approved before goes on sale."""
    require(may_moderate(actor), "catalog.moderate", actor)
    ids = [ProductId(id) for id in await tx.all(sql.PRE_APPROVED, shop_id=shop_id)]
    if not ids:
        return
    rows = await locked_all(tx, shop_id, ids)
    pending = [row for row in rows if row.status == Status.PENDING]
    await set_audit(tx, rows, dict.fromkeys(ids, AuditStatus.APPROVED))
    await _put_on_sale(tx, actor, shop_id, [ProductId(row.id) for row in pending])
    await rewrite(tx, shop_id, ids)
    await learn_words(tx, [row.title for row in pending])


async def _newest_drafts(
    tx: Tx, shop_id: ShopId, rows: Sequence[sql.ProductRow]
) -> list[ProductDraft]:
    """What is to be judged of each product: its edit, else its content."""
    skus = await tx.all(sql.SKUS, shop_id=shop_id, product_ids=[row.id for row in rows])
    by_product: dict[int, list[sql.SkuRow]] = {}
    for sku in skus:
        by_product.setdefault(sku.product_id, []).append(sku)
    return [
        base_draft(row, by_product[row.id])
        if row.draft is None
        else draft_from_json(shop_id, row.draft)
        for row in rows
    ]


async def _usual_prices(tx: Tx, drafts: Sequence[ProductDraft]) -> dict[tuple[int, str], Usual]:
    category_ids = sorted({draft.category_id for draft in drafts})
    rows = await tx.all(sql.USUAL_PRICES, category_ids=category_ids)
    return {(row.category_id, row.currency): Usual(row.median_minor, row.products) for row in rows}


async def _carry_out(
    tx: Tx, actor: Actor, shop_id: ShopId, verdicts: Sequence[_Verdict], *, is_live: bool
) -> None:
    """Record verdicts and do what follows from them."""
    verdicts = [await _with_edit_applied(tx, actor, shop_id, verdict) for verdict in verdicts]
    await _record(tx, actor, shop_id, verdicts)
    passed = [verdict for verdict in verdicts if verdict.outcome is Outcome.PASSED]
    failed = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED]
    waiting = [v for v in passed if not is_live and v.row.status in (Status.PENDING, Status.FAILED)]
    audits = {verdict.product_id: AuditStatus.APPROVED for verdict in passed}
    audits |= {verdict.product_id: AuditStatus.PRE_APPROVED for verdict in waiting}
    audits |= {verdict.product_id: AuditStatus.FAILED for verdict in failed}
    await set_audit(tx, [verdict.row for verdict in verdicts], audits)
    await _fail(tx, shop_id, [v.product_id for v in failed if v.row.status == Status.PENDING])
    await _wait(tx, shop_id, [v.product_id for v in waiting if v.row.status == Status.FAILED])
    going = [
        verdict.product_id
        for verdict in passed
        if is_live and verdict.row.status in (Status.PENDING, Status.FAILED)
    ]
    await _put_on_sale(tx, actor, shop_id, going)
    await rewrite(tx, shop_id, [verdict.product_id for verdict in verdicts])
    await learn_words(tx, [verdict.draft.title for verdict in passed])


async def _with_edit_applied(tx: Tx, actor: Actor, shop_id: ShopId, verdict: _Verdict) -> _Verdict:
    """Make an approved edit the product's content; a code taken meanwhile fails it after all."""
    if verdict.row.draft is None or verdict.outcome is not Outcome.PASSED:
        return verdict
    try:
        await check_codes(tx, shop_id, [verdict.draft], own=verdict.product_id)
    except SellerSkuTaken as taken:
        evidence = str(taken.facts["seller_sku"])
        finding = Finding("seller_sku_taken", "skus", evidence, Outcome.FAILED)
        return _Verdict(verdict.row, verdict.draft, Outcome.FAILED, (finding,), verdict.reason)
    await replace_content(tx, verdict.product_id, verdict.draft, keep_prices=True)
    await tx.run(sql.FORGET_EDIT, shop_id=shop_id, product_id=verdict.product_id)
    tx.announce(actor, ProductChanged(shop_id, verdict.product_id, verdict.row.revision))
    return verdict


async def _record(tx: Tx, actor: Actor, shop_id: ShopId, verdicts: Sequence[_Verdict]) -> None:
    await tx.run(
        sql.INSERT_RESULTS,
        shop_id=shop_id,
        product_ids=[verdict.product_id for verdict in verdicts],
        ids=[new_id() for _ in verdicts],
        revisions=[verdict.row.revision for verdict in verdicts],
        outcomes=[verdict.outcome.value for verdict in verdicts],
        findings=[
            {
                "findings": [
                    {
                        "code": finding.code,
                        "field": finding.field,
                        "evidence": finding.evidence,
                        "outcome": finding.outcome.value,
                    }
                    for finding in verdict.findings
                ]
            }
            for verdict in verdicts
        ],
        reasons=[verdict.reason for verdict in verdicts],
        actor=actor.label,
        now=tx.now,
    )
    for verdict in verdicts:
        codes = tuple(sorted({finding.code for finding in verdict.findings}))
        tx.announce(
            actor,
            ProductAudited(
                shop_id,
                verdict.product_id,
                verdict.row.revision,
                verdict.outcome.value,
                codes,
                verdict.reason,
            ),
        )


async def _fail(tx: Tx, shop_id: ShopId, ids: Sequence[ProductId]) -> None:
    if ids:
        await move(tx, shop_id, ids, lambda _: Status.FAILED)


async def _wait(tx: Tx, shop_id: ShopId, ids: Sequence[ProductId]) -> None:
    if ids:
        await move(tx, shop_id, ids, lambda _: Status.PENDING)


async def _put_on_sale(tx: Tx, actor: Actor, shop_id: ShopId, ids: Sequence[ProductId]) -> None:
    if ids:
        await move(tx, shop_id, ids, lambda _: Status.ACTIVATE)
        tx.announce(actor, *(ProductActivated(shop_id, product_id) for product_id in ids))
