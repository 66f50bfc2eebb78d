"""What to do when something is red: the short text that the page itself shows.

The long ones, for people and for printing, are docs/operate/*.md; a test keeps both lists equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Runbook:
    """What it means, what to do in which order, and the document that says more."""

    title: str
    meaning: str
    steps: tuple[str, ...]
    document: str


MONEY: Final = Runbook(
    "The books do not agree",
    "An amount in the ledger differs from statements, provider or bank. Nothing is lost by "
    "waiting; paying out on wrong books may be.",
    (
        "Look whether facts wait to be delivered. If so, mend that first and prove again: what is "
        "under way shows as a difference.",
        "Open the money page. It names the orders and shops that break a sum.",
        "Look up each order there: the story tells which step is missing, the entries which "
        "account is off.",
        "Replay what was given up for it (jobs in the lane money, deliveries to settlement).",
        "Correct with an adjustment only when the cause is known. Entries are never edited.",
    ),
    "money.md",
)
FACTS: Final = Runbook(
    "Facts wait to be delivered",
    "Something happened, and the rooms that should follow have not heard of it: paid orders may "
    "not be released, statements not written.",
    (
        "Check that a worker runs: `clipcart worker`, or `clipcart up`, which starts one.",
        "Look into its log for `round_failed`: it names the outage.",
        "If the worker is fine and the number falls, it is catching up; wait.",
        "If the number grows while the worker is busy, one subscriber is slow: the log's "
        "`fact_failed` lines and the database's running statements say which.",
    ),
    "queues.md",
)
JOBS: Final = Runbook(
    "Jobs are late",
    "Work that was due has not run: payments are not asked for, e-mails not sent, labels not "
    "bought. The lane says which.",
    (
        "Check that a worker runs and can reach the outside: provider, carrier, mail server.",
        "Open Jobs, Failing: the error of the last attempt stands beside each.",
        "Jobs that fail are tried again by themselves, with growing pauses.",
    ),
    "queues.md",
)
GRAVEYARD: Final = Runbook(
    "Something was given up",
    "A job or a delivery failed as often as it may. Nothing more happens on its own.",
    (
        "Read the error. An outage that is over: replay.",
        "The same error for all of a kind: find the cause first, then replay all of that kind.",
        "Replaying is safe: every job and subscriber does its work once, however often it is "
        "started.",
        "Delete a job only when its work was done by hand or must not be done; the reason is kept.",
    ),
    "graveyard.md",
)
FAILING: Final = Runbook(
    "Attempts fail",
    "Jobs or deliveries failed and will be tried again. One or two are weather; many of one kind "
    "are an outage.",
    (
        "Open Jobs, Failing, and compare the errors.",
        "If an outside service is down, tell its operator; nothing is lost meanwhile.",
    ),
    "queues.md",
)
VERIFICATION: Final = Runbook(
    "Shops wait for a decision",
    "A seller has handed in everything and cannot sell until somebody decides.",
    (
        "Open Verification; the longest waiting comes first.",
        "Compare legal name, documents and account holder, then approve, or refuse with a reason "
        "that says what to hand in instead.",
    ),
    "verification.md",
)
EXCEPTIONS: Final = Runbook(
    "The payment provider said something that does not fit",
    "It was not booked. Money may be at the provider that the books do not know.",
    (
        "Open Payment exceptions and follow the advice beside each.",
        "Note how it was solved; the note is kept with your name.",
    ),
    "money.md",
)

RUNBOOKS: Final[Mapping[str, Runbook]] = MappingProxyType(
    {
        "money": MONEY,
        "facts": FACTS,
        "jobs": JOBS,
        "graveyard": GRAVEYARD,
        "failing": FAILING,
        "verification": VERIFICATION,
        "exceptions": EXCEPTIONS,
    }
)
