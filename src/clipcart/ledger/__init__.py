"""Ledger: an exact book that knows nobody: balanced journals, balances, dated holds.

Owns      schema `ledger`
Calls     identity
Tells     HoldPlaced, HoldContested, HoldLifted
Promises  journals sum to zero; nothing posted is edited; a reference is posted once; holds end.
"""

from clipcart.ledger.actions import contest_hold, lift_hold, place_hold, post
from clipcart.ledger.errors import HoldIsOver, NoSuchHold
from clipcart.ledger.events import HoldContested, HoldLifted, HoldPlaced
from clipcart.ledger.model import (
    AccountTotal,
    Drift,
    Entry,
    Hold,
    HoldId,
    JournalDraft,
    PostedEntry,
    Standing,
    Unbalanced,
)
from clipcart.ledger.queries import (
    balance_as_of,
    balances,
    drifts,
    entries_of_order,
    held,
    holds,
    is_posted,
    journal_count,
    standings,
    totals_by_account,
    unbalanced,
)

__all__ = [
    "AccountTotal",
    "Drift",
    "Entry",
    "Hold",
    "HoldContested",
    "HoldId",
    "HoldIsOver",
    "HoldLifted",
    "HoldPlaced",
    "JournalDraft",
    "NoSuchHold",
    "PostedEntry",
    "Standing",
    "Unbalanced",
    "balance_as_of",
    "balances",
    "contest_hold",
    "drifts",
    "entries_of_order",
    "held",
    "holds",
    "is_posted",
    "journal_count",
    "lift_hold",
    "place_hold",
    "post",
    "standings",
    "totals_by_account",
    "unbalanced",
]
