"""What the bench itself can do, and what the installation takes: load limit, memory."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection

import psutil
import uvloop

from bench import wire
from bench.bench import Bench
from bench.report import Figure
from bench.wire import Load, request

CONNECTIONS = 16
AIM_MB = 300
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1200\r\n\r\n" + (
    b"x" * 1200
)


class _Trivial(asyncio.Protocol):
    """Answers anything with the same bytes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            self._transport.write(ANSWER)  # type: ignore[attr-defined]


async def _respond(pipe: "Connection[int, int]") -> None:
    server = await asyncio.get_running_loop().create_server(_Trivial, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _in_child(pipe: "Connection[int, int]") -> None:
    uvloop.run(_respond(pipe))


async def load_limit(bench: Bench) -> None:
    """How many requests a second the load generator manages against a responder of no cost."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(theirs,), daemon=True)
    child.start()
    try:
        load = Load(
            port=ours.recv(),
            scripts=[(request("GET", "/api/v1/products/1/2"),)],
            connections=CONNECTIONS,
            keys="",
            seconds=min(bench.seconds, 3.0),
            warm_up_s=0.2,
        )
        outcome = wire.send(load)
        spent = psutil.Process(child.pid).cpu_times()
    finally:
        child.terminate()
        child.join(10)
    bench.add(
        Figure(
            "limit",
            "the load generator against a responder that does nothing",
            outcome.per_second,
            "/s",
            outcome.percentile_ms(0.5),
            outcome.percentile_ms(0.99),
            checks={
                "responder's own microseconds an answer": (spent.user + spent.system)
                / max(1, outcome.statuses[200])
                * 1e6
            },
        )
    )


async def memory(bench: Bench) -> None:
    """Memory of server and worker after a load, without PostgreSQL."""
    bench.house.start_worker()
    shelves = bench.world.shelves
    scripts: list[wire.Script] = [
        (request("GET", f"/api/v1/products/{shelf.shop_id}/{shelf.product_id}"),)
        for shelf in shelves
    ]
    bench.send(scripts, CONNECTIONS, seconds=min(bench.seconds, 3.0))
    proportional, resident = bench.house.memory_mb()
    bench.add(
        Figure(
            "memory",
            "server and worker after the loads (proportional set size)",
            proportional,
            "MB",
            aim=f"{AIM_MB} MB",
            reached=proportional < AIM_MB,
            checks={"sum of resident set sizes, MB": resident},
        )
    )
