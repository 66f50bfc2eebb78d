"""Calls go down the staircase, through the face of each room; rooms know nothing of the web."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.house.tidy import CLONE, Source, sources

PACKAGE = "src/clipcart/"
DOORS = {"web", "open_api", "api", "ops", "doorway"}
"""They speak HTTP; `doorway` is what they share."""
ROOFS = {"main", "settings", "demo", "migrations", "texts", "__init__"}
"""Above or beside the staircase: the composition root, the demo world, plain data."""
WEB_LIBRARIES = {"litestar", "granian", "jinja2", "starlette"}
EDGE_LIBRARIES = {"msgspec"}


def room_of(source: Source) -> str | None:
    """The package that a file of the product lives in."""
    if not source.path.startswith(PACKAGE):
        return None
    return source.path.removeprefix(PACKAGE).split("/")[0].removesuffix(".py")


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports; `from a import b` gives a.b."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{name.name}") for name in node.names)


def past_the_face(source: Source) -> Iterator[str]:
    """Imports of a module inside another room, which only that room may use."""
    own = room_of(source)
    if own is None or own in ROOFS:
        return
    for line, name in imported(source):
        parts = name.split(".")
        if parts[0] != "clipcart" or len(parts) < 3:
            continue
        other, inner = parts[1], parts[2]
        if other == own or other in {"kit", *ROOFS, *DOORS}:
            continue
        folder = CLONE / PACKAGE / other
        if (folder / f"{inner}.py").exists() or (folder / inner).is_dir():
            yield source.fault(line, f"{name}: use the face, clipcart.{other}")


def web_in_a_room(source: Source) -> Iterator[str]:
    """Imports of the web's libraries in a room, which knows nothing of HTTP."""
    own = room_of(source)
    if own is None or own in ROOFS | DOORS:
        return
    refused = WEB_LIBRARIES if own == "kit" else WEB_LIBRARIES | EDGE_LIBRARIES
    for line, name in imported(source):
        if name.split(".")[0] in refused:
            yield source.fault(line, f"{name}: rooms know nothing of the web")


def test_the_contract_is_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(command), "--no-cache"], cwd=CLONE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_the_contract_lists_every_step() -> None:
    """The contract itself is guarded: an ignored import or a dropped rule shows here."""
    settings = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["importlinter"]
    staircase = next(one for one in settings["contracts"] if one["id"] == "staircase")
    assert staircase["exhaustive"] is True
    assert set(staircase["exhaustive_ignores"]) == ROOFS - {"__init__"}
    # Commands start the composition root, which knows every door; nobody else may.
    assert staircase["ignore_imports"] == [
        "clipcart.ops.commands.** -> clipcart.main",
        "clipcart.demo.** -> clipcart.main",
    ]
    assert all(":" not in step for step in staircase["layers"]), "rooms on one step never call"


def test_every_package_is_one_that_the_contract_sees() -> None:
    folders = {path.parent for path in (CLONE / "src").rglob("*.py")}
    blind = [
        str(path.relative_to(CLONE)) for path in folders if not (path / "__init__.py").exists()
    ]
    assert not blind, f"without __init__.py: {sorted(blind)}"


def test_rooms_are_entered_by_their_face() -> None:
    faults = [fault for source in sources() for fault in past_the_face(source)]
    assert not faults, "\n" + "\n".join(faults)


def test_rooms_know_nothing_of_the_web() -> None:
    faults = [fault for source in sources() for fault in web_in_a_room(source)]
    assert not faults, "\n" + "\n".join(faults)


def test_broken_rules_are_seen() -> None:
    inside = next((CLONE / PACKAGE / "markets").glob("[a-z]*.py")).stem
    path = PACKAGE + "orders/actions.py"
    assert list(past_the_face(Source(path, f"from clipcart.markets import {inside}")))
    assert list(past_the_face(Source(path, f"from clipcart.markets.{inside} import a")))
    assert not list(past_the_face(Source(path, "from clipcart.markets import Market")))
    assert not list(past_the_face(Source(path, "from clipcart.orders.model import Order")))
    assert list(web_in_a_room(Source(path, "from litestar import get")))
    assert list(web_in_a_room(Source(path, "import msgspec")))
    assert not list(web_in_a_room(Source(PACKAGE + "api/routes.py", "import msgspec")))
