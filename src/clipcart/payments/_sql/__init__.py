"""Statements of payments. The test provider's own are in adapters/_sql.py."""

from collections.abc import Iterable


def array_text(values: Iterable[int | str]) -> str:
    """An array of numbers or plain words as PostgreSQL writes it, for arrays of arrays."""
    return "{" + ",".join(map(str, values)) + "}"
