"""Request signatures: HMAC-SHA256 over path, sorted parameters and body, as clients compute it.

The rule: secret + path + each parameter's name and value, sorted by name, without `sign` and
`access_token` + the body's raw bytes unless it is a form + secret; keyed with the secret, in
lower-case hex. Where clients are known to differ, what they mean is accepted too: see `fits`.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from clipcart.kit.crypto import is_same

UNSIGNED: Final = frozenset({"sign", "access_token", "x-tts-access-token"})
OLDEST, NEWEST = timedelta(minutes=5), timedelta(seconds=30)
"""How far a request's timestamp may lie behind and ahead."""

EMPTY: Final = frozenset({b"{}", b"[]", b"null"})
"""Bodies without anything in them: PHP writes an object without fields as the second, and Go a map
that is not there as the third."""

MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature covers, as it was sent: the raw path, decoded parameters in their order."""

    path: str
    parameters: Sequence[tuple[str, str]]
    content_type: str
    body: bytes

    @property
    def covered(self) -> bytes:
        """The part of the body that is signed: of forms, nothing."""
        return b"" if self.content_type.lower().startswith(MULTIPART) else self.body


def parameters_of(query: bytes) -> list[tuple[str, str]]:
    """The parameters of a query, decoded, empty values included."""
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="utf-8")


def joined(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each parameter once; the values of one that is repeated are joined by commas."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in found.items()}


def _pairs(parameters: Iterable[tuple[str, str]]) -> str:
    kept = (pair for pair in parameters if pair[0] not in UNSIGNED)
    return "".join(name + value for name, value in sorted(kept, key=lambda pair: pair[0].encode()))


def string_to_sign(signed: Signed, secret: str) -> bytes:
    """What is hashed. For people: `explained`, which leaves the secret out."""
    pairs = _pairs(joined(signed.parameters).items())
    return (secret + signed.path + pairs).encode() + signed.covered + secret.encode()


def sign(signed: Signed, secret: str) -> str:
    """The signature that a request should carry."""
    return hmac.digest(secret.encode(), string_to_sign(signed, secret), hashlib.sha256).hex()


def fits(signed: Signed, secret: str, sent: str) -> bool:
    """Whether a signature is one that a client computes for this request.

    Accepted beside the rule: a body that is exactly `{}`, `[]` or `null` signed as if it were
    empty, repeated parameters signed one after the other instead of joined, and parameters without
    a value left out.
    """
    if is_same(sent, sign(signed, secret)):
        return True
    bodies = [signed.covered]
    if signed.covered in EMPTY:
        bodies.append(b"")
    with_values = [pair for pair in signed.parameters if pair[1]]
    pairs = {
        _pairs(each)
        for kept in (signed.parameters, with_values)
        for each in (joined(kept).items(), kept)
    }
    for body in bodies:
        for each in pairs:
            text = (secret + signed.path + each).encode() + body + secret.encode()
            if is_same(sent, hmac.digest(secret.encode(), text, hashlib.sha256).hex()):
                return True
    return False


def explained(signed: Signed) -> str:
    """The string to sign for whoever looks for a mistake, with `{app_secret}` for the secret."""
    body = signed.covered.decode("utf-8", "replace")
    pairs = _pairs(joined(signed.parameters).items())
    return f"{{app_secret}}{signed.path}{pairs}{body}{{app_secret}}"


def is_timely(timestamp: int, moments: Iterable[datetime]) -> bool:
    """Whether a request was made just now, by one of these clocks."""
    behind, ahead = OLDEST.total_seconds(), NEWEST.total_seconds()
    return any(-behind <= timestamp - moment.timestamp() <= ahead for moment in moments)
