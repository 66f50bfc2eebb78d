"""How well a listing tells buyers what it is: pure rules, each with the way to do better.

None of them keeps a product from being sold; audits do that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clipcart.catalog.model import ProductDraft
from clipcart.catalog.said import attributes_known
from clipcart.catalog.sanitise import plain_text
from clipcart.catalog.tree_model import AttributeType

TITLE_GOOD = 25
TEXT_FAIR, TEXT_GOOD = 40, 200
IMAGES_FAIR, IMAGES_GOOD = 2, 5
"""Characters of a title, of a description without its formatting, and pictures."""


class Tier(StrEnum):
    """How good a listing is."""

    POOR = "POOR"
    FAIR = "FAIR"
    GOOD = "GOOD"


class Part(StrEnum):
    """What of a listing could be better."""

    TITLE = "TITLE"
    DESCRIPTION = "DESCRIPTION"
    IMAGE = "IMAGE"
    ATTRIBUTE = "ATTRIBUTE"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that could be better: the rule's code, what to do, and the tier that needs it."""

    part: Part
    code: str
    cure: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Quality:
    """A listing's tier, and what would make it better."""

    tier: Tier
    advice: tuple[Advice, ...]


def quality_of(draft: ProductDraft) -> Quality:
    """Look at a listing as a buyer would. POOR lacks something that FAIR needs."""
    advice = (*_title(draft), *_text(draft), *_images(draft), *_attributes(draft))
    tiers = {each.tier for each in advice}
    tier = Tier.POOR if Tier.FAIR in tiers else Tier.FAIR if tiers else Tier.GOOD
    return Quality(tier, advice)


def _title(draft: ProductDraft) -> Iterator[Advice]:
    if len(draft.title.strip()) < TITLE_GOOD:
        yield Advice(
            Part.TITLE,
            "title_short",
            f"Write at least {TITLE_GOOD} characters: the thing, its material and its size.",
            Tier.GOOD,
        )


def _text(draft: ProductDraft) -> Iterator[Advice]:
    length = len(plain_text(draft.description_html))
    if length < TEXT_GOOD:
        tier, wanted = (Tier.FAIR, TEXT_FAIR) if length < TEXT_FAIR else (Tier.GOOD, TEXT_GOOD)
        yield Advice(
            Part.DESCRIPTION,
            "description_short",
            f"Write at least {wanted} characters: what it is for, what comes with it, its care.",
            tier,
        )


def _images(draft: ProductDraft) -> Iterator[Advice]:
    count = len(draft.images)
    if count < IMAGES_GOOD:
        is_few = count < IMAGES_FAIR
        tier, wanted = (Tier.FAIR, IMAGES_FAIR) if is_few else (Tier.GOOD, IMAGES_GOOD)
        yield Advice(
            Part.IMAGE,
            "images_few",
            f"Show at least {wanted} pictures: the whole, details, and it in use.",
            tier,
        )


def _attributes(draft: ProductDraft) -> Iterator[Advice]:
    said = {each.attribute_id for each in draft.attributes}
    missing = [
        each
        for each in attributes_known(draft.category_id)
        if each.type is AttributeType.PRODUCT_PROPERTY and each.id not in said
    ]
    for names, code, tier in (
        ([each.name for each in missing if each.is_required], "attributes_required", Tier.FAIR),
        ([each.name for each in missing if not each.is_required], "attributes_open", Tier.GOOD),
    ):
        if names:
            yield Advice(Part.ATTRIBUTE, code, f"Say {_listed(names)}.", tier)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
