"""Rendering: templates see `page` and a handful of helpers; undefined names raise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clipcart.kit.money import Money
from clipcart.kit.text import texts

TEMPLATES = ("clipcart.web", "clipcart.ops")


@dataclass(frozen=True, slots=True)
class Notice:
    """A message above the page. `tone` is ok, wait, warn, bad, info or mute."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame around every page shows (web/templates/README.md)."""

    title: str
    path: str
    now: datetime
    description: str | None = None
    lang: str = "en"
    theme: str = "auto"
    notices: Sequence[Notice] = ()
    person_name: str | None = None
    query: str = ""
    cart_count: int = 0
    world: str | None = None
    nav: Sequence[Any] = ()
    shops: Sequence[Any] = ()
    staff_until: str | None = None


class Renderer:
    """Turns a template and a page into HTML. `asset_url` names the current file of an asset."""

    def __init__(self, asset_url: Callable[[str], str]) -> None:
        loaders: list[BaseLoader] = [PackageLoader(package, "templates") for package in TEMPLATES]
        self._environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=asset_url, icon=_icon_maker(asset_url), t=_text)

    def html(self, template: str, page: Any, *, csrf: str, timezone: str, language: str) -> str:
        """The page as HTML. Money and moments are written for `language` and `timezone`."""
        zone = ZoneInfo(timezone)
        return self._environment.get_template(template).render(
            page=page,
            csrf_field=lambda: Markup('<input type="hidden" name="_csrf" value="{}">').format(csrf),
            money=lambda amount: money_text(amount, language),
            when=lambda moment: when_text(moment, zone),
        )

    def names(self) -> list[str]:
        """Every template, for the test that compiles them all."""
        return self._environment.list_templates(extensions=["html"])

    def compile(self, name: str) -> None:
        """Parse one template; raises on a mistake."""
        self._environment.get_template(name)


def _icon_maker(asset_url: Callable[[str], str]) -> Callable[[str], Markup]:
    sprite = asset_url("icons.svg")

    def icon(name: str) -> Markup:
        return Markup(
            '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
        ).format(sprite, name)

    return icon


def _text(code: str) -> str:
    return texts().get(code, code)


def money_text(amount: Money, language: str = "en") -> str:
    """`$12.30`, `¥1,200`."""
    return amount.format(language)


def when_text(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon 2 Mar, 12:00`: a moment in the market's own time."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def errors_of(problems: Sequence[Any]) -> Mapping[str, str]:
    """Problems as field -> sentence, for forms. The first problem of a field is said."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, _problem_text(problem))
    return found


def _problem_text(problem: Any) -> str:
    """Rooms write `the name is missing` + `write it`; some give whole sentences already."""
    if problem.rule.endswith((".", "!", "?")):
        return f"{problem.rule} {problem.cure}"
    return f"{problem.rule[:1].upper()}{problem.rule[1:]}: {problem.cure}."
