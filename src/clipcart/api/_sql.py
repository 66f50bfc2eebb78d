"""Statements of the API's idempotency store."""

from typing import Any, NamedTuple

from clipcart.kit.sql import command, query


class AnswerRow(NamedTuple):
    route: str
    digest: bytes
    body: Any


CLAIM = command("""
    insert into api.answer (person_id, key, route, digest, answered_at)
    values (:person_id, :key, :route, :digest, :now)
    on conflict (person_id, key) do nothing""")

KNOWN = query(
    "select route, digest, body from api.answer where person_id = :person_id and key = :key",
    AnswerRow,
    hot=True,
)

KEEP = command("update api.answer set body = :body where person_id = :person_id and key = :key")
