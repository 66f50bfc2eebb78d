"""How far an import has come: written in each product's own transaction, so it is never ahead or
behind."""

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

from clipcart.kit.db import Database, Tx
from clipcart.kit.ids import ShopId
from clipcart.ops.importing import _sql as sql
from clipcart.ops.importing.listing import Note
from clipcart.ops.importing.storing import Outcome, Stored


class ImportRuns(ValueError):
    """Another process imports the same file into the same shop just now."""


class Progress:
    """The record of one file's import into one shop."""

    def __init__(self, db: Database, shop_id: ShopId, digest: str) -> None:
        self._db = db
        self._shop_id = shop_id
        self._digest = digest

    async def begin(self) -> sql.ProgressRow:
        """Where to go on: at the start, unless a run of the same file was interrupted."""
        key = {"shop_id": self._shop_id, "digest": self._digest}
        async with self._db.transaction() as tx:
            await tx.run(sql.FORGET_FINISHED, **key)
            await tx.run(sql.BEGIN, **key, now=tx.now)
            return await tx.one(sql.PROGRESS, **key)

    async def claim(self, tx: Tx, product: int, rows: int) -> None:
        """Take the file's next product, in the transaction that stores it. Raises ImportRuns."""
        taken = await tx.run(
            sql.CLAIM, shop_id=self._shop_id, digest=self._digest, product=product, rows=rows
        )
        if not taken:
            raise ImportRuns("this file is being imported by another process; wait for its end")

    async def record(self, tx: Tx, product: int, stored: Stored) -> None:
        """Count what became of the product, and keep its notes."""
        outcome = stored.outcome
        await tx.run(
            sql.COUNT,
            shop_id=self._shop_id,
            digest=self._digest,
            created=int(outcome is Outcome.CREATED),
            updated=int(outcome is Outcome.UPDATED),
            unchanged=int(outcome is Outcome.UNCHANGED),
            refused=int(outcome is Outcome.REFUSED),
            drafts=int(stored.is_draft),
            pictures_left=stored.pictures_left,
        )
        notes = stored.notes
        if not notes:
            return
        await tx.run(
            sql.ADD_PROBLEMS,
            shop_id=self._shop_id,
            digest=self._digest,
            product=product,
            places=list(range(len(notes))),
            rows=[note.row for note in notes],
            columns=[note.column for note in notes],
            handles=[note.handle for note in notes],
            results=[result_of(note) for note in notes],
            rules=[note.rule for note in notes],
            cures=[note.cure for note in notes],
        )

    async def finish(self) -> tuple[sql.ProgressRow, list[sql.ProblemRow]]:
        """The end: what became of the products, and everything there is to say."""
        key = {"shop_id": self._shop_id, "digest": self._digest}
        async with self._db.transaction() as tx:
            await tx.run(sql.FINISH, **key, now=tx.now)
            return await tx.one(sql.PROGRESS, **key), await tx.all(sql.PROBLEMS, **key)


def result_of(note: Note) -> str:
    """What a note means for its product."""
    return "refused" if note.is_refusal else "adjusted"


def run_digest(file_digest: str, *options: str) -> str:
    """One digest for a file and the options that change what becomes of it."""
    return hashlib.sha256("\n".join((file_digest, *options)).encode()).hexdigest()


def errors_path(path: Path) -> Path:
    """Where the error file of a file is."""
    return path.with_name(f"{path.name}.errors.csv")


def write_errors(path: Path, problems: Sequence[sql.ProblemRow]) -> Path | None:
    """Write the error file whole, or remove an old one when there is nothing to say."""
    target = errors_path(path)
    if not problems:
        target.unlink(missing_ok=True)
        return None
    part = target.with_name(f"{target.name}.part")
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "column", "handle", "result", "rule", "cure"))
        for one in problems:
            cells = (one.row_number, one.column_name, one.handle, one.result, one.rule, one.cure)
            writer.writerow(cells)
    part.replace(target)
    return target
