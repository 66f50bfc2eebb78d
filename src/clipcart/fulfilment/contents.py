"""Which unit of an order is in which package."""

from collections import Counter
from collections.abc import Iterable, Mapping

from clipcart.fulfilment.model import Package
from clipcart.kit.ids import LineId
from clipcart.orders import Line


def packages_of_units(lines: Iterable[Line], packages: Iterable[Package]) -> Mapping[int, Package]:
    """The package of each unit that is in one, by `Line.unit_ids`.

    Units of a line are alike: `packages`, oldest first, take them from the first on. Packages that
    were called off hold nothing.
    """
    by_id = {line.id: line for line in lines}
    taken: Counter[LineId] = Counter()
    found: dict[int, Package] = {}
    for package in packages:
        if package.cancelled_at is not None:
            continue
        for packed in package.lines:
            line, first = by_id[packed.line_id], taken[packed.line_id]
            for unit_id in line.unit_ids[first : first + packed.quantity]:
                found[unit_id] = package
            taken[packed.line_id] += packed.quantity
    return found
