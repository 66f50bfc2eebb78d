"""Tenders: the ways in which one payment is paid, and the order in which money goes back. No I/O.

A payment is the sum of its tenders. What goes back, goes back over them: money first, and by the
way it came; vouchers last, since a voucher is the least of use to its owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clipcart.kit.errors import Problem
from clipcart.kit.money import Money, total


class TenderKind(StrEnum):
    """A way to pay. The order is the one in which money goes back."""

    CARD = "CARD"
    DEBIT = "DEBIT"
    BOLETO = "BOLETO"
    VOUCHER = "VOUCHER"


_BACK_ORDER: Final = {kind: place for place, kind in enumerate(TenderKind)}
_BY_WORD: Final = {kind.value.lower(): kind for kind in TenderKind}


@dataclass(frozen=True, slots=True)
class Tender:
    """An amount paid in one way; always more than nothing."""

    kind: TenderKind
    amount: Money


@dataclass(frozen=True, slots=True)
class PaidTender:
    """A tender of a payment, and how much of it has gone back or is on its way."""

    kind: TenderKind
    amount: Money
    returned: Money

    @property
    def left(self) -> Money:
        """How much can still go back over it."""
        return self.amount - self.returned


def kind_of(method: str) -> TenderKind:
    """The kind of a provider's token: its first word (`boleto_...`), else a card."""
    return _BY_WORD.get(method.partition("_")[0], TenderKind.CARD)


def tenders_of(method: str, amount: Money, tenders: Sequence[Tender]) -> tuple[Tender, ...]:
    """The tenders as given, else one of the method's kind; none for a payment of nothing."""
    if tenders or not amount.is_positive:
        return tuple(tenders)
    return (Tender(kind_of(method), amount),)


def tender_problems(tenders: Sequence[Tender], amount: Money) -> list[Problem | None]:
    """What is wrong with the tenders of a payment of this amount."""
    if not tenders:
        return []
    amounts = [tender.amount for tender in tenders]
    if any(each.currency != amount.currency for each in amounts):
        return [Problem("tenders", "All tenders have the payment's currency", "Use that currency")]
    return [
        None
        if all(each.is_positive for each in amounts)
        else Problem("tenders", "Each tender is more than nothing", "Leave the empty ones out"),
        None
        if total(amounts, amount.currency) == amount
        else Problem("tenders", "The tenders add up to the amount", "Correct their amounts"),
    ]


def over_tenders(
    kinds: Sequence[TenderKind], minors: Sequence[int], back: Sequence[int], minor: int
) -> list[int]:
    """How much of `minor` goes back over each tender, of which `back` is gone already.

    Money before vouchers, in the order of TenderKind; of one kind the first named first. Raises
    ValueError when more is to go back than is left of all.
    """
    shares = [0] * len(kinds)
    rest = minor
    for place in sorted(range(len(kinds)), key=lambda place: _BACK_ORDER[kinds[place]]):
        shares[place] = min(rest, minors[place] - back[place])
        rest -= shares[place]
    if rest:
        raise ValueError(f"{rest} more than is left of the tenders")
    return shares
