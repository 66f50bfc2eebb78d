"""A corner of the demo world: a few shops and products, settled in seconds, without a history.

The smoke check and the tests live in it: `mira` shops there, `fernhollow` sells the `teapot`.
"""

from dataclasses import replace
from typing import Final

from clipcart.demo import content_model as content
from clipcart.demo.content_loader import world
from clipcart.demo.settling import Scene, fill_shelves, open_shops, settle_people
from clipcart.kit.db import Database
from clipcart.kit.engine import Engine, Wiring
from clipcart.kit.files import Files

SHOPS: Final = ("fernhollow", "halflight", "kumo-lamps", "low-tide-audio")
PRODUCTS_EACH: Final = 5


def corner_content() -> content.World:
    """The part of the content that belongs to the corner."""
    everything = world()
    shops = []
    for handle in SHOPS:
        shop = everything.shop(handle)
        first = sorted(shop.products, key=lambda product: product.handle != "teapot")
        shops.append(replace(shop, products=tuple(first[:PRODUCTS_EACH])))
    staff = {shop.owner for shop in shops} | {m.person for shop in shops for m in shop.staff}
    keeps = (content.Role.SHOPPER, content.Role.OPERATOR)
    people = [p for p in everything.people if p.handle in staff or p.role in keeps]
    return content.World(tuple(people), tuple(shops))


async def settle_corner(db: Database, wiring: Wiring, files: Files) -> Scene:
    """Make the corner in an empty database, by real actions."""
    engine = Engine(db, wiring, concurrent=False)
    scene = Scene(db, files, engine, corner_content(), pictures_each=1, picture_px=320)
    for step in (settle_people, open_shops, fill_shelves):
        await step(scene, lambda _step, _done, _of: None)
    return scene
