"""The outside world of identity: something that delivers e-mail."""

from dataclasses import dataclass
from typing import Protocol

from clipcart.kit.ids import PersonId


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail as it goes out. `key` is the same at every try, so that repeats can be seen."""

    key: str
    person_id: PersonId
    recipient: str
    subject: str
    body: str


class Mailer(Protocol):
    """Delivers e-mail. Raises when it could not; then it is tried again later."""

    @property
    def keeps_bodies(self) -> bool:
        """Whether texts stay readable after sending: only where nobody else gets them."""
        ...

    async def send(self, message: Message) -> None:
        """Hand one message over."""
        ...
