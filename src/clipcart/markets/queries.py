"""The markets that this installation knows."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

from clipcart.markets.errors import NoSuchMarket
from clipcart.markets.loading import load
from clipcart.markets.model import Market


@cache
def _known() -> MappingProxyType[str, Market]:
    folder = files("clipcart.markets") / "files"
    found = [load(file) for file in folder.iterdir() if file.name.endswith(".toml")]
    return MappingProxyType({market.id: market for market in sorted(found, key=lambda m: m.id)})


def get(market_id: str) -> Market:
    """The market of this id, such as "us". Raises NoSuchMarket."""
    market = _known().get(market_id)
    if market is None:
        raise NoSuchMarket(market_id)
    return market


def all_markets() -> tuple[Market, ...]:
    """All markets, by id."""
    return tuple(_known().values())
