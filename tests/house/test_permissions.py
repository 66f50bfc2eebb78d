"""Who may do what, as a table: a change of any rule shows in a diff that a reviewer reads."""

import ast

from clipcart.identity import policy_table
from tests.house.snapshots import CLONE, kept, permissions
from tests.house.test_statements import import_everything

HINT = "accept by: python -m tests.house.snapshots"


def test_the_table_is_the_one_that_was_reviewed() -> None:
    assert permissions() == kept("tests/house/permissions.txt"), HINT


def test_every_predicate_of_a_policy_is_in_the_table() -> None:
    import_everything()
    known = {(r.predicate.__module__, r.predicate.__name__) for r in policy_table.values()}
    missing = []
    for file in sorted((CLONE / "src/clipcart").glob("*/policy.py")):
        module = f"clipcart.{file.parent.name}.policy"
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("may_"):
                continue
            if (module, node.name) not in known:
                missing.append(f"{module}.{node.name}")
    assert missing == []


def test_rules_say_who_in_words() -> None:
    import_everything()
    for rule in policy_table.values():
        assert len(rule.who) > 5
        assert rule.predicate.__doc__, rule.action
