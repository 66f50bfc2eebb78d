"""The verification gate: what is asked, what is handed in, what operators decide."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clipcart import identity, sellers
from clipcart.identity import as_person
from clipcart.kit.db import PooledDatabase, Tx
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.errors import Absent, Forbidden, Invalid, SignInNeeded
from clipcart.kit.ids import DocumentId
from clipcart.sellers import Requirement, RequirementState, ShopState
from clipcart.sellers._jobs import SWEEPS
from tests.identity.support import facts, join, later, operator_of, refused
from tests.sellers.support import (
    ACCOUNT,
    BUSINESS,
    PAPERS,
    again,
    hand_everything_in,
    live_stall,
    open_stall,
    paper,
    state_of,
)
from tests.support.database import OneConnection


async def test_the_checklist_names_each_missing_thing_once(tx: Tx) -> None:
    stall = await open_stall(tx)
    checklist = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
    assert [each.field for each in checklist.missing] == ["business", "documents", "bank_account"]
    await sellers.submit_business(tx, stall.owner, stall.shop.id, BUSINESS)
    await sellers.add_document(tx, stall.owner, stall.shop.id, paper(PAPERS[0]))
    checklist = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
    assert [each.field for each in checklist.missing] == [*PAPERS[1:], "bank_account"]
    assert all(each.rule and each.cure for each in checklist.missing)


async def test_all_three_approved_makes_a_shop_live(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    await hand_everything_in(tx, stall)
    assert await state_of(tx, stall) is ShopState.IN_REVIEW
    operator = await operator_of(tx)
    for requirement in (Requirement.BANK_ACCOUNT, Requirement.DOCUMENTS):
        state = await sellers.decide(tx, operator, stall.shop.id, requirement, approved=True)
        assert state is ShopState.IN_REVIEW
    assert await facts(db, tx, "sellers.shop_went_live") == []
    state = await sellers.decide(
        tx, operator, stall.shop.id, Requirement.BUSINESS, approved=True, reason="checked"
    )
    assert state is ShopState.LIVE
    assert (await sellers.shop(tx, stall.shop.id)).live_at == tx.now
    (live,) = await facts(db, tx, "sellers.shop_went_live")
    assert live[1] == operator.label
    decided = await facts(db, tx, "sellers.requirement_decided")
    assert [fact[2]["reason"] for fact in decided] == ["", "", "checked"]
    checklist = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
    assert {item.decided_by for item in checklist.items} == {operator.label}


async def test_a_rejection_says_why_and_can_be_cured(tx: Tx, db: OneConnection) -> None:
    stall, operator = await open_stall(tx), await operator_of(tx)
    await hand_everything_in(tx, stall)
    async with refused(db, tx, Invalid):
        await sellers.decide(tx, operator, stall.shop.id, Requirement.DOCUMENTS, False, "  ")
    state = await sellers.decide(
        tx, operator, stall.shop.id, Requirement.DOCUMENTS, False, "the corners are cut off"
    )
    assert state is ShopState.REJECTED
    # The other two can still be decided in the same sitting.
    await sellers.decide(tx, operator, stall.shop.id, Requirement.BUSINESS, approved=True)
    await sellers.decide(tx, operator, stall.shop.id, Requirement.BANK_ACCOUNT, approved=True)
    checklist = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
    (documents,) = [item for item in checklist.items if item.requirement is Requirement.DOCUMENTS]
    assert documents.reason == "the corners are cut off"
    async with refused(db, tx, sellers.NothingToDecide):
        await sellers.decide(tx, operator, stall.shop.id, Requirement.DOCUMENTS, approved=True)
    await sellers.add_document(tx, stall.owner, stall.shop.id, paper(PAPERS[0]))
    assert await state_of(tx, stall) is ShopState.IN_REVIEW
    state = await sellers.decide(tx, operator, stall.shop.id, Requirement.DOCUMENTS, approved=True)
    assert state is ShopState.LIVE


async def test_the_longest_waiting_comes_first(tx: Tx, db: OneConnection) -> None:
    first = await open_stall(tx, "Ann First", "First")
    second = await open_stall(tx, "Bob Second", "Second")
    await open_stall(tx, "Cid Third", "Third")
    await hand_everything_in(tx, second)
    now = later(db, timedelta(minutes=5))
    await hand_everything_in(now, first)
    operator = await operator_of(now)
    page = await sellers.verification_queue(now, operator, None, 1)
    rest = await sellers.verification_queue(now, operator, page.next_cursor)
    waiting = [*page.items, *rest.items]
    assert [item.handle for item in waiting] == ["second", "first"]
    assert waiting[1].waiting_since - waiting[0].waiting_since == timedelta(minutes=5)
    for requirement in Requirement:
        await sellers.decide(now, operator, second.shop.id, requirement, approved=True)
    left = await sellers.verification_queue(now, operator)
    assert [item.handle for item in left.items] == ["first"]
    async with refused(db, now, Forbidden):
        await sellers.verification_queue(now, first.owner)


async def test_operators_do_not_judge_their_own_shop(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    await hand_everything_in(tx, stall)
    person_id = stall.owner.person_id
    assert person_id is not None
    mine = as_person(person_id, roles=frozenset({"operator"}), staff_mode=True)
    outside = as_person((await join(tx, "Nia New")).id, roles=frozenset({"operator"}))
    for actor in (mine, stall.owner, outside, identity.SYSTEM):
        async with refused(db, tx, Forbidden):
            await sellers.decide(tx, actor, stall.shop.id, Requirement.BUSINESS, approved=True)


# -- business ----------------------------------------------------------------------------------


async def test_business_data_are_checked_all_at_once(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    bad = replace(BUSINESS, legal_form="circus", tax_number="?", region="XX", legal_name="")
    async with refused(db, tx, Invalid) as caught:
        await sellers.submit_business(tx, stall.owner, stall.shop.id, bad)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["legal_form", "legal_name", "tax_number", "region"]


async def test_another_legal_form_asks_for_other_papers(tx: Tx) -> None:
    stall = await open_stall(tx)
    await hand_everything_in(tx, stall)
    company = replace(BUSINESS, legal_form="corporation")
    await sellers.submit_business(tx, stall.owner, stall.shop.id, company)
    checklist = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
    assert [each.field for each in checklist.missing] == ["owners", "representative_identity"]
    assert checklist.state is ShopState.ONBOARDING
    await sellers.submit_business(tx, stall.owner, stall.shop.id, BUSINESS)
    assert await state_of(tx, stall) is ShopState.IN_REVIEW


async def test_approved_business_data_are_settled_until_reopened(tx: Tx, db: OneConnection) -> None:
    stall = await live_stall(tx)
    renamed = replace(BUSINESS, legal_name="Okafor and Daughters")
    async with refused(db, tx, sellers.BusinessSettled):
        await sellers.submit_business(tx, stall.owner, stall.shop.id, renamed)
    operator = await operator_of(tx)
    await sellers.reopen(tx, operator, stall.shop.id, Requirement.BUSINESS, "new name")
    async with refused(db, tx, sellers.NothingToDecide):
        await sellers.reopen(tx, operator, stall.shop.id, Requirement.BUSINESS, "again")
    assert await sellers.bank_account(tx, stall.shop.id) is not None
    await sellers.submit_business(tx, stall.owner, stall.shop.id, renamed)
    # Payouts wait for an account in the new name; the shop goes on selling.
    assert await sellers.bank_account(tx, stall.shop.id) is None
    assert await state_of(tx, stall) is ShopState.LIVE
    found = await sellers.business_for(tx, stall.owner, stall.shop.id)
    assert found is not None
    assert found.legal_name == "Okafor and Daughters"


# -- bank account ------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", ["Okafor Teapot", "okafor teapots", "Mira Okafor"])
async def test_the_holder_is_the_business_letter_by_letter(
    tx: Tx, db: OneConnection, holder: str
) -> None:
    stall = await open_stall(tx)
    await sellers.submit_business(tx, stall.owner, stall.shop.id, BUSINESS)
    account = replace(ACCOUNT, holder_name=holder)
    async with refused(db, tx, sellers.HolderNameDiffers) as caught:
        await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, account)
    assert caught.value.facts == {"holder_name": holder, "legal_name": "Okafor Teapots"}


async def test_the_business_comes_before_the_account(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    async with refused(db, tx, sellers.BusinessMissing):
        await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, ACCOUNT)
    async with refused(db, tx, Invalid) as caught:
        bad = replace(ACCOUNT, number="12", routing_code="!")
        await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, bad)
    assert [problem.field for problem in caught.value.problems] == ["routing_code", "number"]


async def test_payouts_go_to_the_approved_account_only(tx: Tx, db: OneConnection) -> None:
    stall, operator = await live_stall(tx), await operator_of(tx)
    new = replace(ACCOUNT, number="9998 8877 7766")
    await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, new)
    both = await sellers.bank_accounts_for(tx, stall.owner, stall.shop.id)
    assert [(each.number_masked, each.is_approved) for each in both] == [
        ("•••• 6789", True),
        ("•••• 7766", False),
    ]
    assert await sellers.bank_number(tx, identity.SYSTEM, stall.shop.id) == "000123456789"
    assert await state_of(tx, stall) is ShopState.LIVE
    await sellers.decide(tx, operator, stall.shop.id, Requirement.BANK_ACCOUNT, False, "closed")
    assert await sellers.bank_number(tx, identity.SYSTEM, stall.shop.id) == "000123456789"
    await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, new)
    await sellers.decide(tx, operator, stall.shop.id, Requirement.BANK_ACCOUNT, approved=True)
    assert await sellers.bank_number(tx, identity.SYSTEM, stall.shop.id) == "999888777766"
    told = await facts(db, tx, "sellers.bank_account_changed")
    assert "999888777766" not in str(told)
    for actor, refusal in (
        (stall.owner, Forbidden),
        (operator, Forbidden),
        (identity.ANONYMOUS, SignInNeeded),
    ):
        async with refused(db, tx, refusal):
            await sellers.bank_number(tx, actor, stall.shop.id)


async def test_an_account_taken_back_is_not_paid_to(tx: Tx) -> None:
    stall, operator = await live_stall(tx), await operator_of(tx)
    await sellers.reopen(tx, operator, stall.shop.id, Requirement.BANK_ACCOUNT, "bank says no")
    assert await sellers.bank_account(tx, stall.shop.id) is None
    await sellers.submit_bank_account(tx, stall.owner, stall.shop.id, ACCOUNT)
    await sellers.decide(tx, operator, stall.shop.id, Requirement.BANK_ACCOUNT, approved=True)
    assert await sellers.bank_account(tx, stall.shop.id) is not None


# -- documents ---------------------------------------------------------------------------------


async def test_papers_are_checked(tx: Tx, db: OneConnection) -> None:
    stall = await open_stall(tx)
    bad = replace(
        paper("horoscope", date(2026, 3, 1)), content_type="image/webp", size_bytes=10_000_001
    )
    async with refused(db, tx, Invalid) as caught:
        await sellers.add_document(tx, stall.owner, stall.shop.id, bad)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["kind", "file", "file", "expires_on"]
    # The last good day itself still counts.
    await sellers.add_document(tx, stall.owner, stall.shop.id, paper("identity", date(2026, 3, 2)))


async def test_a_paper_replaces_the_older_one_of_its_kind(tx: Tx) -> None:
    stall = await open_stall(tx)
    old = await sellers.add_document(tx, stall.owner, stall.shop.id, paper("identity"))
    new = await sellers.add_document(tx, stall.owner, stall.shop.id, paper("identity"))
    listed = await sellers.documents_for(tx, stall.owner, stall.shop.id)
    assert [document.id for document in listed] == [new]
    replaced = await sellers.document_for(tx, stall.owner, stall.shop.id, old)
    assert not sellers.is_current(replaced)
    with pytest.raises(Absent):
        await sellers.document_for(tx, stall.owner, stall.shop.id, DocumentId(1))


async def test_a_paper_expires_after_its_last_day(
    tx: Tx, db: OneConnection, engine_for: Callable[[Wiring], Engine]
) -> None:
    stall = await open_stall(tx)
    await hand_everything_in(tx, stall)
    await sellers.add_document(tx, stall.owner, stall.shop.id, paper("identity", date(2026, 3, 5)))
    await tx.flush()
    engine = engine_for(Wiring((), (), SWEEPS))
    # 23:59:59 on 5 March in Los Angeles is 07:59:59 on 6 March in UTC; it is 17:00 on 2 March.
    await engine.advance(timedelta(days=3, hours=14))
    assert await facts(db, tx, "sellers.document_expired") == []
    await engine.advance(timedelta(hours=2))
    (expired,) = await facts(db, tx, "sellers.document_expired")
    assert expired[1:] == (
        "job:sellers.documents",
        {"shop_id": stall.shop.id, "document_id": expired[2]["document_id"], "kind": "identity"},
    )
    now = later(db, timedelta())
    checklist = await sellers.checklist_for(now, stall.owner, stall.shop.id)
    assert [each.field for each in checklist.missing] == ["identity"]
    assert checklist.state is ShopState.ONBOARDING
    await sellers.add_document(now, stall.owner, stall.shop.id, paper("identity"))
    assert await state_of(now, stall) is ShopState.IN_REVIEW


# -- suspension --------------------------------------------------------------------------------


async def test_suspended_and_reinstated(tx: Tx, db: OneConnection) -> None:
    stall, operator = await live_stall(tx), await operator_of(tx)
    async with refused(db, tx, sellers.CannotReinstate):
        await sellers.reinstate(tx, operator, stall.shop.id, "no reason to")
    async with refused(db, tx, Invalid):
        await sellers.suspend(tx, operator, stall.shop.id, "")
    await sellers.suspend(tx, operator, stall.shop.id, "counterfeits")
    assert await sellers.live_shops(tx, [stall.shop.id]) == {}
    async with refused(db, tx, sellers.CannotSuspend) as caught:
        await sellers.suspend(tx, operator, stall.shop.id, "twice")
    assert caught.value.facts == {"state": "SUSPENDED"}
    # Handing things in does not lift a suspension.
    await sellers.add_document(tx, stall.owner, stall.shop.id, paper("identity"))
    await sellers.decide(tx, operator, stall.shop.id, Requirement.DOCUMENTS, approved=True)
    assert await state_of(tx, stall) is ShopState.SUSPENDED
    await sellers.reinstate(tx, operator, stall.shop.id, "stock was checked")
    assert await state_of(tx, stall) is ShopState.LIVE
    (suspended,) = await facts(db, tx, "sellers.shop_suspended")
    assert suspended[1:] == (
        operator.label,
        {"shop_id": stall.shop.id, "reason": "counterfeits"},
    )
    async with refused(db, tx, Forbidden):
        await sellers.suspend(tx, await again(tx, stall.owner), stall.shop.id, "myself")


async def test_two_operators_decide_at_once(
    real_db: PooledDatabase, race: Callable[..., Any]
) -> None:
    async with real_db.transaction() as tx:
        stall = await open_stall(tx)
        await hand_everything_in(tx, stall)
        operators = [await operator_of(tx, f"Operator {n}") for n in range(4)]

    async def contender(operator: identity.Actor, n: int) -> ShopState:
        async with real_db.transaction() as tx:
            return await sellers.decide(
                tx, operator, stall.shop.id, Requirement.BUSINESS, n % 2 == 0, "a look"
            )

    outcomes = await race(*(contender(operator, n) for n, operator in enumerate(operators)))
    assert sum(isinstance(outcome, ShopState) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, sellers.NothingToDecide) for outcome in outcomes) == 3
    async with real_db.transaction() as tx:
        checklist = await sellers.checklist_for(tx, identity.SYSTEM, stall.shop.id)
    decided = [item for item in checklist.items if item.state is not RequirementState.SUBMITTED]
    assert [item.requirement for item in decided] == [Requirement.BUSINESS]


async def test_different_requirements_decided_at_once_still_go_live(
    real_db: PooledDatabase, race: Callable[..., Any]
) -> None:
    async with real_db.transaction() as tx:
        stall = await open_stall(tx)
        await hand_everything_in(tx, stall)
        operator = await operator_of(tx)

    async def contender(requirement: Requirement) -> ShopState:
        async with real_db.transaction() as tx:
            return await sellers.decide(tx, operator, stall.shop.id, requirement, approved=True)

    outcomes = await race(*map(contender, Requirement))
    assert sorted(outcomes) == [ShopState.IN_REVIEW, ShopState.IN_REVIEW, ShopState.LIVE]
