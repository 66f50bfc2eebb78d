"""A call that passed the gate: what a handler gets, and how it works with the rooms."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from clipcart.apps import App, Consent, Vault
from clipcart.doorway import Services, Upload
from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem
from clipcart.kit.ids import ShopId, parse_id
from clipcart.open_api import _sql
from clipcart.open_api.contract import Operation
from clipcart.open_api.envelope import Failure, invalid
from clipcart.sellers import Shop

R = TypeVar("R")

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who asks (`app` for the person of `consent`, as `actor`), what, and in which shop.

    `query` and `body` hold the fields of the contract, typed, without those that were left out.
    `places` are the values in the path, `files` the uploads of a form. `version` is the one in the
    path; `operation` has the fields of the newest published version that is not newer.
    """

    services: Services
    vault: Vault
    request_id: str
    operation: Operation
    version: str
    places: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    files: Mapping[str, Upload]
    app: App
    consent: Consent
    actor: Actor
    chosen: Shop | None

    @property
    def shop(self) -> Shop:
        """The shop that the cipher names. Operations that need no cipher have none."""
        if self.chosen is None:
            raise RuntimeError(f"{self.operation.key} takes no shop")
        return self.chosen

    @property
    def shop_id(self) -> ShopId:
        """The id of the shop that the cipher names."""
        return self.shop.id

    def cipher(self, shop_id: ShopId) -> str:
        """The name under which this app knows a shop."""
        return self.vault.cipher(self.app.id, shop_id)

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A `tx` for handlers that only look."""
        return self.services.db.reading()

    async def do(self, action: Callable[[Tx], Awaitable[R]]) -> R:
        """One action in one transaction, tried again after deadlocks and lock waits.

        Where the contract has an `idempotency_key` and one is sent, the action is done once: sent
        again, the call gets the first answer. The action then has to return the answer's data.
        """
        key = self._idempotency_key()
        if key is None:
            return await self.services.db.retrying(action)
        claim = {
            "shop_id": self.chosen.id if self.chosen else 0,
            "app_id": self.app.id,
            "operation": self.operation.resource.key,
            "key": key,
        }
        digest = self._digest()

        async def once(tx: Tx) -> R:
            if not await tx.run(_sql.CLAIM, digest=digest, now=tx.now, **claim):
                known = await tx.one(_sql.KNOWN, **claim)
                if known.digest != digest:
                    raise self.wrong(
                        "idempotency_key",
                        "it was used for a request with other contents",
                        "use a new key, or send the same request again",
                    )
                answer: R = known.body
                return answer
            made = await action(tx)
            await tx.run(_sql.KEEP, body=msgspec.to_builtins(made), **claim)
            return made

        return await self.services.db.retrying(once)

    def _idempotency_key(self) -> str | None:
        place = self.operation.idempotency_in
        if place is None:
            return None
        key: str | None = (self.query if place == "query" else self.body).get("idempotency_key")
        if key is not None and not 1 <= len(key) <= LONGEST_KEY:
            raise self.wrong(
                "idempotency_key", f"it is longer than {LONGEST_KEY} characters", "shorten it"
            )
        return key

    def _digest(self) -> bytes:
        """What was asked for, without what may differ when it is sent again."""
        told = {"places": self.places, "query": self.query, "body": self.body}
        names = sorted((name, upload.content) for name, upload in self.files.items())
        mac = hashlib.sha256(msgspec.json.encode(told, order="deterministic"))
        for name, content in names:
            mac.update(name.encode() + content)
        return mac.digest()

    def id(self, name: str) -> int:
        """An id in the path. What is no id is 0, which nothing has."""
        return parse_id(self.places[name]) or 0

    def page_size(self, low: int, high: int, default: int) -> int:
        """How many are asked for. Fails with the field, the range and the code of the family."""
        size: int = self.query.get("page_size", default)
        if not low <= size <= high:
            raise self.wrong("page_size", f"it is not from {low} to {high}", "change it")
        return size

    @property
    def cursor(self) -> str | None:
        """Where the page begins: what was given as `next_page_token`."""
        return self.query.get("page_token") or None

    def wrong(self, field: str, rule: str, cure: str) -> Failure:
        """The failure of a field whose value the contract allows and the trade does not."""
        return invalid(self.operation.bad, [Problem(field, rule, cure)])

    def refused(self, code: int, message: str, **data: Any) -> Failure:
        """The failure of a rule of the trade: a code that the contract knows, with HTTP 200."""
        return Failure(code, message, data=data or None)
