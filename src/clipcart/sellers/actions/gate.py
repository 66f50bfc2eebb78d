"""The verification gate of one shop, held while its requirements change.

Everything that touches requirements locks the shop's row first, so that two changes of one shop
follow each other and the shop's state always fits its requirements.
"""

from dataclasses import dataclass
from datetime import datetime

from clipcart.identity import Actor
from clipcart.kit.db import Tx
from clipcart.kit.ids import ShopId
from clipcart.sellers import _sql
from clipcart.sellers.errors import NoSuchShop
from clipcart.sellers.events import (
    RequirementDecided,
    RequirementReopened,
    RequirementSubmitted,
    ShopWentLive,
)
from clipcart.sellers.model import (
    REQUIREMENT_MOVES,
    Requirement,
    RequirementState,
    ShopState,
    is_waiting,
    state_by_requirements,
)


@dataclass(slots=True)
class Gate:
    """A locked shop with its requirements as they stand in this transaction."""

    shop_id: ShopId
    market_id: str
    state: ShopState
    waiting_since: datetime | None
    requirements: dict[Requirement, RequirementState]

    def __getitem__(self, requirement: Requirement) -> RequirementState:
        return self.requirements[requirement]

    async def submit(self, tx: Tx, actor: Actor, requirement: Requirement) -> None:
        """The seller handed it in: an operator has to look at it."""
        self._move(requirement, RequirementState.SUBMITTED)
        await tx.run(
            _sql.SUBMIT_REQUIREMENT, shop_id=self.shop_id, requirement=requirement, now=tx.now
        )
        tx.announce(actor, RequirementSubmitted(self.shop_id, requirement.value))

    async def reopen(self, tx: Tx, actor: Actor, requirement: Requirement) -> None:
        """What was handed in does not suffice any more. Nothing happens if it is missing anyway."""
        if self[requirement] is RequirementState.MISSING:
            return
        self._move(requirement, RequirementState.MISSING)
        await tx.run(_sql.REOPEN_REQUIREMENT, shop_id=self.shop_id, requirement=requirement)
        tx.announce(actor, RequirementReopened(self.shop_id, requirement.value, ""))

    async def take_back(
        self, tx: Tx, actor: Actor, requirement: Requirement, *, reason: str
    ) -> None:
        """An operator no longer stands by an approval."""
        await self._judge(tx, actor, requirement, RequirementState.REJECTED, reason)
        tx.announce(actor, RequirementReopened(self.shop_id, requirement.value, reason))

    async def decide(
        self, tx: Tx, actor: Actor, requirement: Requirement, *, is_approved: bool, reason: str
    ) -> None:
        """An operator's word on what is submitted."""
        state = RequirementState.APPROVED if is_approved else RequirementState.REJECTED
        await self._judge(tx, actor, requirement, state, reason)
        tx.announce(actor, RequirementDecided(self.shop_id, requirement.value, is_approved, reason))

    async def _judge(
        self,
        tx: Tx,
        actor: Actor,
        requirement: Requirement,
        state: RequirementState,
        reason: str,
    ) -> None:
        self._move(requirement, state)
        await tx.run(
            _sql.DECIDE_REQUIREMENT,
            shop_id=self.shop_id,
            requirement=requirement,
            state=state,
            reason=reason,
            now=tx.now,
            decided_by=actor.label,
        )

    async def close(self, tx: Tx, actor: Actor) -> ShopState:
        """Let the shop's state follow; gives it."""
        state = state_by_requirements(self.state, self.requirements)
        waiting_since = (self.waiting_since or tx.now) if is_waiting(self.requirements) else None
        if (state, waiting_since) != (self.state, self.waiting_since):
            await tx.run(
                _sql.MOVE_SHOP,
                shop_id=self.shop_id,
                state=state,
                waiting_since=waiting_since,
                now=tx.now,
            )
        if state is ShopState.LIVE and self.state is not ShopState.LIVE:
            tx.announce(actor, ShopWentLive(self.shop_id))
        self.state, self.waiting_since = state, waiting_since
        return state

    def _move(self, requirement: Requirement, to: RequirementState) -> None:
        now = self[requirement]
        assert to in REQUIREMENT_MOVES[now], f"{requirement} cannot move from {now} to {to}"
        self.requirements[requirement] = to


async def gate_of(tx: Tx, shop_id: ShopId) -> Gate:
    """The shop's gate, locked until the transaction ends. Raises NoSuchShop."""
    row = await tx.maybe(_sql.LOCK_GATE, shop_id=shop_id)
    if row is None:
        raise NoSuchShop
    requirements = await tx.all(_sql.REQUIREMENTS, shop_id=shop_id)
    return Gate(
        shop_id,
        row.market_id,
        ShopState(row.state),
        row.waiting_since,
        {Requirement(item.requirement): RequirementState(item.state) for item in requirements},
    )
