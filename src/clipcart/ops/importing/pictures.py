"""Pictures from a folder, found by the last part of their addresses in the file."""

import asyncio
from pathlib import Path
from urllib.parse import unquote

from clipcart.kit.errors import Invalid
from clipcart.kit.files import Files
from clipcart.kit.images import check_picture
from clipcart.ops.importing.listing import Listing, Note
from clipcart.ops.importing.shopify import file_name

Keys = dict[str, str]
"""Key in the file store by address."""


class PictureFolder:
    """A folder with the pictures of an import. Names are compared without regard to case."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.name.casefold(): path for path in folder.rglob("*") if path.is_file()}

    def find(self, url: str) -> Path | None:
        """The file for an address, or None."""
        return self._paths.get(unquote(file_name(url)).casefold())

    async def store(self, files: Files, listing: Listing, column: str) -> tuple[Keys, list[Note]]:
        """Store a listing's pictures. What is missing or no picture is said and left out."""
        keys: Keys = {}
        notes: list[Note] = []
        wanted = {variant.picture_url: variant.row for variant in listing.variants}
        wanted |= {picture.url: picture.row for picture in listing.pictures}
        wanted.pop("", None)
        for url, row in wanted.items():
            path = self.find(url)
            if path is None:
                rule = f"There is no file {unquote(file_name(url))} in the folder of pictures."
                cure = "Put it there and import again, or add the picture in the Seller Center."
                notes.append(Note(row, column, rule, cure, False, listing.handle))
                continue
            try:
                checked = await asyncio.to_thread(_read, path)
            except Invalid as refusal:
                problem = refusal.problems[0]
                rule = f"{path.name}: {problem.rule}"
                notes.append(Note(row, column, rule, problem.cure, False, listing.handle))
                continue
            keys[url] = await files.put_picture("products", *checked)
        return keys, notes


def _read(path: Path) -> tuple[bytes, bytes]:
    picture = check_picture("picture", path.read_bytes())
    return picture.content, picture.thumbnail
