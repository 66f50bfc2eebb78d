"""Addresses of buyers."""

from dataclasses import asdict

from clipcart import markets
from clipcart.identity import _sql
from clipcart.identity.errors import NoSuchAddress
from clipcart.identity.model import Actor, require
from clipcart.identity.policy import may_use_addresses, own_id
from clipcart.identity.records import Address, NewAddress
from clipcart.kit.db import Tx
from clipcart.kit.errors import check
from clipcart.kit.ids import AddressId, new_id


async def add_address(tx: Tx, actor: Actor, market_id: str, new: NewAddress) -> Address:
    """Keep an address in a market's country. Raises Invalid by the market's rules."""
    require(may_use_addresses(actor, own_id(actor)), "addresses.use", actor)
    market = markets.get(market_id)
    fields = {name: value.strip() for name, value in asdict(new).items()}
    check(markets.address_problems(market.at(tx.now), fields))
    address = Address(id=AddressId(new_id()), market_id=market.id, country=market.country, **fields)
    await tx.run(_sql.ADD_ADDRESS, person_id=own_id(actor), now=tx.now, **asdict(address))
    return address


async def remove_address(tx: Tx, actor: Actor, address_id: AddressId) -> None:
    """Forget one of one's own addresses; orders keep their copy. Raises NoSuchAddress."""
    person_id = own_id(actor)
    require(may_use_addresses(actor, person_id), "addresses.use", actor)
    if not await tx.run(_sql.REMOVE_ADDRESS, person_id=person_id, id=address_id):
        raise NoSuchAddress
