"""The load: HTTP/1.1 over raw connections with requests that were built before.

It shares the machine with what it measures, so it does next to nothing: one process, one
protocol object per connection, no parsing beyond status and length. `bench.load` measures what
that costs against a responder that does nothing either.
"""

import asyncio
import itertools
import multiprocessing
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from time import perf_counter
from typing import cast

import uvloop

Step = tuple[bytes, bytes]
"""A request. When the second part is not empty, a fresh idempotency key goes between both."""

Script = tuple[Step, ...]
"""Requests that one client sends one after the other, as one piece of work."""

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
LOST_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What to send. With `seconds` scripts repeat for so long; without, each is sent once."""

    port: int
    scripts: Sequence[Script]
    connections: int
    keys: str
    """The beginning of idempotency keys; different in every run."""
    seconds: float | None = None
    warm_up_s: float = 0.0
    sample_every: int = 200


@dataclass(slots=True)
class Sample:
    """One answer, to be checked: the script's number, the step in it, status and body."""

    script: int
    step: int
    status: int
    body: bytes


@dataclass(slots=True)
class Outcome:
    """What came back."""

    seconds: float = 0.0
    """The time that was measured: after the warm-up, or from first request to last answer."""
    scripts: int = 0
    """Scripts finished within that time."""
    latencies_s: "array[float]" = field(default_factory=lambda: array("d"))
    """Of those scripts, whole."""
    step_s: "list[array[float]]" = field(default_factory=list)
    """Of every step of those scripts, by its place."""
    last_statuses: Counter[int] = field(default_factory=Counter)
    """Statuses of each script's last answer, those of warm-up and end included."""
    statuses: Counter[int] = field(default_factory=Counter)
    """Statuses of every answer."""
    samples: list[Sample] = field(default_factory=list)
    lost: int = 0
    """Requests whose connection ended without an answer."""

    @property
    def per_second(self) -> float:
        """Scripts a second."""
        return self.scripts / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency that `share` of the scripts did not exceed."""
        if not self.latencies_s:
            return 0.0
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def step_medians_ms(self) -> list[float]:
        """The middle latency of each step."""
        return [sorted(step)[len(step) // 2] * 1000 for step in self.step_s if step]


def request(
    method: str,
    path: str,
    *,
    headers: Sequence[str] = (),
    body: bytes | None = None,
    has_key: bool = False,
) -> Step:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    head = "\r\n".join(lines).encode()
    rest = END_OF_HEAD + (body or b"")
    return (head + b"\r\nIdempotency-Key: ", rest) if has_key else (head + rest, b"")


class _Driver:
    """Hands out scripts to clients and keeps what they saw."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.outcome = Outcome()
        self.begun = self.measured_from = perf_counter()
        self.until = float("inf")
        self.last_answer = self.begun
        self._numbers: Iterator[int] = (
            itertools.count() if load.seconds else iter(range(len(load.scripts)))
        )
        self._keys = itertools.count()
        self._answers = 0
        self._prefix = load.keys.encode() + b"-"
        longest = max(map(len, load.scripts))
        self.outcome.step_s = [array("d") for _ in range(longest if longest > 1 else 0)]

    def start(self) -> None:
        self.begun = perf_counter()
        self.measured_from = self.begun + self.load.warm_up_s
        if self.load.seconds:
            self.until = self.measured_from + self.load.seconds

    def next_script(self, now: float) -> int | None:
        """The number of the next script, or None at the end."""
        if now >= self.until:
            return None
        number = next(self._numbers, None)
        return None if number is None else number % len(self.load.scripts)

    def bytes_of(self, step: Step) -> bytes:
        before, after = step
        return before + self._prefix + b"%d" % next(self._keys) + after if after else before

    def answered(
        self, script: int, step: int, status: int, sent: float, body: Callable[[], bytes]
    ) -> None:
        self.outcome.statuses[status] += 1
        self._answers += 1
        if self.outcome.step_s:
            self.outcome.step_s[step].append(perf_counter() - sent)
        if self._answers % self.load.sample_every == 1 or self.load.sample_every == 1:
            self.outcome.samples.append(Sample(script, step, status, body()))

    def finished(self, status: int, begun: float, now: float) -> None:
        self.last_answer = now
        self.outcome.last_statuses[status] += 1
        if self.measured_from <= now <= self.until:
            self.outcome.scripts += 1
            self.outcome.latencies_s.append(now - begun)

    def close(self) -> Outcome:
        self.outcome.seconds = self.load.seconds or self.last_answer - self.begun
        return self.outcome


class _Client(asyncio.Protocol):
    """One connection: sends a request, waits for its whole answer, sends the next."""

    def __init__(self, driver: _Driver, done: "asyncio.Future[None]") -> None:
        self._driver = driver
        self._done = done
        self._buffer = b""
        self._need = 0
        self._body_at = 0
        self._script = 0
        self._steps: Script = ()
        self._step = 0
        self._begun = self._sent = 0.0
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def go(self) -> None:
        """Send the first request."""
        self._next_script(perf_counter())

    def _next_script(self, now: float) -> None:
        number = self._driver.next_script(now)
        self._busy = number is not None
        assert self._transport is not None
        if number is None:
            self._finish()
            return
        self._script, self._steps, self._step = number, self._driver.load.scripts[number], 0
        self._begun = self._sent = now
        self._transport.write(self._driver.bytes_of(self._steps[0]))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._need:
            end = self._buffer.find(END_OF_HEAD)
            if end < 0:
                return
            self._body_at = end + len(END_OF_HEAD)
            self._need = self._body_at + _length(self._buffer[:end])
        if len(self._buffer) >= self._need:
            self._answer()

    def _answer(self) -> None:
        buffer, at, self._buffer, self._need = self._buffer, self._body_at, b"", 0
        status = int(buffer[9:12])
        driver = self._driver
        driver.answered(self._script, self._step, status, self._sent, lambda: buffer[at:])
        self._step += 1
        if self._step < len(self._steps) and status < 400:
            assert self._transport is not None
            self._sent = perf_counter()
            self._transport.write(driver.bytes_of(self._steps[self._step]))
            return
        now = perf_counter()
        driver.finished(status, self._begun, now)
        self._next_script(now)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._busy:
            self._driver.outcome.lost += 1
        self._finish()

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    if at < 0:
        at = head.lower().find(LENGTH)
    if at < 0:
        if b"chunked" in head.lower():
            raise ValueError("the load generator does not read chunked answers")
        return 0
    end = head.find(b"\r\n", at)
    return int(head[at + len(LENGTH) : end if end >= 0 else len(head)])


async def drive(load: Load) -> Outcome:
    """Send the load from this process."""
    loop = asyncio.get_running_loop()
    driver = _Driver(load)
    waits: list[asyncio.Future[None]] = []
    clients: list[_Client] = []
    for _ in range(load.connections):
        done: asyncio.Future[None] = loop.create_future()
        _, client = await loop.create_connection(
            lambda done=done: _Client(driver, done),  # type: ignore[misc]
            "127.0.0.1",
            load.port,
        )
        waits.append(done)
        clients.append(client)
    driver.start()
    for client in clients:
        client.go()
    longest = None if load.seconds is None else load.warm_up_s + load.seconds + LOST_LIMIT_S
    _, hanging = await asyncio.wait(waits, timeout=longest)
    driver.outcome.lost += len(hanging)
    return driver.close()


def _in_child(load: Load, pipe: "Connection[Outcome, Outcome]") -> None:
    pipe.send(uvloop.run(drive(load)))
    pipe.close()


def send(load: Load) -> Outcome:
    """Send the load from a process of its own, and wait for the end."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_in_child, args=(load, theirs))
    child.start()
    theirs.close()
    try:
        outcome: Outcome = ours.recv()
    except EOFError as error:
        raise RuntimeError("the load generator ended without a result") from error
    finally:
        child.join(10)
        if child.is_alive():
            child.kill()
    return outcome
