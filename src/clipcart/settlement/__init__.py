"""Settlement: who is owed what of each sale, when it is released, stated and paid out.

Owns      schema `settlement`
Calls     identity, markets, ledger, sellers, payments, orders
Tells     MoneyReleased, StatementMade, PayoutPaid, PayoutFailed and all else in events.py
Promises  ledger = statements = bank, to the cent; each order can be computed anew from its facts.
"""

from clipcart.settlement._jobs import SUBSCRIBER, SWEEPS, jobs
from clipcart.settlement.actions.payouts import hear_bank, store_bank_callbacks
from clipcart.settlement.actions.steering import adjust, set_terms
from clipcart.settlement.adapters.fake import WRONG_ACCOUNT, BankRobot, BankTotals
from clipcart.settlement.errors import CallbackRefused, NotSettledYet
from clipcart.settlement.events import (
    BalanceAdjusted,
    MoneyReleased,
    PayoutFailed,
    PayoutPaid,
    PayoutStarted,
    ReserveReleased,
    StatementMade,
    TermsChanged,
)
from clipcart.settlement.model import (
    Account,
    Balance,
    LineKind,
    Payout,
    PayoutState,
    Sale,
    Statement,
    StatementDetail,
    StatementLine,
    Terms,
    position,
)
from clipcart.settlement.ports import Bank, BankNews, Said, Transfer
from clipcart.settlement.proof import Check, Proof, prove
from clipcart.settlement.queries import (
    ExpectedMoney,
    Forecast,
    balance,
    forecast,
    payouts,
    statement_csv,
    statement_for,
    statements,
)
from clipcart.settlement.searching import (
    StatementSummary,
    count_payouts,
    search_payouts,
    search_statements,
)
from clipcart.settlement.story import where_is_my_money
from clipcart.settlement.transactions import (
    Parts,
    Transaction,
    Unsettled,
    by_line,
    count_unsettled,
    search_unsettled,
    transactions_of_order,
    transactions_of_statement,
)
from clipcart.settlement.words import MoneyStep, MoneyStory

__all__ = [
    "SUBSCRIBER",
    "SWEEPS",
    "WRONG_ACCOUNT",
    "Account",
    "Balance",
    "BalanceAdjusted",
    "Bank",
    "BankNews",
    "BankRobot",
    "BankTotals",
    "CallbackRefused",
    "Check",
    "ExpectedMoney",
    "Forecast",
    "LineKind",
    "MoneyReleased",
    "MoneyStep",
    "MoneyStory",
    "NotSettledYet",
    "Parts",
    "Payout",
    "PayoutFailed",
    "PayoutPaid",
    "PayoutStarted",
    "PayoutState",
    "Proof",
    "ReserveReleased",
    "Said",
    "Sale",
    "Statement",
    "StatementDetail",
    "StatementLine",
    "StatementMade",
    "StatementSummary",
    "Terms",
    "TermsChanged",
    "Transaction",
    "Transfer",
    "Unsettled",
    "adjust",
    "balance",
    "by_line",
    "count_payouts",
    "count_unsettled",
    "forecast",
    "hear_bank",
    "jobs",
    "payouts",
    "position",
    "prove",
    "search_payouts",
    "search_statements",
    "search_unsettled",
    "set_terms",
    "statement_csv",
    "statement_for",
    "statements",
    "store_bank_callbacks",
    "transactions_of_order",
    "transactions_of_statement",
    "where_is_my_money",
]
