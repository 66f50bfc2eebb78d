"""Payments: what a buyer pays for many orders at once, what the provider says, what goes back.

Owns      schema `payments`
Calls     identity
Tells     PaymentCaptured, -Declined, -Voided, ChallengeNeeded, RefundSettled, RefundFailed
Promises  parts and tenders add up; captured >= refunded >= 0; news twice or late is inert.
"""

from clipcart.payments._jobs import jobs
from clipcart.payments.actions.asking import request, request_capture, request_void, try_again
from clipcart.payments.actions.hearing import resolve_exception, store_callback, store_callbacks
from clipcart.payments.actions.refunding import request_refund, request_refunds
from clipcart.payments.adapters.cards import TEST_CARDS, TestCard
from clipcart.payments.adapters.fake import ChallengePage, TestProvider
from clipcart.payments.adapters.stripe import StripeProvider, StripeSettings
from clipcart.payments.errors import (
    CallbackRefused,
    CannotCapture,
    CannotTryAgain,
    RefundKeyReused,
    RefundTooLarge,
)
from clipcart.payments.events import (
    ChallengeNeeded,
    PaymentCaptured,
    PaymentDeclined,
    PaymentVoided,
    RefundFailed,
    RefundSettled,
)
from clipcart.payments.model import (
    ExceptionKind,
    Intent,
    News,
    OrderPayment,
    Payment,
    PaymentException,
    PaymentState,
    ProviderTotals,
    Refund,
    RefundDraft,
    RefundNews,
    RefundState,
    Said,
    Split,
)
from clipcart.payments.ports import ChargeOrder, Provider, RefundOrder
from clipcart.payments.queries import (
    captured_tenders,
    open_exceptions,
    payment_for,
    payment_of_order,
    payments_of_orders,
    provider_totals,
    refunds_of_order,
)
from clipcart.payments.tenders import PaidTender, Tender, TenderKind, kind_of

__all__ = [
    "TEST_CARDS",
    "CallbackRefused",
    "CannotCapture",
    "CannotTryAgain",
    "ChallengeNeeded",
    "ChallengePage",
    "ChargeOrder",
    "ExceptionKind",
    "Intent",
    "News",
    "OrderPayment",
    "PaidTender",
    "Payment",
    "PaymentCaptured",
    "PaymentDeclined",
    "PaymentException",
    "PaymentState",
    "PaymentVoided",
    "Provider",
    "ProviderTotals",
    "Refund",
    "RefundDraft",
    "RefundFailed",
    "RefundKeyReused",
    "RefundNews",
    "RefundOrder",
    "RefundSettled",
    "RefundState",
    "RefundTooLarge",
    "Said",
    "Split",
    "StripeProvider",
    "StripeSettings",
    "Tender",
    "TenderKind",
    "TestCard",
    "TestProvider",
    "captured_tenders",
    "jobs",
    "kind_of",
    "open_exceptions",
    "payment_for",
    "payment_of_order",
    "payments_of_orders",
    "provider_totals",
    "refunds_of_order",
    "request",
    "request_capture",
    "request_refund",
    "request_refunds",
    "request_void",
    "resolve_exception",
    "store_callback",
    "store_callbacks",
    "try_again",
]
