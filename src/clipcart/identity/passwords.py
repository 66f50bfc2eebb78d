"""Passwords: argon2id in a thread, at a cost that the composition root may set.

Verifying takes the same time whether or not there is an account: an unknown e-mail is checked
against a hash that no password fits.
"""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from clipcart.kit.crypto import new_secret
from clipcart.kit.errors import Problem

SHORTEST: Final = 10
LONGEST: Final = 200


class Passwords:
    """Hashes and checks passwords. The default cost is about 40 ms on a small server."""

    def __init__(
        self, *, time_cost: int = 2, memory_kib: int = 19_456, parallelism: int = 1
    ) -> None:
        self._hasher = PasswordHasher(time_cost, memory_kib, parallelism)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to keep, with its salt and cost inside."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, known: str | None, password: str) -> bool:
        """Whether `password` fits the kept hash; with None it takes as long and is False."""
        if known is not None:
            return await asyncio.to_thread(self._fits, known, password)
        if self._nobody is None:
            self._nobody = await self.hash(new_secret())
        await asyncio.to_thread(self._fits, self._nobody, password)
        return False

    def is_outdated(self, known: str) -> bool:
        """Whether the hash was made at another cost and should be made anew."""
        return self._hasher.check_needs_rehash(known)

    def _fits(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False


_passwords = Passwords()


def use_passwords(passwords: Passwords) -> None:
    """Called once by the composition root, or by tests that want a cheap cost."""
    global _passwords
    _passwords = passwords


def passwords() -> Passwords:
    """The hasher of this process."""
    return _passwords


def password_problem(password: str, email: str) -> Problem | None:
    """What is wrong with a new password, if anything: length, or that it is the e-mail."""
    if len(password) < SHORTEST:
        return Problem(
            "password",
            f"it has fewer than {SHORTEST} characters",
            "choose a longer one; a few words in a row are easy to remember",
        )
    if len(password) > LONGEST:
        return Problem("password", f"it has more than {LONGEST} characters", "choose a shorter one")
    if password.strip().lower() == email or password.strip().lower() == email.split("@")[0]:
        return Problem("password", "it is your e-mail address", "choose one that nobody can guess")
    return None
