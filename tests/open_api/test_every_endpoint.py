"""Every operation that is served: its example works and fits the contract, and each way of
asking that must not work is refused with the documented code, without a trace."""

from datetime import timedelta
from typing import Any

import pytest

from clipcart import apps
from clipcart.apps import SCOPES, Party
from clipcart.open_api import contract
from clipcart.open_api.contract import Cipher, Operation
from clipcart.open_api.registry import Served, everything_served
from tests.open_api.bench import SELLER_SCOPES, Answer, Bench, Example, Pass
from tests.open_api.examples import every_example
from tests.open_api.mutations import mutations
from tests.strangers.differences import unknown
from tests.strangers.specification import Specification
from tests.support.traces import changed, traces

EXAMPLES = every_example()
SERVED = {each.key: each for each in everything_served()}
KEYS = sorted(SERVED)


def test_every_served_operation_has_an_example() -> None:
    assert sorted(EXAMPLES) == KEYS


def test_mapped_codes_are_in_the_contract() -> None:
    for served in SERVED.values():
        for code in served.refusals.values():
            assert contract.meaning(code) or code in _declared(served), (served.key, code)


def _declared(served: Served) -> set[int]:
    found: set[int] = set()
    for version, _, _ in served.resource.versions:
        operation = served.resource.at(version)
        assert operation is not None
        found |= operation.codes
    return found


def test_every_scope_of_the_contract_is_told_in_words() -> None:
    for resource in contract.resources():
        for version, _, _ in resource.versions:
            operation = resource.at(version)
            assert operation is not None
            assert operation.scope in SCOPES, operation.key


def versions(served: Served) -> list[str]:
    """The versions to try: the first, and each published later on that no other handler answers."""
    others = [
        each.since
        for each in SERVED.values()
        if each.resource is served.resource and each.since > served.since
    ]
    until = min(others, default="999999")
    later = [each for each, _, _ in served.resource.versions if served.since < each < until]
    return [served.since, *later]


def operation_of(served: Served, version: str) -> Operation:
    operation = served.resource.at(version)
    assert operation is not None
    return operation


def path_of(served: Served, version: str, places: dict[str, Any]) -> str:
    path = served.resource.path.replace("/V/", f"/{version}/", 1)
    for name, value in places.items():
        path = path.replace(f"{{{name}}}", str(value))
    assert "{" not in path, path
    return path


async def send(
    bench: Bench,
    served: Served,
    example: Example,
    version: str,
    *,
    by: Pass | None = None,
    **replaced: Any,
) -> Answer:
    """The example, or what replaces parts of it. The cipher is the one for the app that asks."""
    operation = operation_of(served, version)
    cipher = None
    if operation.cipher is Cipher.NEEDED:
        cipher = bench.vault.cipher((by or bench.mine).app.id, bench.shop_id)
    given: dict[str, Any] = {
        "query": example.query,
        "body": example.body,
        "files": example.files or None,
        "cipher": cipher,
        "by": by,
        **replaced,
    }
    places = {**example.places, **given.pop("places", {})}
    return await bench.call(served.resource.method, path_of(served, version, places), **given)


def second_opinion(
    specification: Specification | None,
    served: Served,
    version: str,
    example: Example,
    answer: Answer,
) -> list[str]:
    """What the official specification has against a call, but for what is known.

    Of the request counts what our contract of that version reads.
    """
    path = served.resource.path.replace("/V/", f"/{version}/", 1)
    described = specification and specification.find(served.resource.method, path)
    if not described:
        return []
    query, body, _ = contract.validate_request(
        operation_of(served, version), example.query, example.body, frozenset(example.files)
    )
    sent = described.faults_of_request(query, body or None)
    return unknown(served.resource.method, path, sent + described.faults(answer.data))


@pytest.mark.parametrize("key", KEYS)
async def test_it_works_and_its_answer_fits(
    key: str, bench: Bench, specification: Specification | None
) -> None:
    served = SERVED[key]
    example = await EXAMPLES[key](bench)
    version = served.since
    answer = await send(bench, served, example, version)
    assert (answer.status, answer.code) == (200, 0), answer.message
    assert answer.message == "Success"
    assert contract.check_response(operation_of(served, version), answer.data) == []
    assert second_opinion(specification, served, version, example, answer) == []
    assert int(answer.headers["x-ratelimit-remaining"]) > 0


@pytest.mark.parametrize(
    ("key", "version"), [(key, each) for key in KEYS for each in versions(SERVED[key])[1:]]
)
async def test_it_works_in_later_versions(
    key: str, version: str, bench: Bench, specification: Specification | None
) -> None:
    served = SERVED[key]
    example = await EXAMPLES[key](bench)
    answer = await send(bench, served, example, version)
    assert (answer.status, answer.code) == (200, 0), answer.message
    assert contract.check_response(operation_of(served, version), answer.data) == []
    assert second_opinion(specification, served, version, example, answer) == []


@pytest.mark.parametrize("key", KEYS)
async def test_what_does_not_fit_is_named(key: str, bench: Bench) -> None:
    served = SERVED[key]
    example = await EXAMPLES[key](bench)
    before, faults = await traces(bench.installation.pool), []
    for version in versions(served):
        operation = operation_of(served, version)
        for each in mutations(operation, example.query, example.body):
            answer = await send(bench, served, example, version, query=each.query, body=each.body)
            named = each.field.partition("[")[0] in answer.message
            if answer.code != operation.bad or answer.status not in (200, 400) or not named:
                faults.append(
                    f"{version} {each.what}: {each.field}: {answer.code} {answer.message}"
                )
    assert faults == []
    assert changed(before, await traces(bench.installation.pool)) == []


@pytest.mark.parametrize("key", KEYS)
async def test_who_may_not_gets_nothing(key: str, bench: Bench) -> None:
    served, version = SERVED[key], SERVED[key].since
    operation = operation_of(served, version)
    assert operation.party == Party.SELLER
    example = await EXAMPLES[key](bench)
    others = [scope for scope in SELLER_SCOPES if scope != operation.scope]
    narrow = await bench.let_in(others, name="Without the scope")
    expired = await bench.let_in(SELLER_SCOPES, name="Expired")
    withdrawn = await bench.let_in(SELLER_SCOPES, name="Withdrawn")
    async with bench.installation.db.transaction() as tx:
        await apps.end_consent(tx, bench.owner, withdrawn.app.id, Party.SELLER)
        over = tx.now - timedelta(seconds=1)
    await bench.installation.pool.execute(
        "update apps.token set expires_at = $1 where app_id = $2", over, expired.app.id
    )
    before = await traces(bench.installation.pool)

    async def refused(status: int, code: int, **how: Any) -> Answer:
        answer = await send(bench, served, example, version, **how)
        assert (answer.status, answer.code) == (status, code), (how, answer.message)
        assert answer.data is None
        return answer

    assert operation.scope in (await refused(403, 105005, by=narrow)).message
    await refused(401, 105002, by=expired)
    await refused(401, 105001, by=withdrawn)
    await refused(401, 105001, token="ROW_nothing")
    await refused(401, 105001, token=bench.mine.refresh_token)
    await refused(400, 36009004, token="")
    wrong = await refused(401, 106001, signature="0" * 64)
    assert bench.mine.secret not in wrong.message
    if operation.cipher is Cipher.NEEDED:
        await refused(400, 106013, cipher=None)
        foreign = bench.vault.cipher(bench.mine.app.id, bench.foreign_shop_id)
        await refused(400, 101000, cipher=foreign)
        await refused(400, 101000, cipher=bench.vault.cipher(narrow.app.id, bench.shop_id))
    if operation.cipher is Cipher.REFUSED:
        await refused(400, 36009004, cipher=bench.cipher)
    for name, value in example.foreign.items():
        answer = await send(bench, served, example, version, places={name: value})
        assert answer.code != 0, (name, value)
        absent = await send(bench, served, example, version, places={name: "1"})
        assert (answer.status, answer.code) == (absent.status, absent.code)
    assert changed(before, await traces(bench.installation.pool)) == []


WITH_KEYS = [
    key
    for key, served in SERVED.items()
    if operation_of(served, served.since).idempotency_in is not None
]


@pytest.mark.parametrize("key", WITH_KEYS)
async def test_a_key_stands_for_one_request(key: str, bench: Bench) -> None:
    served, version = SERVED[key], SERVED[key].since
    operation, example = operation_of(served, version), await EXAMPLES[key](bench)
    sent = example.query if operation.idempotency_in == "query" else example.body
    assert sent, "the example has no idempotency_key"
    assert "idempotency_key" in sent, "the example has no idempotency_key"
    first = await send(bench, served, example, version)
    assert first.code == 0, first.message
    before = await traces(bench.installation.pool)
    second = await send(bench, served, example, version)
    assert (second.code, second.data) == (0, first.data)
    if example.other is not None:
        replaced: dict[str, Any] = {
            "query" if operation.idempotency_in == "query" else "body": example.other
        }
        third = await send(bench, served, example, version, **replaced)
        assert third.code == operation.bad
        assert "idempotency_key" in third.message
    assert changed(before, await traces(bench.installation.pool)) == []
