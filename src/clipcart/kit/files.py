"""Files: media and documents behind obstore; a folder by default, S3-compatible by address."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from clipcart.kit.errors import Outage


class NoSuchFile(LookupError):
    """The store has no file under that key."""


def small_key(key: str) -> str:
    """The key of a picture's version for lists."""
    return key.removesuffix(".webp") + "-small.webp"


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """What a store says when its disk is full or it cannot be reached, as the outage that it is."""
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise Outage(f"the media store does not work: {error}") from error


class Files:
    """A store of files under keys such as `products/ab12...jpg`. Raises Outage when it is full."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str) -> "Files":
        """The store at `url`: file:///folder, s3://bucket/prefix, or what else obstore knows."""
        if url.startswith("file://"):
            folder = Path(unquote(urlsplit(url).path))
            folder.mkdir(parents=True, exist_ok=True)
            return cls(LocalStore(folder))
        return cls(from_url(url))

    async def put(self, folder: str, content: bytes, suffix: str) -> str:
        """Store content under a key derived from it; the same content gives the same key."""
        name = hashlib.sha256(content).hexdigest()[:40]
        key = f"{folder}/{name}{suffix}"
        with _reached():
            await obstore.put_async(self._store, key, content)
        return key

    async def put_picture(self, folder: str, full: bytes, small: bytes) -> str:
        """Store a picture and its version for lists; gives the picture's key."""
        key = await self.put(folder, full, ".webp")
        with _reached():
            await obstore.put_async(self._store, small_key(key), small)
        return key

    async def get(self, key: str) -> bytes:
        """The content. Raises NoSuchFile."""
        if ".." in key or key.startswith("/"):
            raise NoSuchFile(key)
        try:
            with _reached():
                result = await obstore.get_async(self._store, key)
                return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NoSuchFile(key) from error

    async def has(self, key: str) -> bool:
        """Whether there is a file under this key."""
        if ".." in key or key.startswith("/"):
            return False
        try:
            with _reached():
                await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Delete the file, if it is there."""
        with _reached():
            await obstore.delete_async(self._store, key)
