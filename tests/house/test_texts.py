"""Every refusal has a sentence for people, and every sentence belongs to a refusal."""

import string

from clipcart.kit.errors import Refusal
from clipcart.kit.text import texts
from tests.house.test_statements import import_everything

import_everything()


def test_every_refusal_has_a_sentence() -> None:
    assert sorted(set(Refusal.registry) - set(texts())) == []


def test_every_sentence_belongs_to_a_refusal() -> None:
    assert sorted(set(texts()) - set(Refusal.registry) - {"kit.unknown"}) == []


def test_sentences_are_well_formed() -> None:
    for code, sentence in texts().items():
        fields = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
        assert all(name.isidentifier() for name in fields), code
        assert sentence.endswith((".", "?")), code


def test_codes_start_with_their_room() -> None:
    for code, cls in Refusal.registry.items():
        if cls.__module__.startswith("clipcart."):
            assert code.split(".")[0] == cls.__module__.split(".")[1], code
