"""Addresses of buyers."""

from collections.abc import Sequence
from dataclasses import asdict

from clipcart import markets
from clipcart.identity import _sql
from clipcart.identity.errors import NoSuchAddress
from clipcart.identity.model import Actor, require
from clipcart.identity.policy import may_bring_people, may_use_addresses, own_id
from clipcart.identity.records import Address, NewAddress
from clipcart.kit.db import Tx
from clipcart.kit.errors import check
from clipcart.kit.ids import AddressId, PersonId, new_id


async def add_address(tx: Tx, actor: Actor, market_id: str, new: NewAddress) -> Address:
    """Keep an address in a market's country. Raises Invalid by the market's rules."""
    require(may_use_addresses(actor, own_id(actor)), "addresses.use", actor)
    return (await _add(tx, market_id, [(own_id(actor), new)]))[0]


async def bring_addresses(
    tx: Tx, actor: Actor, market_id: str, new: Sequence[tuple[PersonId, NewAddress]]
) -> list[Address]:
    """Keep addresses of people whom the platform brought along (`bring_people`). Raises Invalid."""
    require(may_bring_people(actor), "people.bring", actor)
    return await _add(tx, market_id, new)


async def _add(tx: Tx, market_id: str, new: Sequence[tuple[PersonId, NewAddress]]) -> list[Address]:
    market = markets.get(market_id)
    rules = market.at(tx.now)
    added: list[Address] = []
    for _, each in new:
        fields = {name: value.strip() for name, value in asdict(each).items()}
        check(markets.address_problems(rules, fields))
        added.append(
            Address(id=AddressId(new_id()), market_id=market.id, country=market.country, **fields)
        )
    await tx.run(
        _sql.ADD_ADDRESSES,
        person_ids=[person_id for person_id, _ in new],
        ids=[address.id for address in added],
        market_ids=[address.market_id for address in added],
        names=[address.name for address in added],
        line1s=[address.line1 for address in added],
        line2s=[address.line2 for address in added],
        districts=[address.district for address in added],
        cities=[address.city for address in added],
        regions=[address.region for address in added],
        postal_codes=[address.postal_code for address in added],
        countries=[address.country for address in added],
        phones=[address.phone for address in added],
        now=tx.now,
    )
    return added


async def remove_address(tx: Tx, actor: Actor, address_id: AddressId) -> None:
    """Forget one of one's own addresses; orders keep their copy. Raises NoSuchAddress."""
    person_id = own_id(actor)
    require(may_use_addresses(actor, person_id), "addresses.use", actor)
    if not await tx.run(_sql.REMOVE_ADDRESS, person_id=person_id, id=address_id):
        raise NoSuchAddress
