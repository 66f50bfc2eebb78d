"""The requirement state machine under any order of events, on the real tables."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipcart import sellers
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal
from clipcart.sellers import Checklist, Requirement, RequirementState, ShopState
from clipcart.sellers.model import (
    REQUIREMENT_MOVES,
    documents_missing,
    is_waiting,
    masked,
    state_by_requirements,
)
from tests.identity.support import operator_of
from tests.sellers.support import ACCOUNT, BUSINESS, PAPERS, Stall, open_stall, paper
from tests.support.database import OneConnection

OTHER_NAME = sellers.Business(
    **{**{f: getattr(BUSINESS, f) for f in BUSINESS.__slots__}, "legal_name": "Another Name"}
)
STATES = st.fixed_dictionaries(
    {requirement: st.sampled_from(RequirementState) for requirement in Requirement}
)
# What moves a shop forward is drawn more often, so that walks get far.
STEPS = st.sampled_from(
    [
        *["business", "other_name", "bank", *PAPERS] * 3,
        *[("approve", requirement) for requirement in Requirement] * 3,
        *[("reject", requirement) for requirement in Requirement],
        *[("reopen", requirement) for requirement in Requirement],
        "suspend",
        "reinstate",
    ]
)


@given(states=STATES, now=st.sampled_from(ShopState))
def test_a_shop_goes_live_only_when_all_is_approved(
    states: dict[Requirement, RequirementState], now: ShopState
) -> None:
    after = state_by_requirements(now, states)
    if now in (ShopState.LIVE, ShopState.SUSPENDED):
        assert after is now
    else:
        all_approved = set(states.values()) == {RequirementState.APPROVED}
        assert (after is ShopState.LIVE) == all_approved
        assert after is not ShopState.SUSPENDED
    if after is ShopState.IN_REVIEW:
        assert is_waiting(states)


def test_only_what_is_submitted_can_be_approved() -> None:
    for state, moves in REQUIREMENT_MOVES.items():
        can_be = RequirementState.APPROVED in moves - {state}
        assert can_be == (state is RequirementState.SUBMITTED)


@given(number=st.text("0123456789ABC", min_size=5, max_size=34))
def test_masking_shows_four_places(number: str) -> None:
    assert masked(number).endswith(number[-4:])
    assert number not in masked(number)


@given(
    required=st.lists(st.sampled_from("abcdef"), unique=True),
    there=st.sets(st.sampled_from("abcdef")),
)
def test_each_missing_paper_is_named_once(required: list[str], there: set[str]) -> None:
    missing = documents_missing(required, there)
    assert len(missing) == len(set(missing))
    assert set(missing) == set(required) - there


async def act(tx: Tx, stall: Stall, operator: Any, step: Any) -> None:
    shop_id, owner = stall.shop.id, stall.owner
    match step:
        case "business":
            await sellers.submit_business(tx, owner, shop_id, BUSINESS)
        case "other_name":
            await sellers.submit_business(tx, owner, shop_id, OTHER_NAME)
        case "bank":
            await sellers.submit_bank_account(tx, owner, shop_id, ACCOUNT)
        case "suspend":
            await sellers.suspend(tx, operator, shop_id, "a reason")
        case "reinstate":
            await sellers.reinstate(tx, operator, shop_id, "a reason")
        case ("reopen", requirement):
            await sellers.reopen(tx, operator, shop_id, requirement, "a reason")
        case (verdict, requirement):
            await sellers.decide(
                tx, operator, shop_id, requirement, verdict == "approve", "a reason"
            )
        case kind:
            await sellers.add_document(tx, owner, shop_id, paper(kind))


def check_step(before: Checklist, after: Checklist) -> None:
    old = {item.requirement: item.state for item in before.items}
    new = {item.requirement: item.state for item in after.items}
    for requirement in Requirement:
        if old[requirement] is not new[requirement]:
            assert new[requirement] in REQUIREMENT_MOVES[old[requirement]]
    if after.state is ShopState.LIVE and before.state not in (ShopState.LIVE, ShopState.SUSPENDED):
        assert set(new.values()) == {RequirementState.APPROVED}
    if after.state not in (ShopState.LIVE, ShopState.SUSPENDED):
        assert after.state is state_by_requirements(after.state, new)
    for item in after.items:
        assert bool(item.missing) == (item.state is RequirementState.MISSING)
        assert bool(item.reason) or item.state is not RequirementState.REJECTED


async def check_accounts(tx: Tx, stall: Stall) -> None:
    """An account in use or in waiting always bears the name of the business."""
    accounts = await sellers.bank_accounts_for(tx, stall.owner, stall.shop.id)
    business = await sellers.business_for(tx, stall.owner, stall.shop.id)
    for account in accounts:
        assert business is not None
        assert account.holder_name == business.legal_name


class Undone(Exception):
    """Ends an example: its rows are rolled back."""


async def walk(tx: Tx, stall: Stall, operator: Any, steps: list[Any]) -> None:
    async with tx.savepoint():
        before = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
        for step in steps:
            try:
                async with tx.savepoint():
                    await act(tx, stall, operator, step)
            except Refusal:
                after = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
                assert after == before
            else:
                after = await sellers.checklist_for(tx, stall.owner, stall.shop.id)
                check_step(before, after)
            await check_accounts(tx, stall)
            queue = await sellers.verification_queue(tx, operator)
            states = {item.requirement: item.state for item in after.items}
            assert bool(queue.items) == is_waiting(states)
            before = after
        raise Undone


async def test_any_order_of_events(tx: Tx, db: OneConnection) -> None:
    stall, operator = await open_stall(tx), await operator_of(tx)
    loop = asyncio.get_running_loop()

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(STEPS, min_size=10, max_size=30))
    def example(steps: list[Any]) -> None:
        future = asyncio.run_coroutine_threadsafe(walk(tx, stall, operator, steps), loop)
        with pytest.raises(Undone):
            future.result(timeout=60)

    await asyncio.to_thread(example)
