"""Loading the demo world: weeks of trade in under a minute, by real actions on a moved clock."""

from datetime import timedelta

from clipcart.demo.content_loader import world
from clipcart.demo.settling import (
    PASSWORD,
    Progress,
    Scene,
    fill_shelves,
    open_shops,
    settle_people,
)
from clipcart.demo.trading import DAYS, trade
from clipcart.kit import ids
from clipcart.kit.engine import Engine
from clipcart.main import Installation
from clipcart.payments import TestProvider


async def load(installation: Installation, *, seed: int, progress: Progress) -> None:
    """Fill an empty installation. The history ends now; the clock is where it was.

    Ids and dice come from the seed, so the same seed on the same day makes the same world.
    """
    provider = installation.services.provider
    if not isinstance(provider, TestProvider):
        raise ValueError("the demo world needs the test provider (CLIPCART_PAYMENT_PROVIDER)")
    engine = Engine(installation.db, installation.wiring, concurrent=False)
    scene = Scene(installation.db, installation.files, engine, world())
    end = await engine.now()
    await engine.start_at(end - timedelta(days=DAYS))
    with ids.counted_from(seed):
        await settle_people(scene, progress)
        await open_shops(scene, progress)
        await fill_shelves(scene, progress)
        await trade(scene, provider, seed, end, progress)
    await engine.reset_clock()


def greeting(url: str, command: str = "clipcart") -> str:
    """The accounts of the demo world and what to try first, for the terminal."""
    people = world()
    lines = [
        f"Password of everybody: {PASSWORD}",
        "",
    ]
    shop = people.shops[0]
    operator = next(person for person in people.people if person.role == "operator")
    for who, email, what in (
        (
            "shopper",
            people.person("mira").email,
            f"{url}/ fill a cart, pay with 4242 4242 4242 4242",
        ),
        ("seller", people.person(shop.owner).email, f"{url}/sell ship what is due today"),
        ("operator", operator.email, f"{url}/ops verify shops, prove the money, move the clock"),
    ):
        lines.append(f"  {who:9} {email:32} {what}")
    lines += [
        "",
        "In a second terminal:",
        f"  see a week pass    {command} clock advance 7d",
        f"  prove the money    {command} ledger prove",
    ]
    return "\n".join(lines)
