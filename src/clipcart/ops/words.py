"""Words of the operator's pages: ages, states, what happened and who did it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from clipcart.identity import PersonName
from clipcart.kit.eventlog import LogRow
from clipcart.kit.ids import PersonId, parse_id

REQUIREMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"BUSINESS": "Business", "DOCUMENTS": "Documents", "BANK_ACCOUNT": "Bank account"}
)

FINDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "banned_word": "Goods or words that may not be sold here",
        "title_in_capitals": "The whole title is in capitals",
        "link": "A link that leads away",
        "contact_email": "An e-mail address",
        "contact_phone": "A phone number",
        "contact_messenger": "A messenger account",
        "image_missing": "No picture",
        "price_outlier": "The price is far from what is usual in the category",
        "seller_sku_taken": "The seller SKU is taken by another product",
    }
)

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "title",
        "description_html": "description",
        "images": "pictures",
        "skus": "prices",
    }
)

OUTCOMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "PASSED": ("Passed", "ok"),
        "REVIEW": ("Needs a person", "wait"),
        "FAILED": ("Failed", "bad"),
    }
)

EXCEPTIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "unknown_payment": (
            "Unknown payment",
            "The provider speaks of a payment that is not in our books. Find it in the provider's "
            "dashboard; refund it there if it belongs to nobody here.",
        ),
        "unknown_refund": (
            "Unknown refund",
            "The provider paid back something that we did not ask for. Find out who started it "
            "in the provider's dashboard, and correct the shop's balance if it bears the amount.",
        ),
        "amount_mismatch": (
            "Other amount",
            "The provider says another amount than was asked for. Compare the payment in the "
            "dashboard with the order; refund or collect the difference there.",
        ),
        "second_capture": (
            "Taken twice",
            "A payment was captured a second time. The surplus is sent back by a job; check in "
            "the dashboard that it arrived.",
        ),
        "contradiction": (
            "Contradiction",
            "The provider took back something that it had said was final. Ask its support which "
            "is true before anything is shipped or paid out.",
        ),
    }
)

_HAPPENED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sellers.shop_opened": "Shop opened",
        "sellers.shop_changed": "Name, look or settings changed",
        "sellers.requirement_submitted": "Handed in",
        "sellers.requirement_reopened": "Has to be handed in again",
        "sellers.document_added": "Document added",
        "sellers.document_expired": "Document expired",
        "sellers.shop_went_live": "Shop went live",
        "sellers.shop_suspended": "Suspended",
        "sellers.shop_reinstated": "Reinstated",
        "sellers.bank_account_changed": "Bank account named",
        "sellers.staff_invited": "Somebody was invited",
        "sellers.staff_joined": "Somebody joined the staff",
        "sellers.staff_removed": "Somebody left the staff",
        "sellers.staff_role_changed": "A role changed",
        "sellers.invitation_revoked": "An invitation was taken back",
    }
)


def plain(code: str) -> str:
    """`business_registration` -> `Business registration`."""
    return code.replace("_", " ").strip().capitalize()


def span(length: timedelta) -> str:
    """`40 s`, `12 min`, `5 h`, `3 d`: rounded down, the largest unit that fits."""
    seconds = max(0, length // timedelta(seconds=1))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size * (2 if unit == "d" else 1):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def full_span(length: timedelta) -> str:
    """`3 days 4 hours 10 minutes`, without the parts that are zero."""
    minutes = abs(length) // timedelta(minutes=1)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if count
    ]
    return " ".join(parts) or "less than a minute"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 job`, `4 jobs`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def age(now: datetime, since: datetime | None) -> str | None:
    """How long something waits, or None."""
    return None if since is None else span(now - since)


def size(count_bytes: int) -> str:
    """`12 KB`, `3 MB`."""
    return (
        f"{max(1, count_bytes // 1024)} KB" if count_bytes < 1 << 20 else f"{count_bytes >> 20} MB"
    )


def happened(row: LogRow) -> tuple[str, str]:
    """What a fact about a shop says: title, and the note below it."""
    told: Mapping[str, Any] = row.payload
    requirement = REQUIREMENTS.get(str(told.get("requirement", "")), "")
    reason = str(told.get("reason", ""))
    if row.name == "sellers.requirement_decided":
        return f"{requirement} {'approved' if told['is_approved'] else 'refused'}", reason
    title = _HAPPENED.get(row.name, plain(row.name.partition(".")[2]))
    if requirement:
        title = f"{requirement}: {title.lower()}"
    if "kind" in told:
        title = f"{title}: {plain(str(told['kind'])).lower()}"
    return title, reason or str(told.get("number_masked", ""))


def person_ids(labels: Iterable[str | None]) -> list[PersonId]:
    """The people behind labels such as `operator:17`."""
    found = {
        number
        for label in labels
        if label is not None
        and label.partition(":")[0] in ("person", "operator")
        and (number := parse_id(label.partition(":")[2]))
    }
    return [PersonId(number) for number in sorted(found)]


def who(label: str, people: Mapping[PersonId, PersonName]) -> str:
    """An actor's label in words: `Ines Park (operator)`, `the platform (orders.close)`."""
    kind, _, name = label.partition(":")
    if kind in ("person", "operator"):
        person = people.get(PersonId(parse_id(name) or 0))
        called = person.name if person else f"person {name}"
        return f"{called} (operator)" if kind == "operator" else called
    if kind == "job":
        return f"the platform ({name})"
    return "the platform" if kind == "system" else label.replace(":", " ")
