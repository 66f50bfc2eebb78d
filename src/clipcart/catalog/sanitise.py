"""Descriptions from sellers: HTML reduced to a short list of tags without attributes.

What is not on the list is dropped; of scripts, styles and embedded things the content, too. The
result is well-formed, so that it can stand inside any page.
"""

import html
import re
from html.parser import HTMLParser

ALLOWED = frozenset({"p", "ul", "ol", "li", "br", "strong", "em", "h3", "h4", "blockquote"})
RENAMED = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p"}
SILENT = frozenset(
    {"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript",
     "head", "title", "textarea", "select", "video", "audio", "canvas", "form"}
)  # fmt: skip
BLOCKS = frozenset({"p", "ul", "ol", "li", "br", "h3", "h4", "blockquote"})
_SPACE = re.compile(r"\s+")


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        tag = RENAMED.get(tag, tag)
        if self.silent or tag not in ALLOWED:
            return
        if tag in BLOCKS:
            self.text.append(" ")
        if tag == "p" and "p" in self.open:
            self._close("p")
        self.out.append(f"<{tag}>")
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and not self.silent:
            self.out.append("<br>")
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        if not self.silent:
            self._close(RENAMED.get(tag, tag))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(html.escape(data, quote=True))
            self.text.append(data)

    def _close(self, tag: str) -> None:
        if tag not in self.open:
            return
        while True:
            inner = self.open.pop()
            self.out.append(f"</{inner}>")
            if inner in BLOCKS:
                self.text.append(" ")
            if inner == tag:
                return


def sanitise(raw: str) -> str:
    """The description with allowed tags only, all of them closed. Again it changes nothing."""
    cleaner = _Cleaner()
    cleaner.feed(raw.replace("\x00", ""))
    cleaner.close()
    while cleaner.open:
        cleaner.out.append(f"</{cleaner.open.pop()}>")
    return "".join(cleaner.out).strip()


def plain_text(clean_html: str) -> str:
    """The words of a sanitised description, for search and for checks."""
    cleaner = _Cleaner()
    cleaner.feed(clean_html)
    cleaner.close()
    return _SPACE.sub(" ", "".join(cleaner.text)).strip()
