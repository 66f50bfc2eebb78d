"""The category tree as others use it: read in memory, without a database."""

from collections.abc import Iterable, Sequence

from clipcart.catalog.errors import NoSuchCategory
from clipcart.catalog.said import attributes_known, missing_problems
from clipcart.catalog.taxonomy.finding import search
from clipcart.catalog.taxonomy.recommending import recommend
from clipcart.catalog.taxonomy.tree import STEP, tree
from clipcart.catalog.taxonomy.tree import local_name as _local_name
from clipcart.catalog.tree_model import (
    Attribute,
    AttributeId,
    Category,
    CategoryId,
    ProductAttribute,
    Recommendation,
)
from clipcart.kit.errors import Problem
from clipcart.kit.listing import Page


def categories() -> Sequence[Category]:
    """The whole tree, parents before children."""
    return tree().ordered


def category(category_id: CategoryId) -> Category | None:
    """The category of this id; None for one that is not in the tree."""
    return tree().by_id.get(category_id)


def category_at(path: str) -> Category | None:
    """The category of this path, such as `Home & Garden > Lighting`, in any case of letters."""
    found = tree().by_path.get(path)
    if found is not None:
        return found
    wanted = STEP.join(" ".join(step.split()) for step in path.split(">")).casefold()
    return next((each for each in tree().ordered if each.path.casefold() == wanted), None)


def category_of_code(code: str) -> Category | None:
    """The category that the taxonomy calls by this code, such as `hg-11-10-2-2`."""
    return tree().by_code.get(code)


def children(category_id: CategoryId | None = None) -> Sequence[Category]:
    """What hangs directly below the category; the roots without one. Raises NoSuchCategory."""
    return tuple(tree().children(None if category_id is None else _known(category_id)))


def below(category_id: CategoryId) -> Sequence[Category]:
    """The category and everything below it, parents first. Raises NoSuchCategory."""
    return tree().below(_known(category_id))


def above(category_id: CategoryId) -> Sequence[Category]:
    """The category's ancestors, root first, and itself. Raises NoSuchCategory."""
    return tuple(tree().above(_known(category_id)))


def local_name(category_id: CategoryId, locale: str) -> str:
    """The category's name in a locale such as `pt-BR`, else in English. Raises NoSuchCategory."""
    return _local_name(_known(category_id), locale)


def search_categories(
    text: str, *, leaves_only: bool = True, cursor: str | None = None, limit: int = 20
) -> Page[Category]:
    """Categories that have words beginning with all words of the text, the likeliest first.

    Looks at names and paths in every language they are known in, whatever the accents. Raises
    BadCursor.
    """
    return search(text, leaves_only=leaves_only, cursor=cursor, limit=limit)


def attributes_of(category_id: CategoryId) -> Sequence[Attribute]:
    """The category's attributes, required ones first. Raises NoSuchCategory."""
    return attributes_known(_known(category_id).id)


def attribute_of(category_id: CategoryId, attribute_id: AttributeId) -> Attribute | None:
    """One attribute of the category; None where it has no such. Raises NoSuchCategory."""
    return next((each for each in attributes_of(category_id) if each.id == attribute_id), None)


def missing_attributes(
    category_id: CategoryId, said: Sequence[ProductAttribute]
) -> Sequence[Problem]:
    """What a product of the category must say yet before it can be submitted."""
    return tuple(missing_problems(category_id, said))


def recommend_category(
    title: str,
    *,
    beside: Iterable[str] = (),
    within: CategoryId | None = None,
    limit: int = 3,
) -> Sequence[Recommendation]:
    """The leaves that a product of this title fits best, best first; none if no word is known.

    `beside` are texts that say more, such as a description without markup, a type, or tags.
    `within` narrows to the leaves of one branch. Raises NoSuchCategory for one that is not there.
    """
    branch = None if within is None else _known(within)
    return tuple(recommend(title, beside, limit, branch))


def _known(category_id: CategoryId) -> Category:
    found = tree().by_id.get(category_id)
    if found is None:
        raise NoSuchCategory(category_id)
    return found
