"""One run: what the workloads share."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import click
import msgspec

from bench import ceiling, wire
from bench.house import BenchFailed, House
from bench.report import Figure
from bench.world import World
from clipcart.kit.db import Tx
from clipcart.main import Installation


@dataclass(slots=True)
class Bench:
    """The house, the world in it, and how long to measure."""

    house: House
    installation: Installation
    world: World
    seconds: float
    warm_up_s: float
    quick: bool
    worker_during: bool
    settle_limit_s: float
    with_ceiling: bool
    copy_url: str | None
    """A copy of the loaded database for ceilings that write; None without ceilings."""
    order_counts: Sequence[int]
    figures: list[Figure] = field(default_factory=list)

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """Connections for looking around."""
        return self.installation.pool

    def send(
        self,
        scripts: Sequence[wire.Script],
        connections: int,
        *,
        seconds: float | None = None,
        once: bool = False,
        sample_every: int = 200,
    ) -> wire.Outcome:
        """Send a load to the server; every request must be answered."""
        outcome = wire.send(
            wire.Load(
                port=self.house.port,
                scripts=scripts,
                connections=connections,
                keys=secrets.token_hex(6),
                seconds=None if once else seconds or self.seconds,
                warm_up_s=0.0 if once else self.warm_up_s,
                sample_every=sample_every,
            )
        )
        if outcome.lost:
            raise BenchFailed(f"{outcome.lost} requests got no answer")
        return outcome

    async def read_ceiling(
        self, calls: Sequence[Callable[[Tx], Awaitable[object]]], connections: int
    ) -> float | None:
        """Reads a second of these calls' SQL without rooms and server."""
        if not self.with_ceiling:
            return None
        works = await ceiling.record(self.installation, calls)
        replay = ceiling.Replay(self.house.url, works, connections, min(self.seconds, 5.0))
        return ceiling.measure(replay, self.house.workers).per_second

    async def count(self, sql: str, *values: Any) -> int:
        """A single number from the database."""
        return int(await self.pool.fetchval(sql, *values))

    def add(self, figure: Figure) -> None:
        """Keep a figure, and show it at once."""
        self.figures.append(figure)
        click.echo("  ".join(cell for cell in figure.cells() if cell), err=True)
        for name, value in figure.checks.items():
            click.echo(f"      {name}: {value}", err=True)


def only(outcome: wire.Outcome, *statuses: int) -> None:
    """Raise BenchFailed for answers of another status."""
    other = {code: n for code, n in outcome.statuses.items() if code not in statuses}
    if other:
        shown = next((s.body[:300] for s in outcome.samples if s.status in other), b"")
        raise BenchFailed(f"answers that were not asked for: {other}; one said {shown!r}")


def json_of(sample: wire.Sample) -> Any:
    """The answer's contents."""
    try:
        return msgspec.json.decode(sample.body)
    except msgspec.DecodeError as error:
        raise BenchFailed(f"an answer is no JSON: {sample.body[:200]!r}") from error


def require(condition: bool, what: str) -> None:
    """Raise BenchFailed unless it is so."""
    if not condition:
        raise BenchFailed(what)
