"""Every route of the application, as data for tests that walk them all."""

import re
from dataclasses import dataclass
from pathlib import Path

from litestar.routes import HTTPRoute

from clipcart.api.document import OPENAPI
from clipcart.doorway.app import build_inside
from clipcart.main import routes
from clipcart.open_api.routes import SIGNED

PARAMETER = re.compile(r"\{(\w+):\w+\}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Call:
    """A method at an address with places for parameters: `POST /orders/{shop:str}/{number:str}`."""

    method: str
    path: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its places."""
        return tuple(PARAMETER.findall(self.path))

    @property
    def is_api(self) -> bool:
        """Answered in JSON, asked with a token."""
        return self.path.startswith("/api/v1/")

    @property
    def is_form(self) -> bool:
        """Sent by a page of ours."""
        return self.method not in SAFE and not self.is_api and self.path not in NO_FORMS

    def at(self, **values: object) -> str:
        """The address with these values in its places."""
        return PARAMETER.sub(lambda found: str(values[found[1]]), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


NO_FORMS = {
    "/api/v2/token/get": "the app's secret in the request says who calls",
    "/api/v2/token/refresh": "the app's secret in the request says who calls",
    "/payments/callbacks/{provider:str}": "the provider's signature over the body says who calls",
}
"""What takes a POST without a form token, and why that is safe."""


def every_call() -> list[Call]:
    """Every method of every address, in a fixed order."""
    inside = build_inside(routes(), assets=Path(), openapi=OPENAPI)
    found = {
        Call(method, route.path)
        for route in inside.routes
        if isinstance(route, HTTPRoute)
        # Signed calls are walked operation by operation in tests/open_api.
        and not any(SIGNED in handler.opt for handler in route.route_handlers)
        for method in route.methods
        if method != "OPTIONS"
    }
    return sorted(found, key=lambda call: (call.path, call.method))
