"""Examples of calls that work, one for each operation that is served; groups register theirs."""

import importlib
from collections.abc import Awaitable, Callable

from tests.open_api.bench import Bench, Example

Builder = Callable[[Bench], Awaitable[Example]]

EXAMPLES: dict[str, Builder] = {}

MODULES = (
    "event_examples",
    "finance_examples",
    "order_examples",
    "parcel_examples",
    "product_examples",
    "seller_examples",
)


def example(key: str) -> Callable[[Builder], Builder]:
    """Register the example of `GET /order/202309/orders`: the first version that is served."""

    def register(builder: Builder) -> Builder:
        assert key not in EXAMPLES, key
        EXAMPLES[key] = builder
        return builder

    return register


def every_example() -> dict[str, Builder]:
    """All of them."""
    for module in MODULES:
        importlib.import_module(f"tests.open_api.{module}")
    return EXAMPLES
