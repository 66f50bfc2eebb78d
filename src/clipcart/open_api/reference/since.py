"""Since which version of clipcart an operation is served.

`served_since.json` is kept by `python -m tests.house.snapshots`: what is served and not in it yet
is served from the version that is being made.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources as package_files
from pathlib import Path
from typing import Final

import msgspec

from clipcart.open_api.contract import Resource
from clipcart.open_api.registry import everything_served

FILE: Final = Path(str(package_files.files(__package__).joinpath("served_since.json")))


@cache
def served_since() -> Mapping[str, str]:
    """Versions of clipcart by handler: `GET /order/202309/orders`."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, str])


def since_of(resource: Resource) -> str:
    """The version of clipcart that first answered some version of it; empty: none does."""
    keys = [each.key for each in everything_served() if each.resource == resource]
    known = served_since()
    return min((known[key] for key in keys if key in known), default="")
