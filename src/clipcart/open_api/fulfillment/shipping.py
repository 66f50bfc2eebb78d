"""Shipping packages that are there, and correcting the numbers under which they travel."""

from collections.abc import Mapping
from typing import Any, Final

from clipcart import fulfilment
from clipcart.fulfilment import LabelWish, Mode, Package, State
from clipcart.kit.db import Tx
from clipcart.kit.errors import Absent, Refusal
from clipcart.kit.ids import OrderId, PackageId, parse_id
from clipcart.kit.text import sentence
from clipcart.open_api.call import Call
from clipcart.open_api.envelope import Failure, item_error
from clipcart.open_api.fulfillment.making import one_number
from clipcart.open_api.fulfillment.refusals import SHIPPING
from clipcart.open_api.registry import serves

FOREIGN: Final = 21011028
OVER: Final = 21011041
ONLY_OWN: Final = 21011004
SEVERAL: Final = 21011048
NOT_SHIPPED: Final = 21011043
MOST: Final = 50
_REFUSALS: Final[Mapping[type[Refusal], int]] = {**SHIPPING, Absent: FOREIGN}


@serves("POST", "/fulfillment/202309/packages/{package_id}/ship", refusals=_REFUSALS)
async def ship_package(call: Call) -> None:
    """Ship a package: under the seller's own number if one is sent, else under the label bought
    here. A package that has its label is shipped, and stays so when it is asked for again."""
    package_id = PackageId(call.id("package_id"))
    await call.do(lambda tx: _ship(call, tx, package_id, call.body))


@serves("POST", "/fulfillment/202309/packages/ship")
async def batch_ship_packages(call: Call) -> dict[str, Any]:
    """The same for up to 50 packages; one that is refused does not hold up the others."""
    wishes = call.body["packages"]
    if not 1 <= len(wishes) <= MOST:
        raise call.wrong("packages", f"it has not 1 to {MOST} packages", "send several calls")

    async def ship_all(tx: Tx) -> dict[str, Any]:
        errors = []
        for wish in wishes:
            try:
                async with tx.savepoint():
                    await _ship(call, tx, PackageId(parse_id(wish["id"]) or 0), wish)
            except (Refusal, Failure) as problem:
                code, said = _said(problem)
                errors.append(item_error(code, said, package_id=wish["id"]))
        return {"errors": errors}

    return await call.do(ship_all)


def _said(problem: Refusal | Failure) -> tuple[int, str]:
    if isinstance(problem, Failure):
        return problem.code, problem.message
    codes = (code for kind, code in _REFUSALS.items() if isinstance(problem, kind))
    return next(codes, 21001001), sentence(problem.code, problem.facts)


async def _ship(call: Call, tx: Tx, package_id: PackageId, wish: Mapping[str, Any]) -> None:
    package = await fulfilment.package_for(tx, call.actor, call.shop_id, package_id)
    if package.state is State.CANCELLED:
        raise call.refused(OVER, "The package was called off. Look at its order.")
    own = wish.get("self_shipment")
    if own is not None:
        if not _travels_under(package, own["shipping_provider_id"], own["tracking_number"]):
            await _change(call, tx, package, own["shipping_provider_id"], own["tracking_number"])
    elif package.state is State.TO_FULFIL and package.label_problem is not None:
        again = LabelWish(carrier=package.carrier)
        await fulfilment.replace_label(tx, call.actor, call.shop_id, package.id, again)


def _travels_under(package: Package, carrier: str, number: str) -> bool:
    told = "".join(number.split()).upper()
    return (
        package.mode is Mode.SELLER
        and package.carrier == carrier
        and package.tracking_number == told
    )


async def _change(call: Call, tx: Tx, package: Package, carrier: str, number: str) -> None:
    wish = LabelWish(mode=Mode.SELLER, carrier=carrier, tracking_number=number)
    await fulfilment.replace_label(tx, call.actor, call.shop_id, package.id, wish)


@serves(
    "POST", "/fulfillment/202309/packages/{package_id}/shipping_info/update", refusals=_REFUSALS
)
async def update_package_shipping_info(call: Call) -> None:
    """Correct carrier and number of a package that the seller ships, until a carrier has it."""
    await _correct(call, call.body["shipping_provider_id"], call.body["tracking_number"])


@serves(
    "POST", "/fulfillment/202610/packages/{package_id}/shipping_info/update", refusals=_REFUSALS
)
async def update_package_shipping_info_by_list(call: Call) -> None:
    """The same in the words of 202610: one number for one package."""
    await _correct(call, *one_number(call))


async def _correct(call: Call, carrier: str, number: str) -> None:
    async def correct(tx: Tx) -> None:
        package = await fulfilment.package_for(
            tx, call.actor, call.shop_id, PackageId(call.id("package_id"))
        )
        await _correct_own(call, tx, package, carrier, number)

    await call.do(correct)


async def _correct_own(call: Call, tx: Tx, package: Package, carrier: str, number: str) -> None:
    if package.mode is not Mode.SELLER:
        raise call.refused(ONLY_OWN, "The label was bought here, so its number stays.")
    await _change(call, tx, package, carrier, number)


@serves(
    "POST",
    "/fulfillment/202309/orders/{order_id}/shipping_info/update",
    refusals={**SHIPPING, Absent: FOREIGN},
)
async def update_shipping_info(call: Call) -> None:
    """Correct carrier and number of an order that travels as one package of the seller's."""
    order_id = OrderId(call.id("order_id"))

    async def correct(tx: Tx) -> None:
        found = await fulfilment.packages_of_order(tx, call.actor, call.shop_id, order_id)
        live = [each for each in found if each.cancelled_at is None]
        if not live:
            raise call.refused(NOT_SHIPPED, "The order has no package yet. Ship it first.")
        if len(live) > 1:
            raise call.refused(SEVERAL, "The order has several packages. Correct the package's.")
        body = call.body
        await _correct_own(call, tx, live[0], body["shipping_provider_id"], body["tracking_number"])

    await call.do(correct)
