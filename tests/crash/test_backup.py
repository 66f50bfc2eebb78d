"""A backup that is taken while purchases run restores to books that agree."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from clipcart import inventory
from clipcart.kit.postgres import Embedded
from clipcart.main import open_installation
from tests.crash.crowd import Crowd, gather_cast
from tests.crash.wreck import SERVER, SMALL, WORKERS, new_folder, wreck_in

LIMIT_S = 40
BEFORE = 25


async def clipcart(url: str, home: Path, *arguments: str) -> str:
    """A command, as an operator runs it; gives what it said."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "clipcart.ops.cli", *arguments],
        env={**os.environ, "CLIPCART_HOME": str(home), "CLIPCART_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_a_backup_under_load_restores_to_books_that_agree(home: Path) -> None:
    with new_folder("backup") as folder:
        async with wreck_in(folder, home) as wreck:
            await wreck.fresh("busy")
            installation = await wreck.open()
            crowd = Crowd(
                wreck, installation, await gather_cast(installation, wreck), random.Random(1)
            )
            for name in (SERVER, WORKERS[0]):
                await wreck.start(name)
            await wreck.await_ready()
            crowd.come()
            async with asyncio.timeout(LIMIT_S):
                await crowd.told.reaches(BEFORE)
            known = dict(crowd.told.purchases)
            file = folder / "busy.dump"
            said = await clipcart(wreck.url, home, "db", "backup", str(file))
            assert "Backed up" in said
            assert len(crowd.told.purchases) > len(known), "nobody bought during the backup"
            await crowd.leave()
            await installation.close()
        with Embedded(folder / "elsewhere", SMALL) as elsewhere:
            url = elsewhere.url()
            assert "Restored" in await clipcart(url, home, "db", "restore", "--yes", str(file))
            restored = await open_installation(wreck.settings, url)
            try:
                rows = await restored.pool.fetch("select key from checkout.purchase")
                bought = {row["key"].removeprefix("api:") for row in rows}
                assert known.keys() <= bought <= crowd.told.purchases.keys()
                # What was under way goes on where the backup was taken.
                await restored.engine.settle()
                async with restored.db.snapshot() as tx:
                    assert await inventory.audit(tx) == []
            finally:
                await restored.close()
            assert "The books agree" in await clipcart(url, home, "ledger", "prove")
