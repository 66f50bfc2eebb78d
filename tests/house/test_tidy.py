"""Small files, short functions, one clock, one reader of settings, no floats near money."""

import pytest

from tests.house import tidy
from tests.house.tidy import CLONE, Rule, Source

ROOM = "src/clipcart/orders/actions.py"
STATEMENTS = "src/clipcart/orders/_sql.py"

RULES: dict[Rule, tuple[Source, Source]] = {
    # rule: (a file that breaks it, a file that keeps it)
    tidy.lines_are_short: (Source(ROOM, "a" * 101), Source(ROOM, "a" * 100)),
    tidy.files_are_short: (Source(ROOM, "a\n" * 401), Source(ROOM, "a\n" * 400)),
    tidy.functions_are_short: (
        Source(ROOM, "def f():\n" + "    a\n" * 60),
        Source(ROOM, "async def f():\n" + "    a\n" * 59),
    ),
    tidy.imports_stand_on_top: (
        Source(ROOM, "async def f():\n    if a:\n        from b import c"),
        Source(ROOM, "if TYPE_CHECKING:\n    from b import c"),
    ),
    tidy.nobody_reads_another_clock: (
        Source(ROOM, "a = dt.datetime.now(UTC)"),
        Source(ROOM, "a = tx.now\nb = time.monotonic()"),
    ),
    tidy.statements_ask_no_database_clock: (
        Source(STATEMENTS, 'A = query("select 1 where at < now()")'),
        Source(STATEMENTS, 'A = query("select 1 where at < :now")'),
    ),
    tidy.only_settings_read_the_environment: (
        Source(ROOM, "a = os.environ.get('B')"),
        Source("src/clipcart/settings.py", "a = os.environ.get('B')"),
    ),
    tidy.money_is_never_a_float: (
        Source(ROOM, "a: int = round(float(b))"),
        Source("src/clipcart/feed/model.py", "a = 0.5"),
    ),
    tidy.nothing_is_left_unfinished: (
        Source(ROOM, "# TO" + "DO: later"),
        Source(ROOM, "# done"),
    ),
}


def named(rule: Rule) -> str:
    return getattr(rule, "__name__", "rule")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_house_keeps(rule: Rule) -> None:
    faults = [fault for source in tidy.sources() for fault in rule(source)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_broken_rule_is_seen(rule: Rule) -> None:
    broken, kept = RULES[rule]
    assert list(rule(broken))
    assert not list(rule(kept))


def test_locks_pin_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (CLONE / name).read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in pin for pin in pins), f"{name}: something is not pinned"
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
    npm = (CLONE / "package-lock.json").read_text()
    assert '"integrity"' in npm
    assert "://" not in npm


def test_the_development_lock_agrees_with_the_runtime_lock() -> None:
    def pins(name: str) -> set[str]:
        lines = (CLONE / name).read_text().splitlines()
        return {line.rstrip(" \\") for line in lines if line[:1].isalnum()}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
