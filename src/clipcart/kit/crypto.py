"""Secrets: random tokens, digests to store instead of them, keyed signatures, sealed texts."""

import hashlib
import hmac
import secrets


def new_secret(size_bytes: int = 32) -> str:
    """A random text that nobody can guess, safe in addresses and cookies."""
    return secrets.token_urlsafe(size_bytes)


def digest(secret: str) -> bytes:
    """What is stored instead of a random secret: SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def sign(key: str, *parts: str | bytes) -> str:
    """HMAC-SHA256 over the parts, each with its length so that they cannot run together."""
    mac = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        mac.update(len(raw).to_bytes(8, "big"))
        mac.update(raw)
    return mac.hexdigest()


def is_same(left: str | bytes, right: str | bytes) -> bool:
    """Whether two secrets are equal, in constant time."""
    a = left.encode() if isinstance(left, str) else left
    b = right.encode() if isinstance(right, str) else right
    return hmac.compare_digest(a, b)


_NONCE_BYTES, _MAC_BYTES = 16, 32


class SealBroken(ValueError):
    """The sealed text was made with another key, for something else, or was changed."""


def seal(key: str, purpose: str, text: str) -> bytes:
    """Encrypt a short text that has to be read again: HMAC-SHA256 in counter mode, then a MAC.

    `purpose` says what it is for (`apps.secret:17`): sealed for one thing, it opens for no other.
    Keys for hiding and for the MAC are derived from `key`, which is never used itself.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    hidden = _hide(key, purpose, nonce, text.encode())
    return nonce + _seal_mac(key, purpose, nonce + hidden) + hidden


def unseal(key: str, purpose: str, sealed: bytes) -> str:
    """The text of `seal`. Raises SealBroken."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    mac, hidden = rest[:_MAC_BYTES], rest[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _seal_mac(key, purpose, nonce + hidden)):
        raise SealBroken(purpose)
    return _hide(key, purpose, nonce, hidden).decode()


def _seal_mac(key: str, purpose: str, content: bytes) -> bytes:
    return bytes.fromhex(sign(key, "seal-mac", purpose, content))


def _hide(key: str, purpose: str, nonce: bytes, content: bytes) -> bytes:
    stream_key = bytes.fromhex(sign(key, "seal-stream", purpose, nonce))
    blocks = -(-len(content) // hashlib.sha256().digest_size)
    stream = b"".join(
        hmac.digest(stream_key, number.to_bytes(8, "big"), hashlib.sha256)
        for number in range(blocks)
    )
    return bytes(left ^ right for left, right in zip(content, stream, strict=False))
