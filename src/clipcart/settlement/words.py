"""The sentences of the story of an order's money: keys and facts, words in `texts/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from clipcart.kit.ids import OrderId, ShopId
from clipcart.kit.money import Money

Fact = Money | datetime | date | str | int


@cache
def _texts(language: str) -> Mapping[str, str]:
    """The sentences in a language such as `pt-BR`, in `pt`, else in English."""
    texts = resources.files("clipcart").joinpath("texts")
    files = [
        texts.joinpath(each, "money", "settlement.toml")
        for each in (language, language.partition("-")[0], "en")
    ]
    return tomllib.loads(next(file for file in files if file.is_file()).read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class MoneyStep:
    """One thing that happened to the money of an order, or will. `key` names the sentence."""

    key: str
    is_done: bool
    at: datetime | None
    facts: Mapping[str, Fact]
    zone: ZoneInfo = field(repr=False)

    def sentence(self, language: str = "en") -> str:
        """The step in words, days in the market's time zone."""
        told = {name: self._say(fact, language) for name, fact in self.facts.items()}
        return _texts(language)[self.key].format(**told)

    def _say(self, fact: Fact, language: str) -> str:
        if isinstance(fact, Money):
            return fact.format(language)
        if isinstance(fact, datetime):
            local = fact.astimezone(self.zone)
            return f"{local.day} {local:%B %Y}"
        if isinstance(fact, date):
            return f"{fact.day} {fact:%B %Y}"
        return str(fact)


@dataclass(frozen=True, slots=True)
class MoneyStory:
    """Where the money of an order is: what happened, what is to come, and when it is expected.

    `expected_at` is when the bank should have it: None once it does, or when no day can be named.
    `could_move` says what would change that.
    """

    shop_id: ShopId
    order_id: OrderId
    steps: tuple[MoneyStep, ...]
    expected_at: datetime | None
    could_move: tuple[MoneyStep, ...]

    def sentences(self, language: str = "en") -> tuple[str, ...]:
        """The whole story in words."""
        return tuple(each.sentence(language) for each in (*self.steps, *self.could_move))
