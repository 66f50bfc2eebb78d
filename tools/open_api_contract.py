"""Makes src/clipcart/open_api/contract/*.json from the tables of the partner API's reference.

    python tools/open_api_contract.py path/to/reference

The folder holds `open_api_endpoints.csv` (method, path, version), `open_api_fields.json` (trees of
query, body and data) and `open_api_error_codes.csv`. Kept, in a form of our own: which operations
there are and since when, their fields with type, requirement and enumeration, scope, cipher,
content type, and error codes with a meaning in our words. See NOTICE for the sources.

Two files are written. `operations.json` is the index that matching needs. `fields.jsonl` has one
line for each operation and version; the index says where it begins, so one line is read at a time.
The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src/clipcart/open_api/contract"

TYPES = {
    "string": "s",
    "int": "i",
    "bool": "b",
    "object": "o",
    "file": "f",
    "datetime.date": "d",
    "datetime.datetime": "s",
}

# The code for parameters that do not fit, where an operation declares none of its own.
BAD_PARAMETERS = {
    "product": 12052910,
    "promotion": 17029001,
    "fulfillment": 21001001,
    "logistics": 21001001,
    "order": 21001001,
    "return_refund": 25001001,
    "affiliate_creator": 16015001,
    "affiliate_partner": 16032001,
    "affiliate_seller": 98001004,
    "affiliate": 98001004,
}
ANY_OTHER = 36009004

# Where the sources name no scope: what looks, and what changes, by category.
SCOPES = {
    "affiliate": ("creator.showcase.read", "creator.showcase.write"),
    "affiliate_creator": ("creator.affiliate_collaboration.read", "creator.showcase.write"),
    "affiliate_partner": ("partner.tap_campaign.read", "partner.tap_campaign.write"),
    "affiliate_seller": (
        "seller.affiliate_collaboration.read",
        "seller.affiliate_collaboration.write",
    ),
    "analytics": ("data.shop_analytics.public.read",) * 2,
    "authorization": ("seller.authorization.info",) * 2,
    "customer_engagement": (
        "seller.customer_engagement.read",
        "seller.customer_engagement.write",
    ),
    "customer_service": ("seller.customer_service",) * 2,
    "data_reconciliation": ("seller.finance.info",) * 2,
    "epharmacy": ("seller.order.info", "seller.fulfillment.package.write"),
    "event": ("seller.authorization.info",) * 2,
    "fbt": ("seller.fbt.info",) * 2,
    "finance": ("seller.finance.info",) * 2,
    "fulfillment": ("seller.fulfillment.basic", "seller.fulfillment.package.write"),
    "gs_full_service_commodity": ("seller.global_product.info", "seller.global_product.write"),
    "gs_full_service_inventory": ("seller.global_product.info", "seller.global_product.write"),
    "gs_full_service_shipment": ("seller.fulfillment.basic", "seller.fulfillment.package.write"),
    "logistics": ("seller.logistics",) * 2,
    "open": ("seller.shop.info",) * 2,
    "order": ("seller.order.info", "seller.order.ext_ref.write"),
    "product": ("seller.product.basic", "seller.product.write"),
    "promotion": ("seller.promotion.info", "seller.promotion.write"),
    "return_refund": ("seller.return_refund.basic",) * 2,
    "review_rating": ("seller.product.basic",) * 2,
    "seller": ("seller.shop.info",) * 2,
    "supply_chain": ("seller.fulfillment.basic",) * 2,
}
LOOKING = re.compile(
    r"search|query|recommend|suggest|check|predict|diagnos|eligib|calculate|identify|research"
)
NO_CIPHER = re.compile(
    r"^\w+ /(authorization|seller)/"
    r"|^\w+ /product/\d+/(global_products|global_categories|compliance/|(images|files)/upload)"
    r"|^POST /product/\d+/brands$"
)
CREATORS = re.compile(r"^/(affiliate_creator|affiliate)/|^/analytics/\d+/(live_rooms|videos)")
PARTNERS = re.compile(r"^/affiliate_partner/|^/authorization/\d+/category_assets")
PLAIN_GROUPS = {"Fulfilled by TikTok (FBT)": "Platform warehouses (FBT)"}
BRANDS = re.compile(r"\s*(TikTok Shop|TikTok)\s*")
ENVELOPE = {"code", "message", "request_id"}


NUMBERS = {"enum:GTIN|EAN|UPC|ISBN", "enum:GTIN|EAN|UPC|ISBN|JAN"}
"""What a source lists as values of a barcode's number: they are those of its type."""

BROKEN_OFF = {"enum:IE|MY|PH|SG|TH|VN": "enum:DE|ES|FR|GB|ID|IE|IT|JP|MY|PH|SG|TH|US|VN"}
"""A list of markets of which a source has the end only; the same field has all in later versions,
and in the official specification (tests/strangers/test_specification.py)."""


def tree(node: Any) -> Any:
    """A tree of fields with short types: s i b o f d, or `e:A|B`."""
    if isinstance(node, dict):
        if node.get("code") in NUMBERS:
            node = {**node, "code": "string"}
        return {name: tree(inner) for name, inner in sorted(node.items())}
    if isinstance(node, list):
        return [tree(node[0])]
    if node.startswith("enum:"):
        return "e:" + BROKEN_OFF.get(node, node)[5:]
    return TYPES[node]


def data_tree(node: Any) -> Any:
    """The tree of an answer. Where a source shows only the envelope, there is nothing inside."""
    if isinstance(node, dict) and set(node) <= ENVELOPE:
        return "o"
    return tree(node)


def scope_of(method: str, path: str, known: str | None) -> str:
    """The scope, or the one that its category has for looking or changing."""
    if known:
        return known
    looks, changes = SCOPES[path.split("/")[1]]
    return looks if method == "GET" or LOOKING.search(path.rsplit("/", 1)[1]) else changes


def cipher_of(key: str, declared: bool) -> str:
    """Whether a shop's cipher is needed, refused, or neither."""
    if declared:
        return "needed"
    return "refused" if NO_CIPHER.search(key) else "optional"


def party_of(path: str) -> str:
    """Whose token it takes."""
    if PARTNERS.search(path):
        return "PARTNER"
    return "CREATOR" if CREATORS.search(path) else "SELLER"


def codes_by_operation(rows: list[dict[str, str]]) -> dict[str, list[int]]:
    """Codes that an operation declares, by `GET /order/202507/orders`."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for key in row["endpoints"].split("; "):
            if key.startswith(("GET ", "POST ", "PUT ", "DELETE ")):
                found[key].append(int(row["code"]))
    return found


def detail(
    key: str, fields: dict[str, Any], codes: list[int], meanings: dict[int, str]
) -> dict[str, Any]:
    """What is kept of one operation in one version."""
    method, path = key.split(" ", 1)
    own = [code for code in codes if meanings[code] == "bad parameters"]
    bad = own[0] if own else BAD_PARAMETERS.get(path.split("/")[1], ANY_OTHER)
    kept: dict[str, Any] = {
        "name": BRANDS.sub(" ", fields["name"]).strip(),
        "scope": scope_of(method, path, fields["scope"]),
        "party": party_of(path),
        "cipher": cipher_of(key, fields["shop_cipher"]),
        "bad": bad,
        "codes": sorted(codes),
        "query": tree(fields["query"]),
        "data": data_tree(fields["data"]),
    }
    if "body" in fields:
        kept["body"] = tree(fields["body"])
    if fields.get("content_type") == "multipart/form-data":
        kept["multipart"] = True
    return kept


def main(reference: Path) -> None:
    """Read the tables, write the two files."""
    with (reference / "open_api_endpoints.csv").open(newline="") as file:
        endpoints = [row for row in csv.DictReader(file) if re.fullmatch(r"\d{6}", row["version"])]
    with (reference / "open_api_error_codes.csv").open(newline="") as file:
        errors = list(csv.DictReader(file))
    fields = json.loads((reference / "open_api_fields.json").read_text())
    meanings = {int(row["code"]): row["meaning"] for row in errors}
    codes = codes_by_operation(errors)

    lines, at = [], 0
    resources: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(endpoints, key=lambda row: (row["path"], row["method"], row["version"])):
        path = row["path"].replace(f"/{row['version']}/", "/V/", 1)
        resource = resources.setdefault(
            (path, row["method"]),
            {
                "group": PLAIN_GROUPS.get(row["group"], row["group"]),
                "since": row["version"],
                "versions": [],
            },
        )
        resource["since"] = min(resource["since"], row["version"])
        key = f"{row['method']} {row['path']}"
        if key in fields:
            kept = detail(key, fields[key], codes.get(key, []), meanings)
            line = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            size = len(line.encode()) + 1
            resource["versions"].append([row["version"], at, size])
            lines.append(line + "\n")
            at += size
    index = {
        "operations": [
            [method, path, kept["group"], kept["since"], kept["versions"]]
            for (path, method), kept in sorted(resources.items())
            if kept["versions"]
        ],
        "errors": {str(code): meaning for code, meaning in sorted(meanings.items())},
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "fields.jsonl").write_text("".join(lines))
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":")).replace('],["', '],\n["')
    (TARGET / "operations.json").write_text(text + "\n")
    print(f"{len(index['operations'])} operations, {len(lines)} with their fields")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
