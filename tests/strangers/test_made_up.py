"""Requests made up from the door's own document: what comes back is always one of its answers.

Schemathesis makes them, some as the document has them and some against it; a signature is put on
each as a client would. `--fuzz-s` says for how many seconds; more make a longer run.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clipcart import fulfilment, inventory, orders
from clipcart.apps import Vault
from clipcart.kit.clock import stopwatch, wall_now
from clipcart.open_api.document import PATH
from clipcart.open_api.registry import everything_served
from clipcart.open_api.signing import Signed, sign
from tests.browser.site import Site
from tests.open_api.bench import FOREIGN_SHOP, SELLER_SCOPES, Pass, let_in
from tests.strangers.conftest import SECRET

SHOP = FOREIGN_SHOP
"""None of those in which the other clients trade: much is called off and deleted here."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Its first call that fits would end all others.
ENDS_CONSENT = "DELETE /authorization/202403/shops"


@dataclass
class Signing(requests.auth.AuthBase):
    """Puts key, time, shop and signature on a request as it goes out."""

    by: Pass
    cipher: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(request.url or "")
        ours = {"app_key", "timestamp", "sign", "shop_cipher"}
        sent = parse_qsl(parts.query, keep_blank_values=True)
        has_cipher = any(name == "shop_cipher" for name, _ in sent)
        pairs = [pair for pair in sent if pair[0] not in ours]
        pairs += [("app_key", self.by.app.key), ("timestamp", str(int(wall_now().timestamp())))]
        pairs += [("shop_cipher", self.cipher)] if has_cipher else []
        sent_body: Any = request.body or b""
        body = sent_body.encode() if isinstance(sent_body, str) else sent_body
        kind = request.headers.get("Content-Type", "")
        text = kind.decode("latin-1") if isinstance(kind, bytes) else kind
        pairs.append(("sign", sign(Signed(parts.path, pairs, text, body), self.by.secret)))
        request.url = urlunsplit(parts._replace(query=urlencode(pairs)))
        request.headers["x-tts-access-token"] = self.by.token
        request.headers.setdefault("Content-Type", "application/json")
        return request


async def things(site: Site) -> Mapping[str, str]:
    """Something that is there, for each kind of place in a path."""
    shop_id = site.world.shops[SHOP]
    owner = site.world.owner(SHOP)
    product = site.world.content.shop(SHOP).products[0].handle
    async with site.installation.db.reading() as tx:
        found = await orders.orders_of_shop(tx, owner, shop_id, limit=1)
        packages = await fulfilment.packages_of_shop(tx, owner, shop_id, limit=1)
        warehouses = await inventory.warehouses_of(tx, owner, shop_id)
    there = {
        "product_id": str(site.world.products[product]),
        "warehouse_id": str(warehouses[0].id),
        "delivery_option_id": "standard",
    }
    if found.items:
        there["order_id"] = str(found.items[0].id)
    if packages.items:
        there["package_id"] = str(packages.items[0].id)
    return there


def seconds(request: pytest.FixtureRequest) -> float:
    """How long requests are made up. Every operation gets some that fit, however little it is."""
    given_ = request.config.getoption("--fuzz-s")
    return float(given_) if given_ else 15.0


async def test_the_document_describes_what_is_served(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        answer = await client.get(PATH)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    document = answer.json()
    schemathesis.openapi.from_dict(document).validate()
    described = {
        f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each
    }
    assert {each.key for each in everything_served()} <= described
    assert document["servers"] == [{"url": site.url}]
    names = [each["operationId"] for paths in document["paths"].values() for each in paths.values()]
    assert len(set(names)) == len(names)


async def test_no_request_is_answered_as_it_is_not_described(
    site: Site, request: pytest.FixtureRequest
) -> None:
    app = await let_in(site.installation, site.world, SELLER_SCOPES, SHOP, "The stranger")
    there = await things(site)
    loop = asyncio.get_running_loop()
    faults, codes = await loop.run_in_executor(None, _fuzz, site, app, there, seconds(request))
    print(f"{sum(codes.values())} requests; answers by status and whether it was done: {codes}")
    assert faults == [], "\n".join(faults)
    assert codes.get((200, True), 0) > 0
    assert codes.get((400, False), 0) > 0


def _fuzz(
    site: Site, app: Pass, there: Mapping[str, str], for_s: float
) -> tuple[list[str], Counter[tuple[int, bool]]]:
    """Every operation with requests that fit and that do not; gives what was wrong."""
    schema = schemathesis.openapi.from_url(site.url + PATH)
    session = requests.Session()
    session.auth = Signing(app, Vault(SECRET).cipher(app.app.id, site.world.shops[SHOP]))
    faults: dict[str, str] = {}
    codes: Counter[tuple[int, bool]] = Counter()
    found: list[Any] = list(schema.get_all_operations())
    operations = [each.ok() for each in found]
    strategies = sorted(_strategies(operations), key=lambda each: each[:2])
    ends, turn = stopwatch() + for_s, 0
    while turn == 0 or stopwatch() < ends:
        for is_older, is_negative, key, strategy in strategies:
            is_first = turn == 0 and not (is_older or is_negative)
            if stopwatch() >= ends and not is_first:
                continue
            try:
                _try(strategy, turn, session, there, codes)
            except FailureGroup as fault:
                faults.setdefault(key, f"{key}: {fault}")
        turn += 1
    return list(faults.values()), codes


def _strategies(operations: Sequence[Any]) -> Iterator[tuple[bool, bool, str, Any]]:
    """Requests of each operation, by its version and by whether they fit."""
    newest: dict[str, str] = {}
    for each in operations:
        newest[_path(each)] = max(newest.get(_path(each), ""), each.path)
    for each in operations:
        key = f"{each.method.upper()} {each.path}"
        if key == ENDS_CONSENT:
            continue
        for mode in GenerationMode:
            is_older = each.path != newest[_path(each)]
            strategy = each.as_strategy(generation_mode=mode)
            yield is_older, mode is GenerationMode.NEGATIVE, key, strategy


def _path(operation: Any) -> str:
    """Method and path without the version."""
    parts = operation.path.split("/")
    return f"{operation.method} {'/'.join([*parts[:2], *parts[3:]])}"


def _try(
    strategy: Any,
    turn: int,
    session: requests.Session,
    there: Mapping[str, str],
    codes: Counter[tuple[int, bool]],
) -> None:
    @seed(turn)
    @settings(
        max_examples=2,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, real=st.booleans())
    def one(case: Any, real: bool) -> None:
        if real and case.path_parameters:
            known = {name: there[name] for name in case.path_parameters if name in there}
            case.path_parameters = {**case.path_parameters, **known}
        answer = case.call(session=session)
        done = answer.status_code == 200 and answer.json()["code"] == 0
        codes[answer.status_code, done] += 1
        case.validate_response(answer, checks=CHECKS)

    one()
