"""The shapes of the demo world's content: pure data, no room is known here.

Amounts are integers in minor units of the shop's currency (cents for USD, whole yen for JPY),
weights are grams, times do not occur. Everything is frozen; `content_loader.world` loads it once.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person mainly does in the demo; the rooms grant rights, this only names the story."""

    SHOPPER = "shopper"
    CREATOR = "creator"
    SELLER = "seller"
    STAFF = "staff"
    OPERATOR = "operator"


class Approval(StrEnum):
    """How far a shop got through verification."""

    APPROVED = "approved"
    WAITING = "waiting"
    MISSING_DOCUMENT = "missing_document"


class Listing(StrEnum):
    """Where a product ends up: `submitted` means handed in by a shop that may not sell yet."""

    LIVE = "live"
    DRAFT = "draft"
    DEACTIVATED = "deactivated"
    AUDIT_FAILED = "audit_failed"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `name` is the recipient or the warehouse."""

    name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented. Shoppers and creators have at least one address."""

    handle: str
    name: str
    email: str
    role: Role
    about: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Palette:
    """The five colours (#rrggbb) in which a shop is photographed."""

    wall: str
    table: str
    accent: str
    deep: str
    light: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: `kind` names a drawing, `form` one of its shapes, `tint` its own colour."""

    kind: str
    form: int
    tint: str
    palette: Palette


@dataclass(frozen=True, slots=True)
class Axis:
    """A variation axis in the order in which its values are shown."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sku:
    """One sellable variant; `values` has one entry per axis, in the order of the axes."""

    code: str
    values: tuple[str, ...]
    price_minor: int
    stock: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product with all its SKUs; its handle is unique in the whole world.

    `category` is a path of the catalogue's tree, `attributes` are values by the attribute's key.
    """

    handle: str
    shop: str
    title: str
    description_html: str
    category: str
    attributes: tuple[tuple[str, str], ...]
    axes: tuple[Axis, ...]
    skus: tuple[Sku, ...]
    listing: Listing
    audit_note: str
    picture: Picture
    variant_tints: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A person working in a shop, besides its owner: role is `manager` or `fulfilment`."""

    person: str
    role: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with everything that verification asks for, and its products."""

    handle: str
    market: str
    currency: str
    name: str
    tagline: str
    story: str
    legal_name: str
    legal_form: str
    tax_number: str
    address: Address
    warehouse: Address
    bank_holder: str
    bank_name: str
    bank_account: str
    accent: str
    palette: Palette
    free_cancel_hours: int
    approval: Approval
    documents: tuple[str, ...]
    owner: str
    staff: tuple[Member, ...]
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class World:
    """All content of the demo, in a fixed order."""

    people: tuple[Person, ...]
    shops: tuple[Shop, ...]

    @property
    def products(self) -> tuple[Product, ...]:
        """Every product of every shop, shops in order."""
        return tuple(product for shop in self.shops for product in shop.products)

    def person(self, handle: str) -> Person:
        """The person with this handle; KeyError if there is none."""
        return {person.handle: person for person in self.people}[handle]

    def shop(self, handle: str) -> Shop:
        """The shop with this handle; KeyError if there is none."""
        return {shop.handle: shop for shop in self.shops}[handle]

    def product(self, handle: str) -> Product:
        """The product with this handle; KeyError if there is none."""
        return {product.handle: product for product in self.products}[handle]
