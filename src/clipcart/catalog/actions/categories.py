"""Categories: paths such as Home > Kitchen > Teapots, the same for every shop."""

from collections.abc import Mapping, Sequence

from clipcart.catalog._sql import writing as sql
from clipcart.catalog.model import CategoryId
from clipcart.catalog.policy import may_moderate
from clipcart.identity import Actor, require
from clipcart.kit.db import Tx
from clipcart.kit.errors import Problem, check
from clipcart.kit.ids import new_id

LEVELS_MAX = 7
"""Depth of the category tree: features of the trade, section 1.4."""


async def ensure_categories(
    tx: Tx, actor: Actor, paths: Sequence[str], *, tax_categories: Mapping[str, str] | None = None
) -> Mapping[str, CategoryId]:
    """The ids of these paths; those that are new are added with their tax category.

    Raises Invalid for a path that is empty, too deep or has an empty step.
    """
    require(may_moderate(actor), "catalog.moderate", actor)
    check([_path_problem(path) for path in paths])
    known = await tx.all(sql.CATEGORIES_BY_PATH, paths=list(paths))
    missing = sorted(set(paths) - {row.path for row in known})
    if missing:
        taxes = tax_categories or {}
        await tx.run(
            sql.ADD_CATEGORIES,
            ids=[new_id() for _ in missing],
            paths=missing,
            tax_categories=[taxes.get(path, "") for path in missing],
        )
        known = await tx.all(sql.CATEGORIES_BY_PATH, paths=list(paths))
    return {row.path: CategoryId(row.id) for row in known}


def _path_problem(path: str) -> Problem | None:
    steps = path.split(" > ")
    if len(steps) <= LEVELS_MAX and all(step and step == step.strip() for step in steps):
        return None
    return Problem(
        "path",
        f"A category path has 1 to {LEVELS_MAX} steps with ' > ' between them.",
        "Write it like Home > Kitchen > Teapots.",
    )
