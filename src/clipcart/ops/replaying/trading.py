"""The history lived again: grain by grain, everything that happens in one in sets.

A grain that was begun is done again whole after an interruption. What was placed, shipped or ended
is marked in the transaction that did it, so nothing happens twice.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from clipcart import checkout, fulfilment, orders, sellers
from clipcart.identity import as_person, robot
from clipcart.kit.db import Tx
from clipcart.kit.errors import Refusal
from clipcart.kit.ids import OrderId, PackageId, PersonId, ShopId
from clipcart.kit.money import Money
from clipcart.ops.replaying import record
from clipcart.ops.replaying.causes import Cause, Difference
from clipcart.ops.replaying.files import Buyer
from clipcart.ops.replaying.plan import Ending, Grains, Plan
from clipcart.ops.replaying.record import Known
from clipcart.ops.replaying.settling import MARKET, PLATFORM, Stage, ship_to
from clipcart.ops.replaying.till import HistoricProvider, tenders
from clipcart.orders import OrderKey

AT_ONCE: Final = 400
CARRIER: Final = "correios"
SHOPS_OF_ONE_MOST: Final = 32
"""Tracking numbers are counted: so many are set aside for the shops of one order."""
QUIET: Final = timedelta(days=60)
"""After the last event the clock goes on so long: releases, reserves, payouts, deadlines."""

_ROBOT = robot("carrier")
_OWNER = sellers.GRANTS[sellers.Role.OWNER]


@dataclass(slots=True)
class Agenda:
    """What is to be done in each grain."""

    places: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    pays: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    ships: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))

    grains: list[int] = field(default_factory=list)

    def after(self, grain: int) -> int:
        """The next grain with something to do; the one just after the last for none."""
        place = bisect_right(self.grains, grain)
        if place < len(self.grains):
            return self.grains[place]
        return max(grain, self.grains[-1]) + 1


def agenda_of(plans: Iterable[Plan]) -> Agenda:
    """Sort plans by when they have something to do."""
    agenda = Agenda()
    for each in plans:
        agenda.places[each.place].append(each)
        if each.pay is not None and each.pay > each.place:
            agenda.pays[each.pay].append(each)
        if each.ship is not None:
            agenda.ships[each.ship].append(each)
        if each.end is not None:
            agenda.ends[each.end].append(each)
    agenda.grains = sorted({*agenda.places, *agenda.pays, *agenda.ships, *agenda.ends})
    return agenda


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package on its way."""

    shop_id: ShopId
    order_id: OrderId
    package_id: PackageId
    number: str

    @property
    def key(self) -> OrderKey:
        """The order that is in it."""
        return self.shop_id, self.order_id


class Trade:
    """Carries out an agenda."""

    def __init__(self, stage: Stage, provider: HistoricProvider, grains: Grains) -> None:
        self._stage = stage
        self._provider = provider
        self._grains = grains
        self._on_the_way: dict[OrderKey, Parcel] = {}

    async def live(self, agenda: Agenda, grain: int) -> None:
        """Everything of one grain, at its start."""
        engine = self._stage.engine
        await engine.move_to(self._grains.start(grain))
        # What is paid within the grain comes before the deadlines that end in it.
        for some in _parts(agenda.pays.get(grain, ())):
            await self._pay(some)
            await engine.catch_up()
        await engine.run_sweeps()
        for some in _parts(agenda.places.get(grain, ())):
            await self._place(some)
        for some in _parts(agenda.ships.get(grain, ())):
            await self._ship(some)
        for some in _parts(agenda.ends.get(grain, ())):
            await self._end(some)
        await engine.catch_up()

    # -- placing -------------------------------------------------------------------------------

    async def _place(self, plans: Sequence[Plan]) -> None:
        fresh = [each for each in plans if each.order.id not in self._stage.record.orders]
        if not fresh:
            return
        async with self._stage.db.transaction() as tx:
            outcomes = await checkout.place(tx, [self._request(each) for each in fresh])
            placed = {
                each.order.id: Known(outcome.payment_id, outcome.orders, record.PLACED)
                for each, outcome in zip(fresh, outcomes, strict=True)
                if not isinstance(outcome, Refusal)
            }
            refused = [
                Difference(
                    each.order.id,
                    Cause.REFUSED,
                    outcome.code,
                    "none",
                    {kind: -minor for kind, minor in each.tenders},
                )
                for each, outcome in zip(fresh, outcomes, strict=True)
                if isinstance(outcome, Refusal)
            ]
            await record.add_orders(tx, placed)
            differences = [item for each in fresh for item in each.differences]
            await record.note(tx, [*differences, *refused])
        self._stage.record.orders.update(placed)

    def _request(self, each: Plan) -> checkout.PlaceRequest:
        known = self._stage.record
        person_id = known.people[each.order.buyer.person]
        lines, prices = [], {}
        for part in each.parts:
            key = known.shops[part.sku[0]], known.skus[part.sku]
            lines.append(checkout.CartLine(*key, part.quantity))
            prices[key] = Money.of(part.price_minor, "BRL")
        return checkout.PlaceRequest(
            actor=PLATFORM,
            person_id=person_id,
            key=f"replay-{each.order.id}",
            market_id=MARKET,
            lines=tuple(lines),
            ship_to=_ship_to(each.order.buyer),
            deliveries={},
            method=self._provider.token(each, self._grains),
            total_shown=Money.of(each.total_minor, "BRL"),
            clears_cart=False,
            tenders=tenders(each),
            agreed=checkout.Agreement(
                prices,
                {
                    known.shops[seller]: Money.of(minor, "BRL")
                    for seller, minor in each.freights.items()
                },
            ),
        )

    async def _pay(self, plans: Sequence[Plan]) -> None:
        known = self._stage.record
        due = [
            (known.people[each.order.buyer.person], placed.payment_id, each)
            for each in plans
            if (placed := known.orders.get(each.order.id)) is not None
        ]
        if due:
            await self._provider.capture_due(due, self._grains)

    # -- shipping ------------------------------------------------------------------------------

    async def _ship(self, plans: Sequence[Plan]) -> None:
        wishes: dict[OrderKey, fulfilment.ShipRequest] = {}
        of: dict[OrderKey, str] = {}
        for each, known in self._at(plans, record.PLACED):
            for key, number in _numbers(each, known).items():
                label = fulfilment.LabelWish(
                    mode=fulfilment.Mode.SELLER, carrier=CARRIER, tracking_number=number
                )
                wishes[key] = fulfilment.ShipRequest(label=label)
                of[key] = each.order.id
        if not wishes:
            return
        async with self._stage.db.transaction() as tx:
            outcomes = await fulfilment.ship_orders(tx, PLATFORM, wishes)
            packages = [each.package for each in outcomes.values() if each.package is not None]
            parcels = [
                Parcel(each.shop_id, each.order_id, each.id, each.tracking_number or "")
                for each in packages
            ]
            await self._scan(tx, parcels, fulfilment.ScanKind.COLLECTED)
            await self._take_to(tx, record.SHIPPED, dict.fromkeys(of.values()))
        self._on_the_way.update((parcel.key, parcel) for parcel in parcels)

    async def _scan(self, tx: Tx, parcels: Sequence[Parcel], kind: fulfilment.ScanKind) -> None:
        await fulfilment.record_scans(
            tx,
            _ROBOT,
            [
                fulfilment.ScanReport(
                    shop_id=parcel.shop_id,
                    package_id=parcel.package_id,
                    tracking_number=parcel.number,
                    key=kind.value.lower(),
                    kind=kind,
                    at=tx.now,
                )
                for parcel in parcels
            ],
        )

    # -- ending --------------------------------------------------------------------------------

    async def _end(self, plans: Sequence[Plan]) -> None:
        on_the_way = [each for each in plans if each.ending in (Ending.DELIVERED, Ending.LOST)]
        coming = list(self._at(on_the_way, record.SHIPPED))
        if coming:
            await self._arrive(coming)
        others = [each for each in plans if each.ending in (Ending.CALLED_OFF, Ending.SOLD_OUT)]
        for each, known in self._at(others, record.PLACED):
            await self._call_off(each, known)

    async def _arrive(self, coming: Sequence[tuple[Plan, Known]]) -> None:
        lost = {key for each, known in coming if each.ending is Ending.LOST for key in known.keys}
        keys = [key for _, known in coming for key in known.keys]
        async with self._stage.db.transaction() as tx:
            parcels = await self._parcels(tx, keys)
            gone = [parcel for parcel in parcels if parcel.key in lost]
            there = [parcel for parcel in parcels if parcel.key not in lost]
            if there:
                await self._scan(tx, there, fulfilment.ScanKind.DELIVERED)
            if gone:
                await self._scan(tx, gone, fulfilment.ScanKind.LOST)
            await self._take_to(tx, record.ENDED, [each.order.id for each, _ in coming])

    async def _parcels(self, tx: Tx, keys: Sequence[OrderKey]) -> list[Parcel]:
        """What is on the way of these orders: known from shipping them, else asked for."""
        unknown = [key for key in keys if key not in self._on_the_way]
        found = await fulfilment.packages_of_orders(tx, unknown) if unknown else {}
        asked = [
            Parcel(each.shop_id, each.order_id, each.id, each.tracking_number or "")
            for packages in found.values()
            for each in packages
        ]
        known = [self._on_the_way.pop(key) for key in keys if key in self._on_the_way]
        return sorted([*known, *asked], key=lambda parcel: parcel.key)

    async def _call_off(self, each: Plan, known: Known) -> None:
        """The shop cancels: what it has not got any more, or because the buyer asked it to."""
        sold_out = each.ending is Ending.SOLD_OUT
        reason = orders.Reason.OUT_OF_STOCK if sold_out else orders.Reason.BUYER_ASKED
        owners = {
            self._stage.record.shops[part.sku[0]]: self._stage.record.owners[part.sku[0]]
            for part in each.parts
        }
        async with self._stage.db.transaction() as tx:
            for shop_id, order_id in known.keys:
                actor = as_person(PersonId(owners[shop_id]), memberships={shop_id: _OWNER})
                try:
                    async with tx.savepoint():
                        await orders.cancel(tx, actor, shop_id, order_id, reason)
                except orders.CannotCancel:
                    continue  # It was closed before; what it ended as is compared at the end.
            await self._take_to(tx, record.ENDED, [each.order.id])

    # -- marks ---------------------------------------------------------------------------------

    def _at(self, plans: Iterable[Plan], step: str) -> Iterator[tuple[Plan, Known]]:
        for each in plans:
            known = self._stage.record.orders.get(each.order.id)
            if known is not None and known.step == step:
                yield each, known

    async def _take_to(self, tx: Tx, step: str, order_ids: Iterable[str]) -> None:
        """Marks in memory go ahead of the commit by less than the process lives."""
        ids = list(order_ids)
        await record.take_to(tx, step, ids)
        for order_id in ids:
            self._stage.record.orders[order_id].step = step


def _ship_to(buyer: Buyer) -> orders.ShipTo:
    home = ship_to(buyer)
    return orders.ShipTo(
        home.name,
        home.line1,
        home.line2,
        home.city,
        home.region,
        home.postal_code,
        "BR",
        home.phone,
    )


def _numbers(each: Plan, known: Known) -> Mapping[OrderKey, str]:
    return {
        key: fulfilment.make_tracking_number(CARRIER, each.number * SHOPS_OF_ONE_MOST + place)
        for place, key in enumerate(sorted(known.keys))
    }


def _parts(plans: Sequence[Plan]) -> Iterator[Sequence[Plan]]:
    for start in range(0, len(plans), AT_ONCE):
        yield plans[start : start + AT_ONCE]
