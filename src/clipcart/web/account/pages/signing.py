"""Pages before somebody is signed in: sign up, sign in, forgotten password, new password."""

from dataclasses import dataclass

from clipcart.doorway import Shell, Visit
from clipcart.web.account.filled import Filled
from clipcart.web.storefront.frame import frame


@dataclass(frozen=True, slots=True)
class SigningPage:
    """A form in front of the account. `next` is where it leads afterwards, if not to the front."""

    shell: Shell
    form: Filled
    next: str


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """Ask for a link; `is_sent` after somebody did. The outbox is where e-mail stays local."""

    shell: Shell
    form: Filled
    is_sent: bool
    has_outbox: bool


@dataclass(frozen=True, slots=True)
class ResetPage:
    """Choose a new password; `is_spent` when the link is no longer good."""

    shell: Shell
    form: Filled
    token: str
    is_spent: bool


async def signing_page(visit: Visit, title: str, form: Filled, next_path: str) -> SigningPage:
    """The page to sign in or up."""
    async with visit.reading() as tx:
        return SigningPage(await frame(visit, tx, title), form, next_path)


async def forgotten_page(visit: Visit, form: Filled, *, is_sent: bool) -> ForgottenPage:
    """The page to ask for a new password."""
    async with visit.reading() as tx:
        shell = await frame(visit, tx, "Check your e-mail" if is_sent else "Forgotten password")
    return ForgottenPage(shell, form, is_sent, has_outbox(visit))


async def reset_page(visit: Visit, form: Filled, token: str, *, is_spent: bool) -> ResetPage:
    """The page of the link in the e-mail."""
    async with visit.reading() as tx:
        return ResetPage(await frame(visit, tx, "Set a new password"), form, token, is_spent)


def has_outbox(visit: Visit) -> bool:
    """E-mail stays in this installation, where a page shows it."""
    return visit.services.is_demo and not visit.services.settings.smtp_url
