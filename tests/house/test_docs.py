"""The documents are true: links, commands, paths, addresses, variables and accounts exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from litestar.router import Router

from clipcart.demo.content_loader import world
from clipcart.demo.settling import PASSWORD
from tests.house import documents
from tests.house.documents import DOCS
from tests.house.tidy import CLONE

PAGES = documents.pages()
PLUMBING = {"/", "/health", "/ready", "/metrics"}
OUR_FOLDERS = ("src", "tests", "docs", "tools", "bench")
OTHER_ROOTS = ("/var/", "/etc/", "/srv/", "/tmp/", "/root")
PARAMETER = re.compile(r"[<{][^/]*[>}]|\d+")
VARIABLE = re.compile(r"CLIPCART_[A-Z_]*[A-Z]")


def of_each(page: Path) -> str:
    return documents.name(page)


@pytest.mark.parametrize("page", PAGES, ids=of_each)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [
        f"{target.name}#{part}"
        for target, part in documents.links(page)
        if not target.exists() or (part and part not in documents.parts(target))
    ]
    assert not lost


def test_every_page_is_in_the_index() -> None:
    linked = {target for target, _ in documents.links(DOCS / "README.md")}
    pages = set(DOCS.rglob("*.md")) - {DOCS / "README.md"}
    assert not sorted(documents.name(page) for page in pages - linked)


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


@pytest.fixture(scope="module")
def known_commands() -> set[tuple[str, ...]]:
    """What `clipcart` understands."""
    cli = pytest.importorskip("clipcart.ops.cli").cli
    return set(commands(cli))


@pytest.mark.parametrize("page", PAGES, ids=of_each)
def test_commands_exist(page: Path, known_commands: set[tuple[str, ...]]) -> None:
    typed = documents.everything_typed(page)
    unknown = []
    for line in re.findall(
        r"(?<!-u )(?<!from )(?:^|(?<=[\s/]))clipcart((?: [a-z]+(?:-[a-z]+)*)+)", typed, re.MULTILINE
    ):
        words = tuple(line.split())
        if not any(words[: len(command)] == command for command in known_commands):
            unknown.append(line)
    assert not unknown


def test_every_command_is_documented(known_commands: set[tuple[str, ...]]) -> None:
    rows = documents.table("reference/commands.md", "Command")
    written = {tuple(re.findall(r"\b[a-z]+(?:-[a-z]+)*\b", row["Command"]))[1:] for row in rows}
    assert written == known_commands


@pytest.mark.parametrize("page", PAGES, ids=of_each)
def test_paths_exist(page: Path) -> None:
    lost = []
    for code in documents.codes(page):
        path = code.rstrip("/")
        first = path.split("/")[0]
        if not re.fullmatch(r"[\w./-]+", path) or "/" not in path or path.startswith((".", "/")):
            continue
        inside = (CLONE / "src" / "clipcart" / first).is_dir() and path.endswith(".py")
        root = CLONE if first in OUR_FOLDERS else CLONE / "src" / "clipcart"
        if (first in OUR_FOLDERS or inside) and not (root / path).exists():
            lost.append(path)
    assert not lost


@pytest.fixture(scope="module")
def addresses() -> set[str]:
    """Every address that clipcart answers, parameters as `*`."""
    main = pytest.importorskip("clipcart.main")
    found = set(PLUMBING)
    for route in main.routes():
        if isinstance(route, Router):
            found |= {route.path, *(each.path for each in route.routes)}
        else:
            found |= set(route.paths)
    return {PARAMETER.sub("*", address.rstrip("/") or "/") for address in found}


@pytest.mark.parametrize("page", PAGES, ids=of_each)
def test_addresses_are_answered(page: Path, addresses: set[str]) -> None:
    named = [
        code.removeprefix("GET ").removeprefix("POST ")
        for code in documents.codes(page)
        if re.fullmatch(r"(GET |POST )?/[\w/<>*-]*", code) and not code.startswith(OTHER_ROOTS)
    ]
    known = re.compile("|".join(re.escape(each).replace(r"\*", "[^/]+") for each in addresses))
    assert not [path for path in named if not known.fullmatch(path)]


def test_settings_are_documented_and_no_others() -> None:
    source = (CLONE / "src/clipcart/settings.py").read_text()
    known = set(VARIABLE.findall(source))
    rows = documents.table("reference/settings.md", "Variable")
    assert {row["Variable"] for row in rows} == known


@pytest.mark.parametrize("page", PAGES, ids=of_each)
def test_variables_exist(page: Path) -> None:
    places = [CLONE / "run", CLONE / "test", CLONE / ".ci/run", CLONE / "src/clipcart/settings.py"]
    places += [*CLONE.glob("tests/*.py"), *CLONE.glob("tests/*/conftest.py")]
    known = {variable for place in places for variable in VARIABLE.findall(place.read_text())}
    assert set(VARIABLE.findall(page.read_text())) <= known


def test_the_demo_accounts_exist() -> None:
    people = {person.email: person for person in world().people}
    text = (CLONE / "README.md").read_text()
    rows = re.findall(r"^\| an? (\w+), (\w+).*`(\S+@\S+)` \|", text, re.MULTILINE)
    assert [role for role, _, _ in rows] == ["buyer", "seller", "operator"]
    for role, called, email in rows:
        assert people[email].role == {"buyer": "shopper"}.get(role, role)
        assert people[email].name.split()[0] == called
    for page in PAGES:
        for email in re.findall(r"`(\w+@[\w.-]+\.example)`", page.read_text()):
            assert email in people, documents.name(page)
    assert f"`{PASSWORD}`" in text


def test_the_demo_shops_are_as_many_as_said() -> None:
    assert len(world().shops) == 15
    for page in ("README.md", "CHANGELOG.md"):
        assert "ifteen shops" in (CLONE / page).read_text()


def test_the_screenshot_is_there_and_small() -> None:
    picture = DOCS / "images" / "storefront.png"
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 400_000
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1280, 800)


def test_the_staircase_of_the_tour_is_the_contract() -> None:
    contract = (CLONE / "pyproject.toml").read_text()
    steps = re.findall(
        r'^    "(.+)",$', contract.split("layers = [")[1].split("]")[0], re.MULTILINE
    )
    exists = [
        [room for room in re.findall(r"\w+", step) if (CLONE / "src/clipcart" / room).is_dir()]
        for step in steps
    ]
    tour = (CLONE / "ARCHITECTURE.md").read_text().split("## The staircase")[1].split("```")[1]
    drawn = [line[:37].split() for line in tour.strip().splitlines()]
    assert drawn == [step for step in exists if step]
