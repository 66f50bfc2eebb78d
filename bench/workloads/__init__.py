"""The workloads, by name."""

from collections.abc import Awaitable, Callable, Mapping

from bench.bench import Bench
from bench.workloads import purchases, reading

WORKLOADS: Mapping[str, Callable[[Bench], Awaitable[None]]] = {
    "w1": reading.products,
    "w2": reading.lists,
    "w3": purchases.one_call,
}
