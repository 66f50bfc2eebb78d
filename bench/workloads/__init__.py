"""The workloads, by name, in the order in which they run."""

from collections.abc import Awaitable, Callable, Mapping

from bench.bench import Bench
from bench.workloads import flash, limits, purchases, reading, selling, signed, steps

WORKLOADS: Mapping[str, Callable[[Bench], Awaitable[None]]] = {
    "limit": limits.load_limit,
    "w1": reading.products,
    "w2": reading.lists,
    "w3": purchases.one_call,
    "w3steps": steps.step_by_step,
    "w4": flash.flash,
    "memory": limits.memory,
    "w5": selling.newest_orders,
    "w6": signed.signed_calls,
}
