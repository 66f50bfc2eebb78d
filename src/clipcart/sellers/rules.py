"""What is wrong with what a seller hands in: pure checks, every problem at once."""

import re
from dataclasses import asdict
from datetime import date
from typing import Final

from clipcart import markets
from clipcart.kit.errors import Problem
from clipcart.markets import Rules
from clipcart.sellers.model import Business, NewBankAccount, NewDocument

CONTENT_TYPES: Final = ("application/pdf", "image/jpeg", "image/png")
_NUMBER: Final = re.compile(r"[A-Z0-9]{4,34}")
_ROUTING: Final = re.compile(r"[A-Za-z0-9 -]{3,20}")
_TAX_NUMBER: Final = re.compile(r"[A-Za-z0-9./ -]{4,30}")
_LONGEST: Final = 200


def business_problems(rules: Rules, business: Business) -> list[Problem | None]:
    """Legal form, names, tax number, and the address by the market's rules."""
    forms = tuple(rules.documents_required)
    # A registered address has no addressee of its own: it is the business.
    address = {**asdict(business), "name": business.legal_name}
    return [
        None
        if business.legal_form in forms
        else Problem("legal_form", "it is no legal form here", f"choose one of {', '.join(forms)}"),
        _text("legal_name", business.legal_name, "write the name exactly as it is registered"),
        None
        if _TAX_NUMBER.fullmatch(business.tax_number)
        else Problem(
            "tax_number",
            "it is no tax number",
            "write its 4 to 30 letters and digits as on the certificate",
        ),
        _text("representative", business.representative, "name who signs for the business"),
        *(
            problem
            for problem in markets.address_problems(rules, address)
            if problem.field != "name"
        ),
    ]


def document_problems(rules: Rules, new: NewDocument, *, today: date) -> list[Problem | None]:
    """Kind, type, size and expiry. Pictures of screens and cut papers are for operators to see."""
    kinds = sorted({kind for form in rules.documents_required.values() for kind in form})
    limit = rules.document_bytes_max
    return [
        None
        if new.kind in kinds
        else Problem("kind", "no such paper is asked for", f"choose one of {', '.join(kinds)}"),
        None
        if new.content_type in CONTENT_TYPES
        else Problem("file", "it is neither PDF, JPEG nor PNG", "save it as one of these"),
        None
        if 0 < new.size_bytes <= limit
        else Problem(
            "file",
            f"it is empty or larger than {limit // 1_000_000} MB",
            "scan it at a lower resolution",
        ),
        None
        if new.expires_on is None or new.expires_on >= today
        else Problem("expires_on", "the paper has expired", "hand in one that is still good"),
    ]


def bank_problems(new: NewBankAccount) -> list[Problem | None]:
    """Names and the shape of the codes. Whether the account exists, the first payout tells."""
    return [
        _text("holder_name", new.holder_name, "write the holder's name as the bank has it"),
        _text("bank_name", new.bank_name.strip(), "write the name of the bank"),
        None
        if _ROUTING.fullmatch(new.routing_code.strip())
        else Problem(
            "routing_code", "it is no bank code", "write the 3 to 20 places of the bank's code"
        ),
        None
        if _NUMBER.fullmatch(new.number)
        else Problem(
            "number", "it is no account number", "write its 4 to 34 letters and digits, or the IBAN"
        ),
    ]


def _text(field: str, value: str, cure: str) -> Problem | None:
    words = field.replace("_", " ")
    if not value:
        return Problem(field, f"the {words} is missing", cure)
    if len(value) > _LONGEST:
        return Problem(field, f"the {words} has more than {_LONGEST} characters", "shorten it")
    return None
