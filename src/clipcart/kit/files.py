"""Files: media and documents behind obstore; a folder by default, S3-compatible by address."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url


class NoSuchFile(LookupError):
    """The store has no file under that key."""


def small_key(key: str) -> str:
    """The key of a picture's version for lists."""
    return key.removesuffix(".webp") + "-small.webp"


class Files:
    """A store of files under keys such as `products/ab12...jpg`."""

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
        await obstore.put_async(self._store, key, content)
        return key

    async def put_picture(self, folder: str, full: bytes, small: bytes) -> str:
        """Store a picture and its version for lists; gives the picture's key."""
        key = await self.put(folder, full, ".webp")
        await obstore.put_async(self._store, small_key(key), small)
        return key

    async def get(self, key: str) -> bytes:
        """The content. Raises NoSuchFile."""
        if ".." in key or key.startswith("/"):
            raise NoSuchFile(key)
        try:
            result = await obstore.get_async(self._store, key)
        except FileNotFoundError as error:
            raise NoSuchFile(key) from error
        return bytes(await result.bytes_async())

    async def delete(self, key: str) -> None:
        """Delete the file, if it is there."""
        await obstore.delete_async(self._store, key)
