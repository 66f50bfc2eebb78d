"""The replay's tables as a file: every row, every exception, every check."""

import csv
from pathlib import Path

from clipcart.ops.replaying.running import Report
from clipcart.ops.replaying.tables import COLUMNS


def write(path: Path, report: Report) -> None:
    """Write the file whole. Amounts are in centavos."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("table", "key", "column", "files", "replayed", "explained", "left"))
        for by, lines in report.comparison.items():
            for line in lines:
                columns = zip(
                    COLUMNS[by], line.files, line.here, line.explained, line.left, strict=True
                )
                for column in columns:
                    out.writerow((by.value, line.key, *column))
        out.writerow(())
        out.writerow(("exception", "order", "cause", "note", "ends as", "payments", ""))
        for each in report.differences:
            paid = " ".join(f"{kind}:{minor}" for kind, minor in sorted(each.payments.items()))
            out.writerow(
                ("exception", each.order_id, each.cause.value, each.note, each.ends_as, paid, "")
            )
        out.writerow(())
        out.writerow(("check", "name", "currency", "books", "others", "", ""))
        for check in report.proof.checks:
            code = check.left.currency.code
            out.writerow(("check", check.name, code, check.left.minor, check.right.minor, "", ""))
    part.replace(path)
