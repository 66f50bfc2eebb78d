"""The money proof: books, statements, provider and bank compared; what breaks them is named.

Each order is computed anew from its facts (`model.position`) and compared with what the ledger
has for it, account by account; so a proof that holds says more than that sums agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from clipcart import ledger, payments, sellers
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.kit.money import Money
from clipcart.kit.sql import Query
from clipcart.settlement._sql import proof as sql
from clipcart.settlement._sql.sales import SaleRow
from clipcart.settlement.actions.booking import sale_of
from clipcart.settlement.model import OWED, Account, position

PAGE: Final = 2_000
SHOWN: Final = 50
"""Problems of one sort that are told; one is enough to look, more are noise."""


@dataclass(frozen=True, slots=True)
class Check:
    """Two amounts that must be equal: what the books say, and what others say."""

    name: str
    left: Money
    right: Money

    @property
    def agrees(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome: every check, and a sentence for each thing that breaks one."""

    checks: tuple[Check, ...]
    problems: tuple[str, ...]
    summary: str

    @property
    def holds(self) -> bool:
        """Everything agrees and nothing is broken."""
        return not self.problems and all(check.agrees for check in self.checks)


Sums = Mapping[str, int]


async def prove(tx: Tx) -> Proof:
    """Compare everything. Reads only; facts not delivered yet show as differences, so settle first.

    For the operator's page and command, which have asked who may see it.
    """
    totals = await ledger.totals_by_account(tx)
    provider = await payments.provider_totals(tx)
    sums = [
        await _sums(tx, statement)
        for statement in (
            sql.BANK_SUMS,
            sql.LINE_SUMS,
            sql.STATED_SUMS,
            sql.CLOSING_SUMS,
            sql.IN_TRANSIT_SUMS,
        )
    ]
    orders = await _orders(tx)
    codes = sorted({each.debits.currency.code for each in totals} | set(provider))
    checks = [
        check for code in codes for check in _checks(code, totals, provider, sums, orders.sums)
    ]
    problems = [*await _book_problems(tx), *orders.problems, *await _shop_problems(tx)]
    names = await _names(tx, problems)
    counts = await tx.one(sql.COUNTS)
    journals = await ledger.journal_count(tx)
    return Proof(
        tuple(checks),
        tuple(problem.words.format(shop=names[problem.shop_id]) for problem in problems),
        f"{journals} journals of {counts.sales} orders, {counts.statements} statements, "
        f"{counts.payouts} payouts.",
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """A sentence with a place for the shop's name."""

    shop_id: ShopId
    words: str


async def _sums(tx: Tx, statement: Query[sql.SumRow]) -> Sums:
    return {row.currency: row.minor for row in await tx.all(statement)}


def _checks(
    code: str,
    totals: Sequence[ledger.AccountTotal],
    provider: Mapping[str, payments.ProviderTotals],
    sums: Sequence[Sums],
    orders: Sums,
) -> list[Check]:
    bank, lines, stated, closing, in_transit = (Money.of(each.get(code, 0), code) for each in sums)
    nothing = Money.of(0, code)
    mine = [each for each in totals if each.debits.currency.code == code]
    balance = {each.account: each.balance for each in mine}

    def of(account: Account) -> Money:
        return balance.get(account, nothing)

    debits = Money.of(sum(each.debits.minor for each in mine), code)
    credits_ = Money.of(sum(each.credits.minor for each in mine), code)
    owed = Money.of(-sum(of(account).minor for account in OWED), code)
    there = provider.get(code)
    at_provider = there.captured - there.refunded if there else nothing
    return [
        Check("Journals: debits = credits", debits, credits_),
        Check("Processor = captured less refunded", of(Account.PROCESSOR), at_provider),
        Check(
            "Orders, one by one = captured less refunded",
            Money.of(orders.get(code, 0), code),
            at_provider,
        ),
        Check("Owed to buyers, sellers, state, platform = held", owed, at_provider - bank),
        Check("Available = statement lines", -of(Account.SELLER_AVAILABLE), lines),
        Check("Closing balances = stated lines", closing, stated),
        Check("In transit = payouts under way", -of(Account.PAYOUT_IN_TRANSIT), in_transit),
        Check("Paid out = the bank's book", -of(Account.BANK), bank),
    ]


# -- orders --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Orders:
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    problems: list[_Problem] = field(default_factory=list)

    def add(self, shop_id: int, words: str) -> None:
        if len(self.problems) < SHOWN:
            self.problems.append(_Problem(ShopId(shop_id), words))


async def _orders(tx: Tx) -> _Orders:
    """Every order: the ledger's entries by account = its position; processor = the provider."""
    found = _Orders()
    after = (0, 0)
    while rows := await tx.all(
        sql.BOOKED_SALES, after_shop_id=after[0], after_order_id=after[1], size=PAGE
    ):
        for row in rows:
            _compare(found, row)
        after = (rows[-1].shop_id, rows[-1].order_id)
    for stray in await tx.all(sql.UNKNOWN_TO_US, size=SHOWN):
        amount = Money.of(stray.amount_minor, stray.currency)
        found.add(
            stray.shop_id,
            f"Order {stray.order_id} of {{shop}}: the provider took {amount.format()}, the books "
            "know nothing of it.",
        )
    for stray in await tx.all(sql.UNKNOWN_SALES, size=SHOWN):
        amount = Money.of(stray.amount_minor, stray.currency)
        found.add(
            stray.shop_id,
            f"Order {stray.order_id} of {{shop}}: the books move {amount.format()} for it, but it "
            "was never sold.",
        )
    return found


def _compare(found: _Orders, row: sql.BookedRow) -> None:
    sale = sale_of(SaleRow._make(row[: len(SaleRow._fields)]))
    booked = dict(zip(row.accounts, row.balances, strict=True))
    found.sums[row.currency] += booked.get(Account.PROCESSOR, 0)
    order = f"Order {row.order_id} of {{shop}}"
    at_provider = row.provider_captured_minor - row.provider_refunded_minor
    if booked.get(Account.PROCESSOR, 0) != at_provider:
        ours = Money.of(booked.get(Account.PROCESSOR, 0), row.currency)
        theirs = Money.of(at_provider, row.currency)
        found.add(
            row.shop_id,
            f"{order}: the books have {ours.format()} at the provider, the provider "
            f"{theirs.format()}.",
        )
    expected = {account.value: minor for account, minor in position(sale).items()}
    for account in sorted(expected.keys() | booked.keys()):
        left, right = booked.get(account, 0), expected.get(account, 0)
        if left != right:
            ours, due = Money.of(left, row.currency), Money.of(right, row.currency)
            found.add(
                row.shop_id,
                f"{order}: {account} is {ours.format()} in the books and must be {due.format()}.",
            )


# -- journals, shops, statements, payouts ---------------------------------------------------------


async def _book_problems(tx: Tx) -> list[_Problem]:
    problems = []
    for fault in await ledger.unbalanced(tx):
        about = f" for order {fault.order_id}" if fault.order_id else ""
        problems.append(
            _Problem(
                fault.shop_id,
                f"Journal {fault.journal_id} ({fault.kind}{about}) of {{shop}} does not sum to "
                f"zero: {fault.difference.format()} is left.",
            )
        )
    for drift in await ledger.drifts(tx):
        problems.append(
            _Problem(
                drift.shop_id,
                f"Account {drift.account} of {{shop}}: the balance kept is {drift.kept.format()}, "
                f"its entries come to {drift.entries.format()}.",
            )
        )
    return problems


async def _shop_problems(tx: Tx) -> list[_Problem]:
    problems = []
    for row in await tx.all(sql.AVAILABLE_DIFFERS, size=SHOWN):
        lines, booked = (
            Money.of(row.lines_minor, row.currency),
            Money.of(row.ledger_minor, row.currency),
        )
        problems.append(
            _Problem(
                ShopId(row.shop_id),
                f"Statement lines of {{shop}} come to {lines.format()}, its available money moved "
                f"by {booked.format()}.",
            )
        )
    problems += [_broken(row) for row in await tx.all(sql.BROKEN_STATEMENTS, size=SHOWN)]
    for each in await tx.all(sql.BANK_DIFFERS, size=SHOWN):
        ours, theirs = (
            Money.of(minor, each.currency) for minor in (each.ours_minor, each.theirs_minor)
        )
        problems.append(
            _Problem(
                ShopId(each.shop_id),
                f"Payout {each.payout_id} of {{shop}} is {each.ours} with {ours.format()} here, "
                f"and {each.theirs} with {theirs.format()} at the bank.",
            )
        )
    return problems


def _broken(row: sql.BrokenStatementRow) -> _Problem:
    opening, previous, closing, lines = (
        Money.of(minor, row.currency).format()
        for minor in (row.opening_minor, row.previous_minor, row.closing_minor, row.lines_minor)
    )
    return _Problem(
        ShopId(row.shop_id),
        f"Statement of {row.day.isoformat()} of {{shop}}: it opens with {opening} after "
        f"{previous}, its lines come to {lines} and it closes with {closing}.",
    )


async def _names(tx: Tx, problems: Iterable[_Problem]) -> Mapping[ShopId, str]:
    """What people call the shops: name and id, or only the id of one that is unknown."""
    wanted = {problem.shop_id for problem in problems}
    known = await sellers.shops(tx, wanted) if wanted else {}
    return {
        shop_id: f"shop {known[shop_id].name} ({shop_id})"
        if shop_id in known
        else f"shop {shop_id}"
        for shop_id in wanted
    }
