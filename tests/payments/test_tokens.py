"""Cards and tokens: only documented cards, checked, dropped, and not to be made up."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from clipcart import payments
from clipcart.identity import SYSTEM
from clipcart.kit.errors import Invalid
from clipcart.payments import TEST_CARDS
from clipcart.payments.adapters.cards import passes_luhn
from clipcart.payments.adapters.tokens import FORGED, card_of
from tests.payments import till as cards
from tests.payments.till import Till

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "test-cards.md"


def test_the_page_lists_every_card_and_no_other() -> None:
    rows = re.findall(r"^\| ([0-9 ]+) \| (\w+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    listed = [(number.replace(" ", ""), brand, means) for number, brand, means in rows]
    assert listed == [(card.number, card.brand, card.means) for card in TEST_CARDS]


def test_every_card_is_a_valid_number_of_its_own() -> None:
    assert all(passes_luhn(card.number) for card in TEST_CARDS)
    assert len({card.number for card in TEST_CARDS}) == len(TEST_CARDS)
    assert not passes_luhn("4242424242424241")


async def test_tokens_hide_the_number_and_lead_to_the_card(till: Till) -> None:
    for card in TEST_CARDS:
        token = till.token(card.number)
        assert card.number not in token
        assert card_of("sesame", token) == card
    assert card_of("another secret", till.token()) == FORGED
    assert card_of("sesame", "tok_4242_0_" + "0" * 24) == FORGED
    assert card_of("sesame", "") == FORGED


async def test_a_made_up_token_is_declined(till: Till) -> None:
    made = replace(till.intent(), method="tok_4242_0_" + "0" * 24)
    async with till.db.transaction() as tx:
        await payments.request(tx, SYSTEM, [made])
    await till.engine.settle()
    assert await till.state(made) == "DECLINED"


@pytest.mark.parametrize(
    ("number", "expiry", "code", "fields"),
    [
        ("4242424242424241", "12/39", "123", ["number"]),
        ("4111111111111111", "12/39", "123", ["number"]),
        ("42", "13/39", "12", ["number", "expiry", "cvc"]),
        ("4242 4242 4242 4242", "02/26", "123", ["expiry"]),
        ("4242-4242-4242-4242", "1239", "abc", ["expiry", "cvc"]),
        ("378282246310005", "03/26", "123", ["cvc"]),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "12/39", "123", ["number"]),
    ],
)
async def test_bad_cards_are_refused_with_every_problem(
    till: Till, number: str, expiry: str, code: str, fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        till.provider.tokenise(number, expiry, code, till.db.moment)
    assert [problem.field for problem in refused.value.problems] == fields


async def test_a_card_is_good_until_its_month_ends(till: Till) -> None:
    assert till.provider.tokenise(cards.SUCCESS, "3/26", "123", till.db.moment)
