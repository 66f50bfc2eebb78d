"""E-mail that stays here: for development, the demo and tests. The outbox page shows it."""

from clipcart.identity.ports import Message
from clipcart.kit.errors import Outage


class LocalMailer:
    """Keeps what it was given. The first `outages` tries fail, as a mail server's would."""

    keeps_bodies = True

    def __init__(self, outages: int = 0) -> None:
        self.sent: dict[str, Message] = {}
        self._outages = outages

    async def send(self, message: Message) -> None:
        """Keep the message; a repeated one is kept once."""
        if self._outages > 0:
            self._outages -= 1
            raise Outage("the local mailer was told to fail")
        self.sent[message.key] = message
