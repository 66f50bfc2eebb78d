"""A process that buys what a file says, until everything was answered: for the crash test to kill.

It says `ready` when it begins and then, per answer, the key and the purchase. A new process asks
for everything again, as buyers do who heard nothing: with the same keys, in another order.
"""

import asyncio
import contextlib
import pickle
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from clipcart import checkout
from clipcart.main import Installation, open_installation
from clipcart.settings import read

OUTAGE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def buy(counter: checkout.Counter, request: checkout.PlaceRequest) -> None:
    """Ask until there is an answer: with the same key, nothing happens twice."""
    while True:
        with contextlib.suppress(*OUTAGE):
            placed = await counter.place(request)
            print(request.key, placed.purchase_id, flush=True)
            return
        await asyncio.sleep(0.1)


async def opened() -> Installation:
    """The installation, as soon as its database answers."""
    settings = read()
    while True:
        with contextlib.suppress(*OUTAGE):
            return await open_installation(settings, settings.database_url or "")
        await asyncio.sleep(0.1)


async def main(requests: Sequence[checkout.PlaceRequest], chance: random.Random) -> None:
    """Everybody comes to the counter, a few at a time."""
    installation = await opened()
    counter = checkout.Counter(installation.db, batch=8)
    print("ready", flush=True)
    async with asyncio.TaskGroup() as crowd:
        for request in chance.sample(requests, len(requests)):
            crowd.create_task(buy(counter, request))
            if chance.random() < 0.5:
                await asyncio.sleep(chance.uniform(0.0, 0.03))
    await installation.close()


if __name__ == "__main__":
    wanted = pickle.loads(Path(sys.argv[1]).read_bytes())
    asyncio.run(main(wanted, random.Random(int(sys.argv[2]))))
