"""People whom the platform brings along from another place, in sets."""

from collections.abc import Sequence
from typing import Final

from clipcart import markets
from clipcart.identity import _sql
from clipcart.identity.actions.accounts import clean_email, email_problem, name_problem
from clipcart.identity.errors import EmailTaken
from clipcart.identity.events import PersonSignedUp
from clipcart.identity.model import Actor, as_person, require
from clipcart.identity.policy import may_bring_people
from clipcart.identity.records import NewPerson, Person
from clipcart.kit.db import Tx
from clipcart.kit.errors import check
from clipcart.kit.ids import PersonId, new_id

NO_PASSWORD: Final = "none"
"""Kept instead of a hash: no password fits it."""


async def bring_people(tx: Tx, actor: Actor, new: Sequence[NewPerson]) -> list[Person]:
    """Open accounts without a password; their owners set one by the link of a reset.

    Checked and announced like those who sign up by themselves. Raises Invalid, EmailTaken,
    NoSuchMarket; all or nothing.
    """
    require(may_bring_people(actor), "people.bring", actor)
    found = [
        Person(
            PersonId(new_id()),
            clean_email(each.email),
            " ".join(each.name.split()),
            markets.get(each.market_id).id,
            tx.now,
        )
        for each in new
    ]
    check([problem for each in found for problem in (email_problem(each.email),)])
    check([name_problem(each.name) for each in found])
    if len({each.email for each in found}) < len(found):
        raise EmailTaken
    async with tx.savepoint():
        claimed = await tx.all(
            _sql.CLAIM_EMAILS,
            emails=[each.email for each in found],
            person_ids=[each.id for each in found],
        )
        if len(claimed) < len(found):
            raise EmailTaken
    await tx.run(
        _sql.ADD_PEOPLE,
        person_ids=[each.id for each in found],
        emails=[each.email for each in found],
        names=[each.name for each in found],
        market_ids=[each.market_id for each in found],
        password_hash=NO_PASSWORD,
        now=tx.now,
    )
    for each in found:
        tx.announce(as_person(each.id), PersonSignedUp(each.id, each.market_id))
    return found
