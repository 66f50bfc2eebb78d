"""Outbound HTTP: never inside a transaction, always with a timeout, a limit and a breaker.

    client = HttpClient()
    answer = await client.send("POST", url, headers=idempotent("charge-1"), data={...})

Answers below 500 are given back, whatever they say. A host that cannot be reached, is too slow,
or answers 429 or 5xx is an Outage; after a few in a row the breaker answers for the host without
asking it, until a pause is over. Addresses that users gave go through `guard_public_address`,
and the call goes to the address that was checked, so that a name cannot change its mind between.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from clipcart.kit import clock
from clipcart.kit.db import open_transactions
from clipcart.kit.errors import Kind, Outage, Refusal

TIMEOUT_S = 10
CONNECT_TIMEOUT_S = 4
PER_HOST = 16
FAILURES_TO_OPEN = 5
OPEN_S = 30
LARGEST_ANSWER = 5_000_000

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Answered(Outage):
    """The host answered 429 or 5xx: down, but it said something."""

    def __init__(self, name: str, answer: httpx.Response) -> None:
        super().__init__(f"{name} answered {answer.status_code}")
        self.answer = answer


class AddressRefused(Refusal):
    """An address given by a user that does not lead to the public internet."""

    code = "kit.address_refused"
    kind = Kind.INVALID

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """A checked address: where the url leads, by number."""

    url: str
    host: str
    address: str


async def look_up(host: str, port: int) -> Sequence[str]:
    """Every address that the name has now."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def guard_public_address(url: str, *, resolve: Resolve = look_up) -> PublicAddress:
    """Check an address that a user gave before anything is sent there.

    It must be http or https, carry no user name, use the usual port or one above 1023, and every
    address that its name has must be on the public internet. Raises AddressRefused.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefused("it is not a complete web address") from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise AddressRefused("it must start with http:// or https:// and a host name")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("it must not contain a user name or password")
    if port not in (80, 443) and port < 1024:
        raise AddressRefused(f"port {port} belongs to another service")
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError):
        raise AddressRefused("its name is not known") from None
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused("it leads to a private network")
    return PublicAddress(url, host, addresses[0])


_UNICAST = ipaddress.ip_network("2000::/3")
"""All that has been given out of IPv6. What lies outside is translated, local, or of no use."""

_RESERVED = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"))
"""Relays of 6to4 and an example's network, which not every list of special addresses has."""


def is_public(address: str) -> bool:
    """The address is one that the whole internet can reach, not a network's own or special."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if inner is not None:
            return is_public(str(inner))
        if number not in _UNICAST:
            return False
    if any(number in network for network in _RESERVED):
        return False
    return number.is_global and not number.is_multicast


def idempotent(key: str) -> dict[str, str]:
    """The header that makes a repeated request one deed at services that know it."""
    return {"Idempotency-Key": key}


@dataclass(slots=True)
class _Host:
    """What is known of one host: its gate, and how often it failed in a row."""

    gate: asyncio.Semaphore
    failures: int = 0
    opened_at: float | None = None
    probing: bool = False


@dataclass(slots=True)
class HttpClient:
    """Sends requests. One per process; close it with `await client.close()`.

    `failures_to_open` None: no breaker, for who minds failing addresses otherwise.
    """

    timeout_s: int = TIMEOUT_S
    per_host: int = PER_HOST
    failures_to_open: int | None = FAILURES_TO_OPEN
    stopwatch: Callable[[], float] = clock.stopwatch
    transport: httpx.AsyncBaseTransport | None = None
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _client: httpx.AsyncClient | None = None

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Send to an address from the settings. Raises Outage; RuntimeError in a transaction."""
        _outside()
        asked = self._open().build_request(
            method, url, headers=headers, data=data, json=json, content=content
        )
        return await self._send(asked)

    async def send_public(
        self,
        method: str,
        target: PublicAddress,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Send to an address that a user gave and `guard_public_address` let through.

        The connection is made to the checked number; the name stands in Host and in TLS.
        """
        _outside()
        url = httpx.URL(target.url)
        asked = self._open().build_request(
            method,
            url.copy_with(host=target.address),
            headers={**(headers or {}), "Host": url.netloc.decode()},
            json=json,
            content=content,
            extensions={"sni_hostname": target.host, "timeout": self._timeout().as_dict()},
        )
        return await self._send(asked)

    async def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _send(self, asked: httpx.Request) -> httpx.Response:
        name = asked.headers.get("host", asked.url.host)
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(self.per_host)))
        self._pass_breaker(name, host)
        gate: AbstractAsyncContextManager[Any] = host.gate
        try:
            async with gate:
                answer = await asyncio.wait_for(self._exchange(asked), self.timeout_s)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            self._failed(host)
            raise Outage(f"{name} cannot be reached: {type(error).__name__}") from error
        except BaseException:
            host.probing = False
            raise
        if answer.status_code >= 500 or answer.status_code == 429:
            self._failed(host)
            raise Answered(name, answer)
        host.failures, host.opened_at, host.probing = 0, None, False
        return answer

    async def _exchange(self, asked: httpx.Request) -> httpx.Response:
        answer = await self._open().send(asked, stream=True, follow_redirects=False)
        try:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise Outage(f"{asked.url.host} answers with more than {LARGEST_ANSWER} bytes")
        finally:
            await answer.aclose()
        plain = [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx.Response(answer.status_code, headers=plain, content=bytes(body), request=asked)

    def _pass_breaker(self, name: str, host: _Host) -> None:
        if host.opened_at is None:
            return
        if host.probing or self.stopwatch() - host.opened_at < OPEN_S:
            raise Outage(f"{name} has failed {host.failures} times; it is left alone for a while")
        host.probing = True

    def _failed(self, host: _Host) -> None:
        host.failures += 1
        host.probing = False
        if self.failures_to_open is not None and host.failures >= self.failures_to_open:
            host.opened_at = self.stopwatch()

    def _timeout(self) -> httpx.Timeout:
        return httpx.Timeout(self.timeout_s, connect=min(CONNECT_TIMEOUT_S, self.timeout_s))

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout(),
                transport=self.transport,
                trust_env=False,
                headers={"User-Agent": "clipcart"},
            )
        return self._client


def _outside() -> None:
    if open_transactions.get():
        raise RuntimeError("no network while a transaction is open: enqueue a job instead")
