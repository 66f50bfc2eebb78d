"""What would become of a draft, without storing it."""

from dataclasses import dataclass

from clipcart.catalog.actions.branding import check_brands
from clipcart.catalog.actions.shops import terms_of
from clipcart.catalog.actions.storing import check_codes
from clipcart.catalog.checks import Subject, findings
from clipcart.catalog.errors import NoSuchBrand, NoSuchCategory, NotALeaf, SellerSkuTaken
from clipcart.catalog.forms import draft_problems, tidied
from clipcart.catalog.model import Finding, ProductDraft
from clipcart.catalog.policy import may_edit_products
from clipcart.catalog.said import missing_problems, named
from clipcart.catalog.sanitise import plain_text
from clipcart.catalog.taxonomy.tree import tree
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Trial:
    """Why a draft would not be stored, and what its audit would find. Empty: it would go on sale.

    `refusals` are what is wrong with its place among others: category, brand, taken codes.
    """

    problems: tuple[Problem, ...]
    refusals: tuple[Refusal, ...]
    findings: tuple[Finding, ...]


async def try_product(tx: Tx, actor: Actor, draft: ProductDraft) -> Trial:
    """Look at a new product as `create_product` and its audit would, and store nothing.

    Prices are not compared with those of the category.
    """
    shop_id = draft.shop_id
    require(may_edit_products(actor, shop_id), "products.edit", actor)
    terms = await terms_of(tx, shop_id)
    draft = named(tidied(draft))
    problems = draft_problems(draft, terms.rules, terms.currency)
    problems += missing_problems(draft.category_id, draft.attributes)
    refusals: list[Refusal] = []
    category = tree().by_id.get(draft.category_id)
    if category is None:
        refusals.append(NoSuchCategory(draft.category_id))
    elif not category.is_leaf:
        refusals.append(NotALeaf(draft.category_id, category.path))
    try:
        await check_codes(tx, shop_id, [draft])
        await check_brands(tx, shop_id, [draft])
    except (SellerSkuTaken, NoSuchBrand) as refusal:
        refusals.append(refusal)
    found: tuple[Finding, ...] = ()
    if draft.skus:
        prices = [sku.price for sku in draft.skus]
        subject = Subject(
            terms.market_id,
            draft.title,
            plain_text(draft.description_html),
            len(draft.images),
            min(prices),
            max(prices),
        )
        found = findings(subject, None)
    return Trial(tuple(problems), tuple(refusals), found)
