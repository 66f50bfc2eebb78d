"""The tree: every category by its id, its code and its path. Pure, after files were read once.

Ids are made from the taxonomy's own codes (`hg-11-10-2-2`), so that a category keeps its id for as
long as the taxonomy keeps its code, whatever it is called and wherever it hangs.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib import resources
from itertools import islice
from types import MappingProxyType

from clipcart.catalog.tree_model import Category, CategoryId

STEP = " > "
"""What stands between the steps of a path."""
ID_BITS = 53
"""Ids are at most so long: whole in every language that reads JSON numbers as doubles."""


def stable_id(kind: str, name: str) -> int:
    """A positive number of at most ID_BITS bits that follows from kind and name alone."""
    digest = blake2b(f"{kind}:{name}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - ID_BITS)) or 1


def packed(name: str) -> list[str]:
    """The lines of a packed file of this package."""
    data = resources.files(__package__).joinpath("files", name).read_bytes()
    return gzip.decompress(data).decode().splitlines()


@dataclass(frozen=True, slots=True)
class Tree:
    """All categories in order, parents before children, and the ways to find one.

    `keys` are the attributes of the taxonomy; `carried` are those of each category, by their place.
    """

    ordered: tuple[Category, ...]
    by_id: Mapping[CategoryId, Category]
    by_code: Mapping[str, Category]
    by_path: Mapping[str, Category]
    places: Mapping[CategoryId, int]
    ends: Mapping[CategoryId, int]
    keys: tuple[str, ...]
    carried: Mapping[CategoryId, tuple[int, ...]] = field(repr=False)

    def below(self, category: Category) -> Sequence[Category]:
        """The category and everything below it, in order."""
        return self.ordered[self.places[category.id] : self.ends[category.id]]

    def children(self, category: Category | None) -> Iterator[Category]:
        """What hangs directly below the category; the roots, below None."""
        place = 0 if category is None else self.places[category.id] + 1
        end = len(self.ordered) if category is None else self.ends[category.id]
        while place < end:
            child = self.ordered[place]
            yield child
            place = self.ends[child.id]

    def above(self, category: Category) -> list[Category]:
        """The category's ancestors, root first, and the category itself."""
        steps = [category]
        while steps[-1].parent_id is not None:
            steps.append(self.by_id[steps[-1].parent_id])
        return steps[::-1]


@cache
def tree() -> Tree:
    """The tree, read at the first call."""
    lines = packed("categories.tsv.gz")
    keys = tuple(lines[0].split("\t"))
    rows = [line.split("\t") for line in islice(lines, 1, None)]
    ordered: list[Category] = []
    carried: dict[CategoryId, tuple[int, ...]] = {}
    ends: dict[CategoryId, int] = {}
    open_: list[Category] = []
    for place, (depth_text, code, name, refs) in enumerate(rows):
        depth = int(depth_text)
        for closed in open_[depth:]:
            ends[closed.id] = place
        del open_[depth:]
        is_leaf = place + 1 == len(rows) or int(rows[place + 1][0]) <= depth
        parent = open_[-1] if open_ else None
        category = Category(
            CategoryId(stable_id("category", code)),
            None if parent is None else parent.id,
            code,
            name,
            name if parent is None else f"{parent.path}{STEP}{name}",
            depth + 1,
            is_leaf,
        )
        open_.append(category)
        ordered.append(category)
        carried[category.id] = tuple(map(int, refs.split()))
    for closed in open_:
        ends[closed.id] = len(ordered)
    return Tree(
        tuple(ordered),
        MappingProxyType({each.id: each for each in ordered}),
        MappingProxyType({each.code: each for each in ordered}),
        MappingProxyType({each.path: each for each in ordered}),
        MappingProxyType({each.id: place for place, each in enumerate(ordered)}),
        MappingProxyType(ends),
        keys,
        MappingProxyType(carried),
    )


@cache
def local_names() -> Mapping[str, Mapping[str, str]]:
    """Names by language tag (`de`, `es`, `pt-BR`) and code; not every category has them all."""
    lines = packed("names.tsv.gz")
    languages = lines[0].split("\t")[1:]
    found: dict[str, dict[str, str]] = {language: {} for language in languages}
    for line in islice(lines, 1, None):
        code, *names = line.split("\t")
        for language, name in zip(languages, names, strict=True):
            if name:
                found[language][code] = name
    return found


def local_name(category: Category, locale: str) -> str:
    """The category's name in the locale's language; in English where no other is known."""
    names = local_names()
    language = locale.split("-")[0]
    for tag in (locale, language):
        if tag in names:
            return names[tag].get(category.code, category.name)
    return category.name
