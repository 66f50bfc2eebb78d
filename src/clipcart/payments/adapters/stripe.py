"""Stripe behind the port: PaymentIntents, refunds, signed webhooks.

An attempt is a PaymentIntent of its own. It is made first and confirmed second, so that its name
is known before money can move and giving up an attempt whose answer was lost is possible: making
it again under the same idempotency key names the same intent. Rules of the interface:
https://docs.stripe.com/api/payment_intents, /api/refunds, /webhooks (signatures).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from clipcart.kit.crypto import is_same
from clipcart.kit.errors import Outage
from clipcart.kit.http import HttpClient, idempotent
from clipcart.kit.ids import PaymentId, PersonId, RefundId, ShopId
from clipcart.kit.money import Money
from clipcart.payments.errors import CallbackRefused
from clipcart.payments.model import News, RefundNews, RefundSaid, Said
from clipcart.payments.ports import ChargeOrder, RefundOrder, side_by_side
from clipcart.payments.tenders import TenderKind

_SAID: Final = {
    "requires_confirmation": Said.PROCESSING,
    "processing": Said.PROCESSING,
    "requires_action": Said.CHALLENGE,
    "requires_capture": Said.AUTHORISED,
    "requires_payment_method": Said.DECLINED,
    "canceled": Said.VOIDED,
    "succeeded": Said.CAPTURED,
}
_REFUND_SAID: Final = {
    "pending": RefundSaid.PENDING,
    "requires_action": RefundSaid.PENDING,
    "succeeded": RefundSaid.SETTLED,
    "failed": RefundSaid.FAILED,
    "canceled": RefundSaid.FAILED,
}
_TAKEN: Final = (TenderKind.CARD, TenderKind.DEBIT)
"""Stripe treats debit cards as cards."""
_CONFLICTS: Final = frozenset({409, 429})


@dataclass(frozen=True, slots=True)
class StripeSettings:
    """How to reach the account. `challenge_url` is our page that lets Stripe.js ask the buyer.

    With `return_url` Stripe redirects the buyer to the bank and back to it instead.
    """

    url: str
    key: str
    webhook_secret: str
    challenge_url: str
    return_url: str | None = None


class StripeProvider:
    """Stripe as a provider."""

    name: str = "stripe"

    def __init__(self, client: HttpClient, settings: StripeSettings) -> None:
        self._client = client
        self._settings = settings

    async def charge_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """Each by itself, some at once: Stripe takes no sets."""
        return await side_by_side(self.charge, orders)

    async def look_many(self, orders: Sequence[ChargeOrder]) -> Sequence[News | Outage]:
        """Each by itself, some at once."""
        return await side_by_side(self.look, orders)

    async def charge(self, order: ChargeOrder) -> News:
        """Make the intent and confirm it. Tenders that this adapter cannot take are declined."""
        if any(tender.kind not in _TAKEN for tender in order.tenders) or len(order.tenders) > 1:
            error = {"last_payment_error": {"code": "tender_not_supported"}}
            untaken = {"id": f"none-{order.key}", "status": "requires_payment_method"}
            return self._news(order, untaken | error)
        intent = await self._make(order)
        if intent["status"] == "requires_confirmation":
            intent = await self._confirm(order, intent["id"])
        return self._news(order, intent)

    async def capture(self, order: ChargeOrder) -> News:
        """Take an amount that is held."""
        await self._post(f"payment_intents/{order.ref}/capture", {}, f"{order.key}-capture")
        return await self.look(order)

    async def void(self, order: ChargeOrder) -> News:
        """Cancel the intent; what cannot be cancelled any more says what it is instead."""
        intent_id = order.ref or (await self._make(order))["id"]
        await self._post(f"payment_intents/{intent_id}/cancel", {}, f"{order.key}-cancel")
        return self._news(order, await self._get(f"payment_intents/{intent_id}"))

    async def look(self, order: ChargeOrder) -> News:
        """The intent as it is now."""
        return self._news(order, await self._get(f"payment_intents/{order.ref}"))

    async def refund(self, order: RefundOrder) -> RefundNews:
        """Give money back, or look how far that has come."""
        if order.ref is not None:
            return self._refund_news(order, await self._get(f"refunds/{order.ref}"))
        status, told = await self._post(
            "refunds",
            {
                "payment_intent": order.charge_ref,
                "amount": str(order.amount.minor),
                "metadata[shop_id]": str(order.shop_id),
                "metadata[refund_id]": str(order.refund_id),
            },
            order.key,
        )
        if status >= 400:
            reason = _error(told)
            return RefundNews(
                order.shop_id, order.refund_id, RefundSaid.FAILED, "", order.amount, reason
            )
        return self._refund_news(order, told)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of an event whose signature is right.

        The signature's age is not checked: an event is kept once by its id and replays change
        nothing, while an installation whose clock was moved could hear nothing.
        """
        given = {name.lower(): value for name, value in headers.items()}
        stamp, signatures = "", []
        for part in given.get("stripe-signature", "").split(","):
            name, _, value = part.strip().partition("=")
            if name == "t":
                stamp = value
            elif name == "v1":
                signatures.append(value)
        secret = self._settings.webhook_secret.encode()
        wanted = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not secret or not any(is_same(signature, wanted) for signature in signatures):
            raise CallbackRefused(self.name)
        return str(json.loads(body)["id"])

    def read(self, body: bytes) -> Sequence[News | RefundNews]:
        """What an event says about an intent or a refund of ours; others say nothing."""
        event = json.loads(body)
        kind, told = str(event["type"]), event["data"]["object"]
        about = told.get("metadata") or {}
        if kind.startswith("payment_intent.") and "payment_id" in about:
            return [self._news_about(about, told)]
        if kind.startswith(("refund.", "charge.refund.")) and "refund_id" in about:
            shop_id, refund_id = ShopId(int(about["shop_id"])), RefundId(int(about["refund_id"]))
            return [_refund(shop_id, refund_id, told)]
        return []

    async def _make(self, order: ChargeOrder) -> Mapping[str, Any]:
        status, told = await self._post(
            "payment_intents",
            {
                "amount": str(order.amount.minor),
                "currency": order.amount.currency.code.lower(),
                "payment_method": order.method,
                "payment_method_types[]": "card",
                "capture_method": "automatic" if order.captures_at_once else "manual",
                "metadata[person_id]": str(order.person_id),
                "metadata[payment_id]": str(order.payment_id),
                "metadata[attempt]": str(order.attempt),
            },
            order.key,
        )
        if status >= 400:
            # No intent came to be, so nothing can be charged: a decline with a name of our own.
            return {"id": f"none-{order.key}", "status": "requires_payment_method"} | {
                "last_payment_error": told.get("error")
            }
        return told

    async def _confirm(self, order: ChargeOrder, intent_id: str) -> Mapping[str, Any]:
        back = self._settings.return_url
        form = {"return_url": back} if back else {}
        await self._post(f"payment_intents/{intent_id}/confirm", form, f"{order.key}-confirm")
        return await self._get(f"payment_intents/{intent_id}")

    async def _post(
        self, path: str, form: Mapping[str, str], key: str
    ) -> tuple[int, Mapping[str, Any]]:
        headers = self._headers() | idempotent(key)
        answer = await self._client.send("POST", self._url(path), headers=headers, data=form)
        if answer.status_code in _CONFLICTS or answer.status_code == 401:
            raise Outage(f"Stripe answered {answer.status_code} to {path}")
        told: Mapping[str, Any] = answer.json()
        return answer.status_code, told

    async def _get(self, path: str) -> Mapping[str, Any]:
        expanding = "?expand[]=latest_charge" if path.startswith("payment_intents/") else ""
        url = self._url(path) + expanding
        answer = await self._client.send("GET", url, headers=self._headers())
        if answer.status_code >= 400:
            raise Outage(f"Stripe answered {answer.status_code} to {path}")
        told: Mapping[str, Any] = answer.json()
        return told

    def _url(self, path: str) -> str:
        return f"{self._settings.url}/v1/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._settings.key}"}

    def _news(self, order: ChargeOrder, intent: Mapping[str, Any]) -> News:
        about = {
            "person_id": order.person_id,
            "payment_id": order.payment_id,
            "attempt": order.attempt,
        }
        bare = {"amount": order.amount.minor, "currency": order.amount.currency.code}
        return self._news_about(about, {**bare, **intent})

    def _news_about(self, about: Mapping[str, Any], intent: Mapping[str, Any]) -> News:
        said = _SAID[intent["status"]]
        minor = intent["amount"]
        if said is Said.CAPTURED:
            minor = intent.get("amount_received") or minor
        card = _card(intent.get("latest_charge"))
        return News(
            person_id=PersonId(int(about["person_id"])),
            payment_id=PaymentId(int(about["payment_id"])),
            attempt=int(about["attempt"]),
            said=said,
            ref=str(intent["id"]),
            amount=Money.of(int(minor), str(intent["currency"]).upper()),
            reason=_decline(intent) if said is Said.DECLINED else None,
            url=self._challenge(intent) if said is Said.CHALLENGE else None,
            brand=card.get("brand"),
            last4=card.get("last4"),
        )

    def _challenge(self, intent: Mapping[str, Any]) -> str:
        redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        return str(redirect.get("url") or self._settings.challenge_url + str(intent["id"]))

    def _refund_news(self, order: RefundOrder, told: Mapping[str, Any]) -> RefundNews:
        return _refund(order.shop_id, order.refund_id, told)


def _refund(shop_id: ShopId, refund_id: RefundId, told: Mapping[str, Any]) -> RefundNews:
    return RefundNews(
        shop_id=shop_id,
        refund_id=refund_id,
        said=_REFUND_SAID[told["status"]],
        ref=str(told["id"]),
        amount=Money.of(int(told["amount"]), str(told["currency"]).upper()),
        reason=told.get("failure_reason"),
    )


def _card(charge: Any) -> Mapping[str, str]:
    if not isinstance(charge, dict):
        return {}
    card: Mapping[str, str] = (charge.get("payment_method_details") or {}).get("card") or {}
    return card


def _decline(intent: Mapping[str, Any]) -> str:
    error = intent.get("last_payment_error") or {}
    return str(error.get("decline_code") or error.get("code") or "card_declined")


def _error(told: Mapping[str, Any]) -> str:
    error = told.get("error") or {}
    return str(error.get("code") or error.get("message") or "refused")
