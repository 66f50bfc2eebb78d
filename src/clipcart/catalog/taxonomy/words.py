"""Words of names and titles, made comparable: small, without accents, in the singular. Pure."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"))
# fmt: off
_ODD = {
    "children": "child", "halves": "half", "knives": "knife", "leaves": "leaf", "loaves": "loaf",
    "men": "man", "scarves": "scarf", "shelves": "shelf", "women": "woman", "wives": "wife",
}
_EMPTY = frozenset({
    "a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "off", "on", "or", "other",
    "over", "s", "the", "to", "under", "up", "with", "without", "who", "you", "your", "that",
    "which", "when", "where", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "twelve", "de", "da", "do", "das", "dos", "del", "der", "die", "el", "la",
    "las", "los", "und", "y", "e", "o", "os", "as", "para", "por", "com", "con", "mit", "fur",
})
# fmt: on


def plain(text: str) -> str:
    """The text in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()


def all_words(text: str) -> list[str]:
    """Every word, small and without accents, in order."""
    return _WORD.findall(plain(text.replace("'s ", " ").replace("’s ", " ")))


def is_said(name: str, text: str) -> bool:
    """Whether the words of a name stand in a text, whole and one after the other."""
    wanted = " ".join(all_words(name))
    return bool(wanted) and f" {wanted} " in f" {' '.join(all_words(text))} "


def stem(word: str) -> str:
    """The singular, as far as endings tell."""
    if word in _ODD:
        return _ODD[word]
    if len(word) > 4:
        for ending, instead in _ENDINGS:
            if word.endswith(ending):
                return word.removesuffix(ending) + instead
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stems(text: str) -> list[str]:
    """The words that mean something, in the singular, in order, with repetition."""
    return [stem(word) for word in all_words(text) if word not in _EMPTY and not word.isdigit()]
