"""Facts are documented, settings name their variables and defaults, commands explain themselves.

That the pages of settings and commands are complete is said in test_docs.py.
"""

import re
from dataclasses import fields

import click

from clipcart.ops.cli import cli
from clipcart.settings import Settings, read
from tests.house.snapshots import CLONE, events, kept

ROW = re.compile(r"^\| `(CLIPCART_\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
DEFAULTS = {
    "CLIPCART_HOST": "host",
    "CLIPCART_PORT": "port",
    "CLIPCART_MARKET": "market",
    "CLIPCART_POOL_SIZE": "pool_size",
    "CLIPCART_WEB_PROCESSES": "web_processes",
    "CLIPCART_PAYMENT_PROVIDER": "payment_provider",
    "CLIPCART_MAIL_FROM": "mail_from",
}


def test_every_fact_is_documented() -> None:
    assert events() == kept("docs/reference/events.md"), "python -m tests.house.snapshots"


def test_every_setting_has_the_default_that_its_page_says() -> None:
    rows = {
        name: (default, meaning)
        for name, default, meaning in ROW.findall(kept("docs/reference/settings.md"))
    }
    assert len(rows) == len(fields(Settings))
    assert all(len(meaning) > 10 for _, meaning in rows.values())
    defaults = read({})
    for name, field in DEFAULTS.items():
        assert rows[name][0].strip("` ") == str(getattr(defaults, field))


def test_the_class_names_the_variable_of_each_field() -> None:
    told = re.findall(
        r'^    """(CLIPCART_\w+)', (CLONE / "src/clipcart/settings.py").read_text(), re.MULTILINE
    )
    assert len(told) == len(set(told)) == len(fields(Settings))


def leaves(group: click.Group, before: str = "clipcart") -> dict[str, click.Command]:
    """Every command that does something, by what one types."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        typed = f"{before} {name}"
        found |= leaves(command, typed) if isinstance(command, click.Group) else {typed: command}
    return found


def test_every_command_explains_itself_and_its_options() -> None:
    commands = leaves(cli)
    assert len(commands) > 10
    for typed, command in commands.items():
        assert command.help, typed
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{typed} {parameter.name}"
