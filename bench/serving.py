"""The server with several worker processes, or under the profiler; else `clipcart serve` it is.

Run as `python -m bench.serving 2`. Where the home has a folder `profile`, each worker process
writes there what it spent its time on, when it ends.
"""

import cProfile
import os
import sys
import threading
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops

from bench.house import PROFILE
from clipcart import main
from clipcart.settings import read


def app() -> Any:
    """The application; profiled from its first breath to its last if so asked."""
    inside: Any = main.app()
    folder = read().home / PROFILE
    if not folder.is_dir():
        return inside
    profile = cProfile.Profile()

    async def profiled(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await inside(scope, receive, send)
            return

        async def heard() -> Any:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                profile.disable()
                profile.dump_stats(folder / str(os.getpid()))
            else:
                profile.enable()
            return message

        await inside(scope, heard, send)

    return profiled


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), 15)


def serve(workers: int) -> None:
    """As `clipcart serve` does, with so many worker processes."""
    settings = read()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    Granian(
        "bench.serving:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        loop=Loops.uvloop,
        workers=workers,
        backlog=2048,
        log_access=False,
        log_enabled=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
