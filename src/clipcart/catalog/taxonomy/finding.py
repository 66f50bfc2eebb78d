"""Finding categories by words that somebody typed. Pure, in memory."""

from collections.abc import Sequence
from functools import cache

from clipcart.catalog.taxonomy.tree import local_names, tree
from clipcart.catalog.taxonomy.words import all_words, plain
from clipcart.catalog.tree_model import Category
from clipcart.kit.errors import BadCursor
from clipcart.kit.listing import Page


def search(text: str, *, leaves_only: bool, cursor: str | None, limit: int) -> Page[Category]:
    """Categories whose path or local name has a word beginning with each word of the text.

    Those come first in which more of the words stand in the name itself, then shorter names, then
    the order of the tree. The cursor is a place in that order. Raises BadCursor for another one.
    """
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 6):
        raise BadCursor
    start = int(cursor or 0)
    wanted = tuple(dict.fromkeys(all_words(text)))[:8]
    found = _matches(wanted, leaves_only)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return Page(page, str(start + limit) if more else None)


@cache
def _texts() -> Sequence[tuple[str, tuple[str, ...]]]:
    """By place in the tree: all words of path and local names, and each name for itself.

    Every word has a space before it, so that a word's beginning is one look-up in a string.
    """
    names = local_names()
    rows: list[tuple[str, tuple[str, ...]]] = []
    whole: dict[int, str] = {}
    for category in tree().ordered:
        local = (names[language].get(category.code, "") for language in names)
        own = tuple(
            " " + " ".join(all_words(name))
            for name in dict.fromkeys((category.name, *local))
            if name
        )
        above = "" if category.parent_id is None else whole[category.parent_id]
        whole[category.id] = above + "".join(own)
        rows.append((whole[category.id], own))
    return rows


def _matches(wanted: tuple[str, ...], leaves_only: bool) -> tuple[Category, ...]:
    if not wanted:
        return ()
    beginnings = [f" {word}" for word in wanted]
    ordered = tree().ordered
    found: list[tuple[int, bool, int, int]] = []
    for place, (words, names) in enumerate(_texts()):
        if leaves_only and not ordered[place].is_leaf:
            continue
        if all(beginning in words for beginning in beginnings):
            best = max(names, key=lambda name: sum(one in name for one in beginnings))
            hits = sum(beginning in best for beginning in beginnings)
            is_whole = hits == len(wanted) and plain(best).split() == list(wanted)
            found.append((-hits, not is_whole, best.count(" "), place))
    return tuple(ordered[place] for *_, place in sorted(found))
