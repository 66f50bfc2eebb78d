"""Forms of this site only: a token tied to the visitor's cookie, and where the browser says it
comes from."""

from urllib.parse import urlsplit

from clipcart.kit import crypto
from clipcart.kit.errors import Kind, Refusal


class ForeignForm(Refusal):
    """The form did not come from a page of this site, or the page is too old."""

    code = "doorway.foreign_form"
    kind = Kind.FORBIDDEN


def token_for(secret: str, cookie: str) -> str:
    """The token that forms of the holder of `cookie` carry."""
    return crypto.sign(secret, "csrf", cookie)


def check(
    secret: str, cookie: str, sent: str, origin: str | None, host: str, fetch_site: str | None
) -> None:
    """Raise ForeignForm unless the token fits the cookie and the origin is this host."""
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        raise ForeignForm
    if origin is not None and origin != "null" and urlsplit(origin).netloc != host:
        raise ForeignForm
    if not cookie or not crypto.is_same(sent, token_for(secret, cookie)):
        raise ForeignForm
