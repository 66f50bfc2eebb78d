"""Words of setting up a shop: legal forms, papers, what a state means and what comes next. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from clipcart.kit.errors import Problem
from clipcart.markets import Rules
from clipcart.sellers import ChecklistItem, Requirement, RequirementState, ShopState

LEGAL_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "individual": "A person without a registered business",
        "sole_proprietor": "A sole proprietor",
        "corporation": "A corporation",
        "partnership": "A partnership",
    }
)
PAPERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity": "Your identity paper",
        "address_proof": "Proof of your address",
        "business_registration": "Business registration",
        "tax_registration": "Tax registration",
        "owners": "List of the owners",
        "representative_identity": "Identity paper of who signs",
        "bank_statement": "Bank statement",
    }
)
REQUIREMENTS: Final[Mapping[Requirement, tuple[str, str]]] = MappingProxyType(
    {
        Requirement.BUSINESS: ("Business data", "business"),
        Requirement.DOCUMENTS: ("Papers", "documents"),
        Requirement.BANK_ACCOUNT: ("Bank account", "bank-account"),
    }
)
"""Each requirement's name and the last part of its page's address."""

STATES: Final[Mapping[ShopState, tuple[str, str, str]]] = MappingProxyType(
    {
        ShopState.ONBOARDING: (
            "info",
            "Not open yet",
            "Hand in what is marked below. You can prepare products meanwhile.",
        ),
        ShopState.IN_REVIEW: (
            "wait",
            "We are looking at it",
            "Everything is handed in. You hear from us here; nothing is left to do.",
        ),
        ShopState.REJECTED: (
            "bad",
            "Something has to be handed in again",
            "The reason stands with it. Correct it, and it is looked at anew.",
        ),
        ShopState.LIVE: ("ok", "Your shop is open", "Buyers find it, and payouts have a target."),
        ShopState.SUSPENDED: (
            "bad",
            "Your shop is suspended",
            "Nothing is sold at the moment. Answer the marketplace's message, or write to it.",
        ),
    }
)
"""Tone, title and text of where a shop stands."""


def paper_word(kind: str) -> str:
    """A paper as people call it."""
    return PAPERS.get(kind, kind.replace("_", " ").capitalize())


def form_word(legal_form: str) -> str:
    """A legal form as people call it."""
    return LEGAL_FORMS.get(legal_form, legal_form.replace("_", " ").capitalize())


def papers_text(kinds: Sequence[str]) -> str:
    """`Needs: Business registration, tax registration.`"""
    named = [paper_word(kind) for kind in kinds]
    rest = [word[:1].lower() + word[1:] for word in named[1:]]
    return f"Needs: {', '.join([*named[:1], *rest])}."


def item_note(item: ChecklistItem) -> str:
    """Where a requirement stands: what is missing with its cure, or why it was refused."""
    match item.state:
        case RequirementState.APPROVED:
            return "Approved."
        case RequirementState.SUBMITTED:
            return "Handed in. An operator is looking at it."
        case RequirementState.REJECTED:
            return f"Refused: {item.reason}"
        case RequirementState.MISSING:
            return " ".join(map(_missing_text, item.missing))


def _missing_text(problem: Problem) -> str:
    if problem.field in PAPERS:
        return f"{paper_word(problem.field)} is missing: {problem.cure}."
    return f"{problem.rule[:1].upper()}{problem.rule[1:]}: {problem.cure}."


def hours(duration: timedelta) -> int:
    """A duration in whole hours."""
    return duration // timedelta(hours=1)


def free_cancel_choices(rules: Rules) -> tuple[tuple[int, str], ...]:
    """How long buyers may call an order off: the market's options."""
    return tuple(
        (count, "1 hour" if count == 1 else f"{count} hours")
        for count in map(hours, rules.free_cancel_options)
    )
