"""What a form shows: the values in it, and what is wrong with which of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clipcart.doorway import Form
from clipcart.doorway.pages import errors_of
from clipcart.kit.errors import Invalid, Refusal
from clipcart.kit.text import sentence

SECRETS = frozenset({"password"})
"""Fields that are never written back into a page."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form's state. An error under the empty name is about the form as a whole."""

    values: Mapping[str, str]
    errors: Mapping[str, str]

    def value(self, name: str, default: str = "") -> str:
        """What stands in a field."""
        return self.values.get(name, default)

    def error(self, name: str) -> str | None:
        """What is wrong with a field."""
        return self.errors.get(name)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Everything that is wrong, for the head of the form."""
        return tuple(self.errors.items())


def fresh(**values: str) -> Filled:
    """A form that nobody has sent yet."""
    return Filled(MappingProxyType(values), MappingProxyType({}))


def refused(form: Form, refusal: Refusal, field: str = "") -> Filled:
    """The form as it was sent, with the refusal at its fields, else at `field`."""
    kept = {name: text for name, text in form.values().items() if name not in SECRETS}
    if isinstance(refusal, Invalid):
        return Filled(kept, errors_of(refusal.problems))
    return Filled(kept, {field: sentence(refusal.code, refusal.facts)})
