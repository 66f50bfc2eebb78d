"""The rules of tidiness as functions from a file to its faults, so that each is tested itself."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

CLONE = Path(__file__).resolve().parents[2]
LONGEST_LINE = 100
LONGEST_FUNCTION = 60
LONGEST_FILE = 400

MONEY_ROOMS = ("ledger", "payments", "orders", "checkout", "settlement", "markets")
MONEY_FILES = ("src/clipcart/kit/money.py",)
CLOCKS = ("src/clipcart/kit/clock.py", "tests/kit/test_clock.py")
ENVIRONMENT_READERS = ("src/clipcart/settings.py", "src/clipcart/kit/settings.py")

CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
ENVIRONMENT_NAMES = {("os", "environ"), ("os", "getenv"), ("os", "environb"), ("os", "putenv")}
# Spelled so that this file does not break its own rule.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|Not" r"ImplementedError)\b")
DATABASE_CLOCK = re.compile(
    r"(?<![.\w])(now\s*\(|clock_timestamp|statement_timestamp|current_timestamp|current_date)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """One Python file: its path inside the clone, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def fault(self, line: int, words: str) -> str:
        return f"{self.path}:{line}: {words}"


Rule = Callable[[Source], Iterator[str]]


def sources() -> list[Source]:
    """Every Python file of the product, its tests and its tools."""
    folders = [folder for name in ("src", "tests", "tools", "bench") if (folder := CLONE / name)]
    paths = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return [Source(path.relative_to(CLONE).as_posix(), path.read_text()) for path in paths]


def lines_are_short(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield source.fault(number, f"{len(line)} characters, at most {LONGEST_LINE}")


def files_are_short(source: Source) -> Iterator[str]:
    count = len(source.text.splitlines())
    if count > LONGEST_FILE:
        yield source.fault(count, f"{count} lines in a file, at most {LONGEST_FILE}")


def functions_are_short(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > LONGEST_FUNCTION:
                words = f"{node.name} has {count} lines, at most {LONGEST_FUNCTION}"
                yield source.fault(node.lineno, words)


def imports_stand_on_top(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield source.fault(inner.lineno, f"import inside {node.name}")


def nobody_reads_another_clock(source: Source) -> Iterator[str]:
    if source.path in CLOCKS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in CLOCK_CALLS:
            yield source.fault(node.lineno, f"{ast.unparse(node)}: use tx.now or the kit's clock")
        if _takes(node, CLOCK_CALLS):
            yield source.fault(node.lineno, "imports a clock: use tx.now or the kit's clock")


def statements_ask_no_database_clock(source: Source) -> Iterator[str]:
    if not source.path.endswith("/_sql.py") or "/kit/" in source.path:
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := DATABASE_CLOCK.search(line):
            yield source.fault(number, f"{found[0]!r}: pass tx.now, the clock can be moved")


def only_settings_read_the_environment(source: Source) -> Iterator[str]:
    if source.path in ENVIRONMENT_READERS or not source.path.startswith("src/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in ENVIRONMENT_NAMES:
            yield source.fault(node.lineno, f"{ast.unparse(node)}: ask settings")
        if _takes(node, ENVIRONMENT_NAMES):
            yield source.fault(node.lineno, "imports the environment: ask settings")


def money_is_never_a_float(source: Source) -> Iterator[str]:
    room = source.path.removeprefix("src/clipcart/").split("/")[0]
    if source.path not in MONEY_FILES and not (
        source.path.startswith("src/") and room in MONEY_ROOMS
    ):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield source.fault(node.lineno, f"{node.value} is a float")
        if isinstance(node, ast.Name) and node.id == "float":
            yield source.fault(node.lineno, "float in a money room")


def nothing_is_left_unfinished(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := UNFINISHED.search(line):
            yield source.fault(number, f"{found[0]} is not for the main branch")


def _last(node: ast.expr) -> str:
    """The last word of `a.b.c`; of anything else, nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _takes(node: ast.AST, names: set[tuple[str, str]]) -> TypeGuard[ast.ImportFrom]:
    """Whether this is `from a import b` for one of the pairs (a, b)."""
    return isinstance(node, ast.ImportFrom) and any(
        (node.module or "", name.name) in names for name in node.names
    )
