"""One word for each idea: the glossary's last column is refused in names of code and tables."""

import ast
import re
from collections.abc import Iterator

from tests.house import documents
from tests.house.tidy import CLONE, Source, sources

THEIR_OWN_WORD = {("src/clipcart/kit/postgres_process.py", "user")}
"""Where a foreign system's word is meant: the operating system's user."""


def refused() -> set[str]:
    """The words of the last column."""
    rows = documents.table("reference/glossary.md", "Word")
    return {word.strip() for row in rows for word in row["Not"].split(",") if word.strip()}


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything public that a file defines."""
    for node in ast.walk(tree):
        found = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found = node.name
        elif isinstance(node, ast.arg):
            found = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found = node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found = node.attr
        if found and not found.startswith("_") and hasattr(node, "lineno"):
            yield node.lineno, found


def words_of(name: str) -> str:
    """`BuyerId` and `BUYER_ID` as `buyer_id`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def holds(name: str, word: str) -> bool:
    """Whether a name contains the word, alone or in the plural."""
    return re.search(rf"(^|_){word}s?($|_)", words_of(name)) is not None


def faults(source: Source, words: set[str]) -> Iterator[str]:
    """Names that use a refused word."""
    if not source.path.startswith("src/"):
        return
    for line, name in names(source.tree):
        for word in words:
            if holds(name, word) and (source.path, word) not in THEIR_OWN_WORD:
                yield source.fault(line, f"{name}: the glossary has another word for {word}")


def test_names_keep_to_the_glossary() -> None:
    words = refused()
    found = [fault for source in sources() for fault in faults(source, words)]
    assert not found, "\n" + "\n".join(found)


def test_tables_keep_to_the_glossary() -> None:
    found = []
    for path in sorted((CLONE / "src/clipcart/migrations").glob("*.sql")):
        text = re.sub(r"'[^']*'|--.*", "", path.read_text())
        identifiers = set(re.findall(r"[a-z][a-z0-9_]*", text))
        found += [f"{path.name}: {i}" for i in identifiers for word in refused() if holds(i, word)]
    assert not found


def test_refused_words_are_seen() -> None:
    words = refused()
    assert {"merchant", "customer", "vendor", "user", "client_id", "basket"} <= words
    path = "src/clipcart/orders/model.py"
    for text in ("merchant_id = 1", "class VendorRow: ...", "def f(customers): ...", "a.user = 1"):
        assert list(faults(Source(path, text), words)), text
    for text in ("_user = 1", "shop_id = 1", "def trousers(): ...", "inventory = 1"):
        assert not list(faults(Source(path, text), words)), text


def test_every_word_is_there_once() -> None:
    words = [row["Word"] for row in documents.table("reference/glossary.md", "Word")]
    assert len(words) == len(set(words)) > 30
    assert not set(words) & refused()
