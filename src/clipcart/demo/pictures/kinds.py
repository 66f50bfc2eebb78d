"""Which drawing belongs to which kind of product, and whether the thing stands or lies."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from clipcart.demo.pictures import (
    bags,
    ceramics,
    clothes,
    games,
    greenery,
    lights,
    outdoors,
    paper,
    pets,
    technics,
    toys,
    vessels,
)
from clipcart.demo.pictures.brush import Brush, Ink


class Pose(Enum):
    """Standing things cast a shadow along the table, lying ones below themselves."""

    STANDS = "stands"
    LIES = "lies"


@dataclass(frozen=True, slots=True)
class Drawing:
    """How to draw one kind of product."""

    pose: Pose
    draw: Callable[[Brush, Ink], None]


_THEMES = (
    bags,
    ceramics,
    clothes,
    games,
    greenery,
    lights,
    outdoors,
    paper,
    pets,
    technics,
    toys,
    vessels,
)

KINDS: dict[str, Drawing] = {
    **{
        name: Drawing(Pose.STANDS, draw) for theme in _THEMES for name, draw in theme.STANDS.items()
    },
    **{name: Drawing(Pose.LIES, draw) for theme in _THEMES for name, draw in theme.LIES.items()},
}
