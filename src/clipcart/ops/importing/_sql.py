"""Statements of imports: how far a file has come, and what there is to say about it."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query

FORGET_FINISHED = command("""
    delete from ops.product_import
    where shop_id = :shop_id and file_digest = :digest and finished_at is not null""")

BEGIN = command("""
    insert into ops.product_import (shop_id, file_digest, started_at)
    values (:shop_id, :digest, :now)
    on conflict (shop_id, file_digest) do nothing""")


class ProgressRow(NamedTuple):
    next_product: int
    next_row: int
    created: int
    updated: int
    unchanged: int
    refused: int
    drafts: int
    pictures_left: int
    finished_at: datetime | None


PROGRESS = query(
    """
    select next_product, next_row, created, updated, unchanged, refused, drafts, pictures_left,
        finished_at
    from ops.product_import where shop_id = :shop_id and file_digest = :digest""",
    ProgressRow,
)

CLAIM = command("""
    update ops.product_import
    set next_product = next_product + 1, next_row = next_row + :rows
    where shop_id = :shop_id and file_digest = :digest and next_product = :product
        and finished_at is null""")

COUNT = command("""
    update ops.product_import
    set created = created + :created, updated = updated + :updated,
        unchanged = unchanged + :unchanged, refused = refused + :refused,
        drafts = drafts + :drafts, pictures_left = pictures_left + :pictures_left
    where shop_id = :shop_id and file_digest = :digest""")

ADD_PROBLEMS = command("""
    insert into ops.product_import_problem (shop_id, file_digest, product, place, row_number,
        column_name, handle, result, rule, cure)
    select :shop_id, :digest, :product, place, row_number, column_name, handle, result, rule, cure
    from unnest(:places::int[], :rows::int[], :columns::text[], :handles::text[],
        :results::text[], :rules::text[], :cures::text[])
        as given (place, row_number, column_name, handle, result, rule, cure)""")

FINISH = command("""
    update ops.product_import set finished_at = :now
    where shop_id = :shop_id and file_digest = :digest""")


class ProblemRow(NamedTuple):
    row_number: int
    column_name: str
    handle: str
    result: str
    rule: str
    cure: str


PROBLEMS = query(
    """
    select row_number, column_name, handle, result, rule, cure
    from ops.product_import_problem where shop_id = :shop_id and file_digest = :digest
    order by row_number, product, place""",
    ProblemRow,
)
