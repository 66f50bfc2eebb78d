"""Forms as people send them: text fields, repeated fields, uploads. Never trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import parse_id
from clipcart.kit.money import Currency, Money, MoneyFormatError

MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file. `name` is what the sender calls it; only the content counts."""

    name: str
    content: bytes


def clean(text: str) -> str:
    """A text without surrounding blanks and control characters, which the database refuses."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32).strip()


class Form:
    """The fields of a submitted form. A missing field is an empty text."""

    def __init__(
        self, fields: Mapping[str, Sequence[str]], uploads: Mapping[str, Sequence[Upload]]
    ) -> None:
        self._fields = fields
        self._uploads = uploads

    def text(self, name: str) -> str:
        """The field without surrounding blanks and control characters, at most 20,000 long."""
        return clean((self._fields.get(name) or [""])[-1][:MAX_TEXT])

    def texts(self, name: str) -> list[str]:
        """Every value of a repeated field."""
        return [clean(value[:MAX_TEXT]) for value in self._fields.get(name, ())]

    def has(self, name: str) -> bool:
        """Whether the field was sent at all (checkboxes, buttons)."""
        return name in self._fields

    def names(self, prefix: str) -> list[str]:
        """Names of the fields that start with `prefix`."""
        return [name for name in self._fields if name.startswith(prefix)]

    def id(self, name: str) -> int:
        """An id field. Raises Invalid."""
        value = parse_id(self.text(name))
        check([None if value else Problem(name, "This is not a known choice.", "Choose again.")])
        return value or 0

    def number(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`. Raises Invalid naming the range."""
        raw = self.text(name)
        if not raw and default is not None:
            return default
        problem = Problem(
            name, f"This must be a whole number from {low} to {high}.", "Correct the number."
        )
        digits = raw.removeprefix("-")
        fine = digits.isascii() and digits.isdigit() and len(digits) < 16
        check([None if fine and low <= int(raw) <= high else problem])
        return int(raw)

    def money(self, name: str, currency: Currency) -> Money:
        """An amount as people type it. Raises Invalid."""
        try:
            return Money.parse(self.text(name), currency)
        except MoneyFormatError as error:
            check([Problem(name, str(error), "Write it like 12.50.")])
            raise

    def uploads(self, name: str) -> list[Upload]:
        """Files chosen in a field; empty choices are left out."""
        return [upload for upload in self._uploads.get(name, ()) if upload.content]

    def file_names(self) -> list[str]:
        """Names of the fields in which a file was chosen."""
        return [name for name in self._uploads if self.uploads(name)]

    def values(self) -> dict[str, str]:
        """Every field's last text, to fill the form again after a refusal."""
        return {name: self.text(name) for name in self._fields if not name.startswith("_")}


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The submitted form, url-encoded or multipart."""
    fields: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            uploads.setdefault(name, []).append(Upload(value.filename, content))
        else:
            fields.setdefault(name, []).append(str(value))
    return Form(fields, uploads)
