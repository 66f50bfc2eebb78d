"""What sellers told of deliveries."""

from datetime import datetime
from typing import NamedTuple

from clipcart.kit.sql import command, query

ADD_REPORT = command("""
    insert into fulfilment.delivery_report (shop_id, package_id, id, kind, reason, proof_kind,
        proof_key, told_at, told_by)
    values (:shop_id, :package_id, :id, :kind, :reason, :proof_kind, :proof_key, :now, :told_by)""")


class ReportRow(NamedTuple):
    kind: str
    reason: str | None
    proof_kind: str | None
    proof_key: str | None
    told_at: datetime
    told_by: str


REPORTS = query(
    """
    select kind, reason, proof_kind, proof_key, told_at, told_by
    from fulfilment.delivery_report
    where shop_id = :shop_id and package_id = :package_id order by id""",
    ReportRow,
    hot=True,
)

IS_TRACKED = query(
    "select is_tracked from fulfilment.package where shop_id = :shop_id and id = :id",
    bool,
    hot=True,
)
