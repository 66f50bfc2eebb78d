"""Who acts and by what means, and what that allows: pure classes, no storage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from clipcart.kit.errors import Forbidden, SignInNeeded
from clipcart.kit.ids import PersonId, ShopId

P = TypeVar("P", bound=Callable[..., bool])


class ActorKind(StrEnum):
    """What sort of party acts."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    SYSTEM = "system"
    JOB = "job"
    ROBOT = "robot"


class Means(StrEnum):
    """How the actor came in. A session may do all its person may; a token only its scopes.

    APP is a developer's app acting for a person who consented, within what was consented to.
    """

    NONE = "none"
    SESSION = "session"
    TOKEN = "token"
    APP = "app"
    PROCESS = "process"


class Scope(StrEnum):
    """What a personal API token is limited to."""

    ACCOUNT_READ = "account:read"
    CART = "cart"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    SHOP_READ = "shop:read"
    SHOP_WRITE = "shop:write"
    FINANCE_READ = "finance:read"
    OPERATOR = "operator"


OPERATOR: Final = "operator"
"""The role of people who run the platform. It counts only while staff mode is on."""

GRANT_SCOPES: Final[Mapping[str, Scope]] = MappingProxyType(
    {
        "products.view": Scope.SHOP_READ,
        "products.edit": Scope.SHOP_WRITE,
        "inventory.edit": Scope.SHOP_WRITE,
        "orders.view": Scope.ORDERS_READ,
        "orders.ship": Scope.ORDERS_WRITE,
        "orders.cancel": Scope.ORDERS_WRITE,
        "finance.view": Scope.FINANCE_READ,
        "shop.view": Scope.SHOP_READ,
        "shop.edit": Scope.SHOP_WRITE,
    }
)
"""The scope a token needs for a grant. A grant not listed (staff, bank) is never a token's."""

_NO_MEMBERSHIPS: Final[Mapping[ShopId, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by what means, and what that allows.

    `scopes` is None where nothing limits the means (sessions, the platform itself).
    `memberships` are the grants that the person's roles give, shop by shop. `staff_mode` is true
    while an operator's staff mode is entered and not expired. `label` stands beside every fact.
    """

    kind: ActorKind
    label: str
    person_id: PersonId | None = None
    means: Means = Means.NONE
    scopes: frozenset[str] | None = None
    memberships: Mapping[ShopId, frozenset[str]] = field(
        default_factory=lambda: _NO_MEMBERSHIPS, hash=False
    )
    roles: frozenset[str] = frozenset()
    staff_mode: bool = False

    @property
    def is_anonymous(self) -> bool:
        """Nobody is signed in."""
        return self.kind is ActorKind.ANONYMOUS

    @property
    def is_platform(self) -> bool:
        """The platform itself: the system or one of its jobs. Robots are outsiders, not this."""
        return self.kind in (ActorKind.SYSTEM, ActorKind.JOB)

    @property
    def is_operator(self) -> bool:
        """An operator in staff mode, by a session or by a token with the scope `operator`."""
        return OPERATOR in self.roles and self.staff_mode and self.has_scope(Scope.OPERATOR)

    def has_scope(self, scope: str) -> bool:
        """The means of coming in allow this."""
        return self.scopes is None or scope in self.scopes

    def has_grant(self, shop_id: ShopId, grant: str) -> bool:
        """A role in this shop gives `grant` and the means allow it. The platform has every grant.

        `grant` is one of GRANT_SCOPES or one that only sessions may use.
        """
        if self.is_platform:
            return True
        if grant not in self.memberships.get(shop_id, frozenset()):
            return False
        if self.scopes is None:
            return True
        scope = GRANT_SCOPES.get(grant)
        return scope is not None and scope in self.scopes

    def is_person(self, person_id: PersonId, scope: str | None = None) -> bool:
        """This very person. By token only with `scope`; without one, by session only."""
        if self.kind is not ActorKind.PERSON or self.person_id != person_id:
            return False
        return self.scopes is None or (scope is not None and scope in self.scopes)

    def with_memberships(self, memberships: Mapping[ShopId, frozenset[str]]) -> "Actor":
        """The same actor with these grants, shop by shop."""
        return replace(self, memberships=MappingProxyType(dict(memberships)))


ANONYMOUS: Final = Actor(ActorKind.ANONYMOUS, "anonymous")
SYSTEM: Final = Actor(ActorKind.SYSTEM, "system", means=Means.PROCESS)


def job_actor(name: str) -> Actor:
    """The platform, working on its own: `job_actor("orders.close")`."""
    return Actor(ActorKind.JOB, f"job:{name}", means=Means.PROCESS)


def robot(name: str) -> Actor:
    """A simulated outsider such as a carrier or a bank. It may only what a policy says by name."""
    return Actor(ActorKind.ROBOT, f"robot:{name}", means=Means.PROCESS)


def as_person(
    person_id: PersonId,
    *,
    means: Means = Means.SESSION,
    scopes: frozenset[str] | None = None,
    memberships: Mapping[ShopId, frozenset[str]] = _NO_MEMBERSHIPS,
    roles: frozenset[str] = frozenset(),
    staff_mode: bool = False,
    label: str | None = None,
) -> Actor:
    """A person, as sessions and tokens make one; rooms and tests may make their own.

    `label` stands beside facts in the place of the person's own: where an app acts for them.
    """
    own = f"operator:{person_id}" if staff_mode and OPERATOR in roles else f"person:{person_id}"
    return Actor(
        ActorKind.PERSON, label or own, person_id, means, scopes, memberships, roles, staff_mode
    )


def require(allowed: bool, grant: str, actor: Actor | None = None) -> None:
    """The first line of every action: raises unless `allowed`.

    SignInNeeded when `actor` is given and nobody is signed in, else Forbidden naming `grant`.
    """
    if allowed:
        return
    if actor is not None and actor.is_anonymous:
        raise SignInNeeded
    raise Forbidden(grant)


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One line of the permissions table: who may do what, in words, and the predicate behind."""

    room: str
    action: str
    who: str
    predicate: Callable[..., Any]


policy_table: Final[dict[tuple[str, str], PolicyRule]] = {}
"""Every rule of every imported room by (room, action); printed as tests/house/permissions.txt."""


def rule(room: str, action: str, who: str) -> Callable[[P], P]:
    """Register a predicate: `@rule("orders", "cancel", "buyer in the free hour, or ...")`."""

    def register(predicate: P) -> P:
        known = policy_table.get((room, action))
        if known is not None and known.predicate.__qualname__ != predicate.__qualname__:
            raise ValueError(f"two rules are called {room}.{action}")
        policy_table[(room, action)] = PolicyRule(room, action, who, predicate)
        return predicate

    return register
