"""Which leaves a title speaks for: words are weighed over names, computed from the tree itself.

A leaf has a text in each language it has a name in: its own name, and with falling weight the names
above it. A word counts by how few names have it (its inverse frequency), and a leaf by the part of
its text's weight that the title covers. The noun that a title turns on counts most; what stands
behind a break counts least. Nothing is learnt from anybody's listings.
"""

from __future__ import annotations

import math
import re
import tomllib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from clipcart.catalog.taxonomy.tree import Tree, local_names, tree
from clipcart.catalog.taxonomy.words import stems
from clipcart.catalog.tree_model import Category, Recommendation

STEPS = (1.0, 0.5, 0.25)
"""What a word weighs in the leaf's own name, in its parent's, and in each one above that."""
PAIR = 0.7
"""What two neighbouring words weigh together, beside each for itself."""
HEAD, BEFORE, BEHIND, BESIDE = 1.5, 1.0, 0.45, 0.35
"""What a word weighs: the title's head, before it, behind a break, in texts beside the title."""
LENGTH = 0.8
"""How much a long text is held against a leaf: 0 not at all, 1 in full."""
HEADLESS, FOREIGN = 0.6, 0.85
"""What is left of a score if the title lacks the noun of the leaf's name (a lens is no lens bag).
Where the noun stands in other languages is not known, so all of their names lose a little.
"""
DEPTH = 0.02
"""What each level of the tree takes away: of equals, the more general leaf is the safer one."""
TITLE_MAX, BESIDE_MAX = 40, 60
"""So many words are read."""

_BREAK = re.compile(
    r"\s[-–—|/]\s|[,;:()\[\]|]|\b(?:with|for|from|by|in|mit|für|aus|para|com|con|em)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Language:
    """A language's names: where each word stands, how long each leaf's text is, and its noun.

    Categories are places in the tree's order.
    """

    places: Mapping[str, array[int]]
    rarity: Mapping[str, float]
    lengths: array[float]
    nouns: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Model:
    """All languages; each place's parent (itself for a root); what each leaf's branch weighs."""

    tree: Tree
    languages: Sequence[_Language]
    parents: array[int]
    usual: array[float]
    lexicon: Mapping[str, tuple[str, ...]]
    lexicon_length: int


def recommend(
    title: str, beside: Iterable[str], limit: int, within: Category | None = None
) -> list[Recommendation]:
    """The best leaves for a title, best first. `beside` are texts that say more, such as tags."""
    model = _model()
    words = _weighed(title, beside, model)
    best: dict[int, float] = {}
    for language in _spoken(words, model.languages):
        for leaf, score in _scores(words, language, model):
            if score > best.get(leaf, 0.0):
                best[leaf] = score
    allowed = _below(within, model)
    ranked = sorted((-score, leaf) for leaf, score in best.items() if leaf in allowed)[:limit]
    most = sum(words.values()) * 10
    return [
        Recommendation(model.tree.ordered[leaf], min(-score / most, 1.0)) for score, leaf in ranked
    ]


def _spoken(words: Mapping[str, float], languages: Sequence[_Language]) -> list[_Language]:
    """English, and each language that knows more words of the title than English does."""
    known = [sum(word in each.places for word in words) for each in languages]
    return [each for each, count in zip(languages, known, strict=True) if count > known[0]] + [
        languages[0]
    ]


def _below(within: Category | None, model: _Model) -> range:
    """The places of a branch; of the whole tree without one."""
    known = model.tree
    if within is None:
        return range(len(known.ordered))
    return range(known.places[within.id], known.ends[within.id])


def _scores(
    words: Mapping[str, float], language: _Language, model: _Model
) -> Iterator[tuple[int, float]]:
    """Leaves that have a word of the title in their name or their parent's, with their scores."""
    hits: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for word, weight in words.items():
        for place in language.places.get(word, ()):
            hits[place].append((word, weight * language.rarity[word] ** 2))
    ordered, parents = model.tree.ordered, model.parents
    leaves: set[int] = set()
    for place in hits:
        if ordered[place].is_leaf:
            leaves.add(place)
        elif ordered[place].level > 1:
            leaves.update(
                child
                for child in range(place + 1, model.tree.ends[ordered[place].id])
                if parents[child] == place and ordered[child].is_leaf
            )
    for leaf in leaves:
        score, seen, place, up = 0.0, set[str](), leaf, 0
        while True:
            for word, worth in hits.get(place, ()):
                if word not in seen:
                    seen.add(word)
                    score += worth * STEPS[min(up, 2)]
            if parents[place] == place:
                break
            place, up = parents[place], up + 1
        noun = language.nouns.get(leaf)
        fit = FOREIGN if noun is None else 1.0 if noun in words else HEADLESS
        yield leaf, score * fit * model.usual[leaf] / language.lengths[leaf] ** LENGTH


def _weighed(title: str, beside: Iterable[str], model: _Model) -> dict[str, float]:
    """The words of the title and its pairs of words, with their weights."""
    weights: dict[str, float] = {}

    def put(words: Sequence[str], heads: int, weight: float, head_weight: float) -> None:
        first_head = len(words) - heads
        for number, word in enumerate(words):
            better = head_weight if number >= first_head else weight
            pair = f"{words[number - 1]} {word}" if number else ""
            for each in (word, pair):
                if each and better > weights.get(each, 0.0):
                    weights[each] = better

    parts = [part for part in _BREAK.split(title) if part.strip()]
    for place, part in enumerate(parts):
        words, heads = _translated(stems(part)[:TITLE_MAX], model)
        put(words, heads, *((BEHIND, BEHIND) if place else (BEFORE, HEAD)))
    for text in beside:
        words, _ = _translated(stems(text)[:BESIDE_MAX], model)
        put(words, 0, BESIDE, BESIDE)
    return weights


def _translated(words: list[str], model: _Model) -> tuple[list[str], int]:
    """The words, with those of the lexicon said as the tree says them, and how many end them."""
    said: list[str] = []
    place, heads = 0, 0
    while place < len(words):
        instead: tuple[str, ...] | None = None
        length = 1
        for length in range(min(model.lexicon_length, len(words) - place), 0, -1):
            instead = model.lexicon.get(" ".join(words[place : place + length]))
            if instead is not None:
                break
        said.extend(instead or words[place : place + 1])
        heads = len(instead or words[place : place + 1])
        place += length if instead else 1
    return said, heads


@cache
def _model() -> _Model:
    """The model, computed at the first call from the tree, its local names and the lexicon."""
    known, more = tree(), added()
    parents = array("H")
    for place, category in enumerate(known.ordered):
        above = category.parent_id
        parents.append(place if above is None else known.places[above])
    usual = array(
        "f",
        (
            _usual(category.code, more["usual"]) * (1 - DEPTH * category.level)
            for category in known.ordered
        ),
    )
    english = {category.code: category.name for category in known.ordered}
    languages = [_language(english, known, parents, has_nouns=True)]
    languages += [
        _language(names, known, parents, has_nouns=False) for names in local_names().values()
    ]
    lexicon = {
        " ".join(stems(said)): tuple(stems(called)) for said, called in more["words"].items()
    }
    longest = max((said.count(" ") + 1 for said in lexicon), default=0)
    return _Model(known, languages, parents, usual, lexicon, longest)


def _usual(code: str, table: Mapping[str, float]) -> float:
    """What the nearest code of the table at or above this one says."""
    while code and code not in table:
        code = code.rpartition("-")[0]
    return table.get(code, 1.0)


def _language(
    names: Mapping[str, str], known: Tree, parents: Sequence[int], *, has_nouns: bool
) -> _Language:
    words = [stems(names.get(category.code, "")) for category in known.ordered]
    places: dict[str, array[int]] = {}
    for place, said in enumerate(words):
        for word in {*said, *(f"{one} {other}" for one, other in pairwise(said))}:
            places.setdefault(word, array("H")).append(place)
    count = len(words)
    rarity = {
        word: math.log(count / len(found)) * (PAIR if " " in word else 1.0)
        for word, found in places.items()
    }
    own = [
        sum(rarity[word] ** 2 for word in {*said, *(f"{a} {b}" for a, b in pairwise(said))})
        for said in words
    ]
    lengths = array("f")
    for place, square in enumerate(own):
        up, weight = place, square
        for step in (STEPS[1], STEPS[2], STEPS[2], STEPS[2]):
            if parents[up] == up:
                break
            up = parents[up]
            weight += own[up] * step**2
        lengths.append(math.sqrt(weight) or 1.0)
    nouns = {place: said[-1] for place, said in enumerate(words) if said} if has_nouns else {}
    return _Language(places, rarity, lengths, nouns)


@cache
def added() -> dict[str, Any]:
    """The lexicon, and what branches weigh, as their file says."""
    path = resources.files(__package__).joinpath("files", "lexicon.toml")
    return tomllib.loads(path.read_text("utf-8"))


def forget() -> None:
    """Compute the model anew at the next call, from what `added` holds then."""
    _model.cache_clear()
