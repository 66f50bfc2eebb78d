"""The shapes of the sandbox in JSON."""

from typing import Annotated

from msgspec import Meta, Struct

from clipcart.api.schemas import Id, Money, Text

Market = Annotated[str, Meta(description="`us` or `jp`.")]
State = Annotated[str, Meta(description="One of the states of `GET /sandbox/states`.")]


class NewSandboxShop(Struct, frozen=True):
    """A shop to make."""

    name: Text
    market: Market = "us"


class SandboxShop(Struct, frozen=True):
    """A sandbox shop of one's own, and who buys there."""

    shop_id: Id
    buyer_id: Id
    name: str


class SandboxItem(Struct, frozen=True):
    """A SKU that can be bought in a sandbox shop."""

    sku_id: Id
    title: str
    options: str
    seller_sku: str
    price: Money


class SandboxState(Struct, frozen=True):
    """A state that an order can be brought into."""

    state: str
    title: str


class SandboxOrders(Struct, frozen=True):
    """Orders to make. Without `sku_id` the shop's first SKU is bought."""

    state: State
    sku_id: Id | None = None
    quantity: Annotated[int, Meta(ge=1, le=100)] = 1
    count: Annotated[int, Meta(ge=1, le=20)] = 1


class SandboxPackage(Struct, frozen=True):
    """A package of an order."""

    package_id: Id
    state: str


class SandboxOrder(Struct, frozen=True):
    """Where an order stands; `acts` can happen to it now."""

    shop_id: Id
    order_id: Id
    state: str
    note: str
    total: Money
    packages: list[SandboxPackage]
    acts: list[str]


class SandboxAct(Struct, frozen=True):
    """What is to happen to an order: one of its `acts`."""

    act: Text


class NewSandboxApp(Struct, frozen=True):
    """An app to register. `key` and `secret` may be given, so that a client's settings stay."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    redirect_url: Annotated[str, Meta(max_length=500)] = "http://localhost/"
    scopes: Annotated[list[str] | None, Meta(description="All of sellers' scopes without.")] = None
    key: Text | None = None
    secret: Text | None = None


class SandboxApp(Struct, frozen=True):
    """A new app; its secret is not shown again."""

    app_key: str
    app_secret: str
    service_id: Id


class SandboxAccess(Struct, frozen=True):
    """Which app of one's own to let in."""

    app_key: Text


class SandboxCode(Struct, frozen=True):
    """The code that the app exchanges at `/api/v2/token/get`, within 30 minutes."""

    code: str


class SandboxTime(Struct, frozen=True):
    """By how many hours to move the clock."""

    hours: Annotated[int, Meta(ge=1, le=720)]


class SandboxMove(Struct, frozen=True):
    """A move of the clock that began."""

    target_at: str
