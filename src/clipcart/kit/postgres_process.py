"""Processes of the embedded PostgreSQL: whom they run as, and how their end is awaited."""

import contextlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

ACCOUNT = "clipcart"


class PostgresFailed(RuntimeError):
    """The embedded server could not be made, started or stopped. Says what to do about it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as, where that is not whoever runs clipcart."""

    user: int
    group: int


def server_account() -> Account | None:
    """None for an ordinary user. PostgreSQL refuses root, so root makes it a system account."""
    if os.geteuid() != 0:
        return None
    makers = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"],
        ["adduser", "-S", "-D", "-H"],  # BusyBox
    )
    for maker in ([], *makers):
        if maker and shutil.which(maker[0]):
            subprocess.run([*maker, ACCOUNT], capture_output=True, check=False)
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(ACCOUNT)
            return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresFailed(
        f"PostgreSQL does not run as root, and the system account {ACCOUNT!r} could not be made. "
        "Make it, run clipcart as an ordinary user, or set CLIPCART_DATABASE_URL."
    )


def run_as(account: Account | None, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program as that account and return what it said, errors included."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            check=False,
            user=None if account is None else account.user,
            group=None if account is None else account.group,
            extra_groups=None if account is None else [],
        )
    except OSError as error:
        raise PostgresFailed(
            f"{command[0]} cannot be run as the account {ACCOUNT!r}: {error.strerror}. Run "
            "clipcart as an ordinary user, or set CLIPCART_DATABASE_URL."
        ) from error


def await_end(processes: list[psutil.Process], limit_s: float) -> list[psutil.Process]:
    """Those still alive after the limit. A zombie that nobody reaps has ended all the same."""
    end = time.monotonic() + limit_s
    alive = processes
    while alive := [one for one in alive if _is_alive(one)]:
        if time.monotonic() > end:
            break
        time.sleep(0.02)
    return alive


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
