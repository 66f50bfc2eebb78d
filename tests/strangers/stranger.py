"""What the journey asks of a client, and what clients do in the same way."""

from abc import ABC, abstractmethod
from typing import Any

from tests.support.consumer import Received


class Stranger(ABC):
    """A client that others wrote, with an app's key and secret in it.

    Answers are the `data` of the client's answers. Each method goes through the client's own
    method for the operation; where it has none, through its own signed request for any path.
    """

    def __init__(self, key: str, secret: str, service_id: str) -> None:
        self.key, self.secret, self.service_id = key, secret, service_id

    def consent_link(self, state: str) -> str:
        """Where the seller is sent. Clients that build none: the older of the two documented."""
        return f"/oauth/authorize?app_key={self.key}&state={state}"

    @abstractmethod
    async def exchange(self, code: str) -> Any:
        """Tokens for the code."""

    @abstractmethod
    async def refresh(self, refresh_token: str) -> Any:
        """The next pair of tokens."""

    @abstractmethod
    async def enter(self, token: str, cipher: str) -> None:
        """From now on with this token, in this shop (in none, if empty)."""

    @abstractmethod
    async def shops(self) -> Any:
        """The shops that let the app in."""

    @abstractmethod
    async def refusal(self, token: str) -> int:
        """The code that the client tells when it asks for the shops with a bad token."""

    @abstractmethod
    async def listen(self, topic: str, address: str) -> None:
        """Register an address for webhooks."""

    @abstractmethod
    async def upload(self, picture: bytes) -> str:
        """The name of an uploaded picture."""

    @abstractmethod
    async def create(self, body: dict[str, Any]) -> Any:
        """A product."""

    @abstractmethod
    async def reprice(self, product_id: str, body: dict[str, Any]) -> None:
        """Other prices."""

    @abstractmethod
    async def restock(self, product_id: str, body: dict[str, Any]) -> None:
        """Other stock."""

    @abstractmethod
    async def product(self, product_id: str) -> Any:
        """A product in detail."""

    @abstractmethod
    async def warehouses(self) -> Any:
        """The shop's warehouses."""

    @abstractmethod
    async def orders(self, status: str) -> Any:
        """Orders in a status, in pages of ten."""

    @abstractmethod
    async def order(self, order_id: str) -> Any:
        """One order in detail, as a list of one."""

    @abstractmethod
    async def price(self, order_id: str) -> Any:
        """How an order's price is made up."""

    @abstractmethod
    async def services(self, order_id: str) -> Any:
        """Ways to ship an order."""

    @abstractmethod
    async def pack(self, body: dict[str, Any]) -> str:
        """A package of an order."""

    @abstractmethod
    async def ship(self, package_id: str) -> None:
        """The package is handed over at the carrier's counter."""

    @abstractmethod
    async def label(self, package_id: str) -> Any:
        """The package's label: address of the document and tracking number."""

    @abstractmethod
    async def tracking(self, order_id: str) -> Any:
        """What the carrier scanned."""

    def hears(self, got: Received) -> bool:
        """Whether a webhook is ours, as the client checks it; clients without a check: by the
        rule of the reference."""
        return got.is_signed_by(self.key, self.secret)
