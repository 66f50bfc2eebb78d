"""Finding the category that a product's type means, by its words. Pure."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from clipcart.catalog import Category

IMPORTED = "Other > Imported"
"""Where products go whose type says nothing that a category is called."""

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = frozenset({"and", "the", "of", "for", "with", "a", "an", "other", "imported", "s"})

_VAGUE = frozenset({"accessory", "kit", "part", "piece", "set", "strap", "supply", "tool"})
"""Words that name things of every branch: alone they say nothing, unless the branch agrees too."""


def words_of(text: str) -> tuple[str, ...]:
    """The words that mean something, in the singular as far as English endings tell."""
    found = (word.casefold() for word in _WORD.findall(text))
    return tuple(dict.fromkeys(_singular(word) for word in found if word not in _EMPTY))


def best_category(texts: Iterable[str], categories: Sequence[Category]) -> Category | None:
    """The category whose name shares most words with the first text that fits one at all.

    A text may be a path, as of a taxonomy; its last step is tried first. The noun at the end of
    either name must be in the other, and more than half of the shorter name's words.
    """
    for text in texts:
        for step in reversed([part for part in re.split(r"\s*>\s*", text) if part.strip()]):
            ranked = [(_fit(step, text, category), category) for category in categories]
            fits = [(fit, category) for fit, category in ranked if fit is not None]
            if fits:
                return min(fits, key=lambda pair: (pair[0], pair[1].path))[1]
    return None


def _fit(step: str, text: str, category: Category) -> tuple[Fraction, int, int] | None:
    """How well they agree, the best being the least; None when they do not."""
    asked, name = words_of(step), words_of(category.name)
    shared = set(asked) & set(name)
    if not shared or (asked[-1] not in shared and name[-1] not in shared):
        return None
    if len(shared) * 2 <= min(len(asked), len(name)):
        return None
    around = len(set(words_of(text)) & set(words_of(category.path)))
    if shared <= _VAGUE and around == len(shared):
        return None
    alike = Fraction(len(shared), len({*asked, *name}))
    return -alike, -around, category.path.count(" > ")


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3:
        return word[:-1]
    return word
