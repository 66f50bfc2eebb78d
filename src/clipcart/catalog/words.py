"""Words of searches: what a typed text asks for, and how alike two words are. Pure."""

import re

_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """The words of a text, small, in order, without repetition."""
    return list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))


def search_text(text: str) -> str | None:
    """The text as PostgreSQL's to_tsquery takes it; the last word may be unfinished.

    None when nothing was typed that could be searched.
    """
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return None
    return " & ".join([*words[:-1], f"{words[-1]}:*"])


def trigrams(word: str) -> list[str]:
    """The word's runs of three letters, its beginning and end included."""
    padded = f"  {word} "
    return sorted({padded[place : place + 3] for place in range(len(padded) - 2)})


def array_literal(items: list[str]) -> str:
    """A text array as PostgreSQL reads it; the items are parts of words, so nothing is escaped."""
    return "{" + ",".join(f'"{item}"' for item in items) + "}"
