"""The earliest deadline of every sweep, read in one round trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from clipcart.kit.db import Tx
from clipcart.kit.jobs import Sweep
from clipcart.kit.sql import compose


class _Row(NamedTuple):
    earliest: list[datetime | None]


class Deadlines:
    """What is due next, sweep by sweep."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        if named := [sweep.name for sweep in sweeps if sweep.earliest.parameters]:
            raise ValueError(f"the earliest deadline of {named} depends on parameters")
        self._sweeps = sweeps
        parts = ", ".join(f"({sweep.earliest.sql})" for sweep in sweeps)
        self._query = compose(
            f"select array[{parts}]::timestamptz[] as earliest",
            _Row,
            module=__name__,
            scatter="the earliest deadline of every shop",
            register=False,
        )

    async def read(self, tx: Tx) -> list[tuple[Sweep, datetime | None]]:
        """Each sweep with its earliest deadline; None where nothing waits."""
        row = await tx.one(self._query)
        return [
            (sweep, None if found is None or found.year == datetime.max.year else sweep.due(found))
            for sweep, found in zip(self._sweeps, row.earliest, strict=True)
        ]
