"""The platform's own look at a product before people can buy it: pure rules with evidence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clipcart.catalog.model import Finding, Outcome
from clipcart.kit.money import Money

BANNED = {
    "": ("counterfeit", "replica of a brand", "firearm", "ammunition", "stolen goods", "ivory"),
    "us": ("fda approved cure", "prescription opioid", "switchblade"),
    "jp": ("stun gun", "prescription drug"),
    "br": ("cigarro eletrônico", "arma de fogo"),
}
"""Words that no title or description may hold, by market; "" is for all of them."""

OUTLIER_FACTOR = 20
OUTLIER_FROM = 10
"""A price is odd when it is this many times the category's median, or this part of it; said only
of categories with so many products."""

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]{2,}\.(?:com|net|org|shop|store|io)\b", re.I)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]{2,}\b")
_PHONE = re.compile(r"(?<![\w.])\+?\d(?:[ ()./-]{0,2}\d){8,}(?!\w)")
_MESSENGER = re.compile(r"\b(?:whatsapp|telegram|wechat|line id|snapchat)\b", re.I)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: the newest content of a product."""

    market_id: str
    title: str
    text: str
    images: int
    lowest: Money
    highest: Money


@dataclass(frozen=True, slots=True)
class Usual:
    """What a category's products cost: the median in minor units of how many products."""

    median_minor: int
    products: int


def findings(subject: Subject, usual: Usual | None) -> tuple[Finding, ...]:
    """Everything that speaks against selling this, with the words or numbers that show it."""
    return (
        *_banned(subject),
        *_capitals(subject),
        *_contacts(subject),
        *_pictures(subject),
        *_prices(subject, usual),
    )


def outcome_of(found: tuple[Finding, ...]) -> Outcome:
    """The worst of the findings decides."""
    outcomes = {finding.outcome for finding in found}
    for worst in (Outcome.FAILED, Outcome.REVIEW):
        if worst in outcomes:
            return worst
    return Outcome.PASSED


def _fields(subject: Subject) -> tuple[tuple[str, str], ...]:
    return (("title", subject.title), ("description_html", subject.text))


def _banned(subject: Subject) -> Iterator[Finding]:
    for word in (*BANNED[""], *BANNED.get(subject.market_id, ())):
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.I)
        for field, text in _fields(subject):
            found = pattern.search(text)
            if found:
                yield Finding("banned_word", field, found[0], Outcome.FAILED)


def _capitals(subject: Subject) -> Iterator[Finding]:
    letters = [letter for letter in subject.title if letter.isalpha()]
    if len(letters) > 8 and all(letter.isupper() for letter in letters):
        yield Finding("title_in_capitals", "title", subject.title, Outcome.FAILED)


def _contacts(subject: Subject) -> Iterator[Finding]:
    for field, text in _fields(subject):
        for code, pattern in (
            ("link", _LINK),
            ("contact_email", _EMAIL),
            ("contact_phone", _PHONE),
            ("contact_messenger", _MESSENGER),
        ):
            found = pattern.search(text)
            if found:
                yield Finding(code, field, found[0], Outcome.FAILED)


def _pictures(subject: Subject) -> Iterator[Finding]:
    if not subject.images:
        yield Finding("image_missing", "images", "no picture", Outcome.FAILED)


def _prices(subject: Subject, usual: Usual | None) -> Iterator[Finding]:
    if usual is None or usual.products < OUTLIER_FROM:
        return
    median = Money(usual.median_minor, subject.lowest.currency)
    for price in (subject.lowest, subject.highest):
        is_high = price.minor > median.minor * OUTLIER_FACTOR
        is_low = price.minor * OUTLIER_FACTOR < median.minor
        if is_high or is_low:
            evidence = f"{price}, while the middle of the category is {median}"
            yield Finding("price_outlier", "skus", evidence, Outcome.REVIEW)
            return
