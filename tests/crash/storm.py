"""The storm: rounds in which something is killed while everybody buys, ships, pays and settles.

A storm has epochs. An epoch is a fresh copy of the settled world and a number of rounds; at its
end everything comes to rest and is proved. Its seed alone repeats its choices.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from clipcart.kit.clock import stopwatch
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from tests.crash.crowd import Crowd, Told, gather_cast
from tests.crash.invariants import broken_at_rest, broken_now
from tests.crash.wreck import AWAY, SERVER, WORKERS, Broken, Wreck

TARGETS = {
    SERVER: 3,
    "serving process": 1,
    WORKERS[0]: 2,
    WORKERS[1]: 2,
    "postgres": 3,
    "backend": 1,
    "everything": 1,
}
"""What is killed, and how often compared with the others."""

LONGEST_WAIT_S = 1.2
WATCHERS_PATIENCE_S = 8.0
"""A serving process that dies twice within less than this is given up by its watcher."""
BACK_LIMIT_S = 120
"""Coming back takes seconds, which are measured; this long only a machine that does other work."""
ROUND_LIMIT_S = 240
REST_LIMIT_S = 180
COARSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Round:
    """One kill: what, how long until somebody was sold something again, and what is wrong."""

    number: int
    target: str
    back_s: float
    purchases: int
    broken: tuple[str, ...]


@dataclass
class Epoch:
    """What an epoch came to."""

    seed: int
    rounds: list[Round] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    broken: tuple[str, ...] = ()
    days: float = 0

    @property
    def holds(self) -> bool:
        """Nothing was wrong, at any moment and at the end."""
        return not self.broken and not any(each.broken for each in self.rounds)

    @property
    def kills(self) -> Counter[str]:
        """How often what was killed."""
        return Counter(each.target for each in self.rounds)


@dataclass
class Storm:
    """Rounds on a wreck. `stride` is the mean time by which the clock moves in a round."""

    wreck: Wreck
    stride: timedelta = timedelta(hours=10)
    rest: timedelta = timedelta(days=75)
    tell: Callable[[Round], None] = lambda _round: None
    _served_at: float = -WATCHERS_PATIENCE_S

    async def epoch(self, epoch: Epoch, rounds: int) -> Epoch:
        """Run one epoch on a fresh copy of the world, and write down what it came to."""
        chance = random.Random(epoch.seed)
        await self.wreck.fresh(f"crash_{epoch.seed}")
        installation = await self.wreck.open()
        try:
            cast = await gather_cast(installation, self.wreck)
            await self.wreck.start_all()
            begun = await Engine(installation.db, installation.wiring).now()
            crowd = Crowd(self.wreck, installation, cast, chance, epoch.told)
            crowd.come()
            for number in range(1, rounds + 1):
                async with asyncio.timeout(ROUND_LIMIT_S):
                    done = await self._round(number, installation, crowd, chance)
                epoch.rounds.append(done)
                self.tell(done)
            await crowd.leave()
            epoch.broken = tuple(await self._come_to_rest(installation, crowd))
            ended = await Engine(installation.db, installation.wiring).now()
            epoch.days = (ended - begun) / timedelta(days=1)
        finally:
            for name in list(self.wreck.processes):
                await self.wreck.kill(name)
            await installation.close()
        return epoch

    async def _round(
        self, number: int, installation: Installation, crowd: Crowd, chance: random.Random
    ) -> Round:
        target = chance.choices(list(TARGETS), list(TARGETS.values()))[0]
        hours = chance.uniform(0, 2) * (self.stride / timedelta(hours=1))
        await asyncio.sleep(chance.uniform(0, LONGEST_WAIT_S / 2))
        await self._move_clock(installation, timedelta(hours=hours))
        await asyncio.sleep(chance.uniform(0, LONGEST_WAIT_S / 2))
        begun = stopwatch()
        await self._strike(target, chance.randrange(1000), chance.uniform(0, 0.3))
        before = len(crowd.told.purchases)
        while len(crowd.told.purchases) == before:
            crowd.check()
            self.wreck.check_alive()
            if stopwatch() - begun > BACK_LIMIT_S:
                raise Broken(f"after {target} was killed, nothing is sold for {BACK_LIMIT_S} s")
            await asyncio.sleep(0.02)
        back_s = stopwatch() - begun
        found = [*await self._looked(installation, crowd.told), *crowd.told.take_troubles()]
        return Round(number, target, back_s, len(crowd.told.purchases), tuple(found))

    async def _strike(self, target: str, place: int, gap_s: float) -> None:
        """Kill it; what does not come back by itself is started again after a moment."""
        wreck = self.wreck
        if target == "serving process":
            # The watcher starts it again, but gives up on one that dies again at once: then the
            # whole server ends, for whoever started it to start it again, as here.
            if stopwatch() - self._served_at < WATCHERS_PATIENCE_S:
                await wreck.kill(SERVER)
                await wreck.start(SERVER)
            else:
                wreck.kill_serving()
            self._served_at = stopwatch()
        elif target == "backend":
            wreck.kill_backend(place)
        elif target == "postgres":
            wreck.kill_postgres()
            await asyncio.sleep(gap_s)
            await wreck.start_postgres()
        elif target == "everything":
            wreck.kill_postgres()
            for name in (SERVER, *WORKERS):
                await wreck.kill(name)
            await wreck.start_postgres()
            for name in (SERVER, *WORKERS):
                await wreck.start(name)
        else:
            await wreck.kill(target)
            await asyncio.sleep(gap_s)
            await wreck.start(target)

    async def _move_clock(self, installation: Installation, by: timedelta) -> None:
        engine = Engine(installation.db, installation.wiring)
        while True:
            with contextlib.suppress(*AWAY):
                await engine.move_to(await engine.now() + by)
                return
            await asyncio.sleep(0.05)

    async def _looked(self, installation: Installation, told: Told) -> list[str]:
        while True:
            with contextlib.suppress(*AWAY):
                return await broken_now(installation, told)
            await asyncio.sleep(0.05)

    async def _come_to_rest(self, installation: Installation, crowd: Crowd) -> list[str]:
        """Workers finish what is due; then time passes until nothing is under way."""
        await self._await_quiet(installation)
        await self.wreck.stop(*(name for name in WORKERS if name in self.wreck.processes))
        engine = Engine(installation.db, installation.wiring, concurrent=False)
        await engine.advance(self.rest, grain=COARSE)
        return [*await broken_at_rest(installation, crowd.told), *crowd.told.take_troubles()]

    async def _await_quiet(self, installation: Installation) -> None:
        """Until no fact waits and no job is due: by the workers alone, with nobody's help."""
        begun = stopwatch()
        while True:
            with contextlib.suppress(*AWAY):
                waiting = await installation.pool.fetchval(
                    """select (select count(*) from kit.event_pending)
                        + (select count(*) from kit.job j cross join kit.clock c
                            where j.state = 'queued' and j.run_at <=
                                clock_timestamp() + c.offset_us * interval '1 microsecond')"""
                )
                if not waiting:
                    return
            if stopwatch() - begun > REST_LIMIT_S:
                rows = await installation.pool.fetch(
                    "select kind, attempts, leased_until, error from kit.job "
                    "where state = 'queued' order by run_at limit 5"
                )
                first = [dict(row) for row in rows]
                raise Broken(f"{waiting} facts and jobs wait after {REST_LIMIT_S} s: {first}")
            await asyncio.sleep(0.1)
