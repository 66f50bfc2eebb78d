"""Statements of the open API's idempotency store."""

from datetime import datetime
from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class AnswerRow(NamedTuple):
    digest: bytes
    body: Any


CLAIM = command("""
    insert into open_api.answer (shop_id, app_id, operation, key, digest, answered_at)
    values (:shop_id, :app_id, :operation, :key, :digest, :now)
    on conflict (shop_id, app_id, operation, key) do nothing""")
KNOWN = query(
    """
    select digest, body from open_api.answer
    where shop_id = :shop_id and app_id = :app_id and operation = :operation and key = :key""",
    AnswerRow,
    hot=True,
)
KEEP = command("""
    update open_api.answer set body = :body
    where shop_id = :shop_id and app_id = :app_id and operation = :operation and key = :key""")
FORGET = command(
    "delete from open_api.answer where answered_at <= :before",
    scatter="the sweep forgets what is long over, whichever shop it was",
)
OLDEST = query(
    "select min(answered_at) from open_api.answer",
    datetime,
    scatter="the sweep looks for the oldest of all",
)
