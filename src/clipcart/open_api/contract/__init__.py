"""The contract: every operation of the partner API, its fields, and checks against them.

What exists and since when stands in `operations.json`; the fields of one operation in one version
are a line of `fields.jsonl`, read when they are first asked for (tools/open_api_contract.py).
"""

from clipcart.open_api.contract.checking import check_response, validate_request
from clipcart.open_api.contract.loading import (
    Cipher,
    NotMatched,
    Operation,
    Resource,
    is_version,
    match,
    meaning,
    newest,
    own_resources,
    resource,
    resources,
)

__all__ = [
    "Cipher",
    "NotMatched",
    "Operation",
    "Resource",
    "check_response",
    "is_version",
    "match",
    "meaning",
    "newest",
    "own_resources",
    "resource",
    "resources",
    "validate_request",
]
