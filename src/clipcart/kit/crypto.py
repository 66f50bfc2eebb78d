"""Secrets: random tokens, digests to store instead of them, keyed signatures."""

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
