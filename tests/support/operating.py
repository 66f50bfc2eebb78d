"""Operating in tests: an operator at the desk, and what the log says."""

from clipcart.kit.eventlog import LogRow, log
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.world import World


async def at_the_desk(visitor: Visitor, world: World) -> Visitor:
    """The visitor as the operator in staff mode."""
    await visitor.sign_in(world.operator_email())
    await visitor.enter_staff_mode()
    return visitor


async def facts(installation: Installation, name: str) -> list[LogRow]:
    """The newest facts of a name."""
    async with installation.db.reading() as tx:
        return list((await log(tx, name=name)).items)
