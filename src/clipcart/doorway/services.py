"""What the composition root hands to the doors."""

from dataclasses import dataclass
from typing import Any

from clipcart.doorway.gate import Gate
from clipcart.doorway.pages import Renderer
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine
from clipcart.kit.files import Files
from clipcart.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """One installation as the doors see it.

    `gate` admits programs; `counter` is checkout's group commit; `provider` the payment provider;
    `secret` signs cookies and forms; `engine` moves the clock outside production.
    """

    settings: Settings
    db: Database
    files: Files
    renderer: Renderer
    secret: str
    gate: Gate
    counter: Any
    provider: Any
    engine: Engine

    @property
    def is_demo(self) -> bool:
        """Outside production: the clock moves, e-mails stay in the outbox page, cards are tests."""
        return not self.settings.production
