"""The vault: what is derived from, or sealed with, the installation's secret."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from clipcart.apps.parties import Party
from clipcart.kit import crypto
from clipcart.kit.ids import AppId, PersonId, ShopId

PREFIX = "ROW_"
"""How ciphers and tokens begin: the region of an installation, as programs expect one."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals secrets of apps and makes the names under which apps know shops and people."""

    secret: str = field(repr=False)

    def seal(self, app_id: AppId, serial: int, text: str) -> bytes:
        """A secret of an app as it is kept."""
        return crypto.seal(self.secret, f"apps.secret:{app_id}:{serial}", text)

    def unseal(self, app_id: AppId, serial: int, sealed: bytes) -> str:
        """The secret's text."""
        return crypto.unseal(self.secret, f"apps.secret:{app_id}:{serial}", sealed)

    def cipher(self, app_id: AppId, shop_id: ShopId) -> str:
        """The name under which an app knows a shop: always the same, and another app's differs."""
        return PREFIX + self._name("cipher", app_id, shop_id)

    def open_id(self, app_id: AppId, person_id: PersonId, party: Party) -> str:
        """The name under which an app knows a person."""
        return self._name(f"open_id:{party}", app_id, person_id)

    def _name(self, purpose: str, *numbers: int) -> str:
        text = ":".join((purpose, *map(str, numbers))).encode()
        made = hmac.digest(self.secret.encode(), b"apps.name:" + text, hashlib.sha256)
        return base64.urlsafe_b64encode(made[:24]).decode()


def new_pass(person_id: PersonId) -> str:
    """A fresh token or code of a person: random, and says where it is kept."""
    raw = person_id.to_bytes(8, "big") + base64.urlsafe_b64decode(crypto.new_secret(34) + "==")
    return PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def holder_of(text: str) -> PersonId | None:
    """Whose token or code it says it is; None if it is none of ours."""
    raw = text.removeprefix(PREFIX)
    if len(raw) != 56 or not text.isascii():
        return None
    try:
        number = int.from_bytes(base64.b64decode(raw, altchars=b"-_", validate=True)[:8], "big")
    except ValueError:
        return None
    return PersonId(number) if 0 < number < 1 << 63 else None
