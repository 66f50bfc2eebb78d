"""What can be wrong with a market or with a question about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clipcart.kit.errors import Kind, Problem, Refusal


class NoSuchMarket(Refusal):
    """There is no market with this id."""

    code = "markets.no_such_market"
    kind = Kind.ABSENT

    def __init__(self, market: str) -> None:
        super().__init__(market=market)


class NoSuchRegion(Refusal):
    """The market has no such state, province or prefecture, so no tax rate either."""

    code = "markets.no_such_region"
    kind = Kind.INVALID

    def __init__(self, market: str, region: str) -> None:
        super().__init__(market=market, region=region)


class MarketNotOpen(ValueError):
    """Rules were asked for before the market's first day: a defect of the caller."""

    def __init__(self, market: str, moment: datetime) -> None:
        super().__init__(f"market {market} had no rules yet at {moment.isoformat()}")


class InvalidMarketFile(ValueError):
    """A market file that cannot be used. Carries every problem at once, for the operator."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        lines = [f"  {problem.field}: {problem.rule}; {problem.cure}" for problem in problems]
        count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
        super().__init__("\n".join([f"{file} has {count}:", *lines]))
        self.file = file
        self.problems = tuple(problems)
