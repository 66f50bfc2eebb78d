"""Makes the virtual environment that ./run and ./test use. Needs only Python's own library.

Does nothing when the lock file, the interpreter and the clone are those of the last success. A
killed installation is simply repeated; two at once wait for each other.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
WRAPPER = """#!/bin/sh
'''exec' {python} "$0" "$@"
'''
if __name__ == "__main__":  # processes that Python starts from here read this file again
    import sys
    from clipcart.ops.cli import main
    sys.exit(main())
"""


class CannotPrepare(Exception):
    """What is missing on this machine, and the cure."""


def main() -> int:
    """Prepare the home given on the command line; 0 when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--dev", action="store_true", help="also what the checks need")
    wanted = parser.parse_args()
    try:
        with alone(wanted.home):
            prepare(wanted.home, dev=wanted.dev)
    except (CannotPrepare, OSError) as problem:
        print(f"clipcart cannot be set up: {problem}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Only one setup works on a home at a time; the lock goes with the process."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "setup.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another setup of this home")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(home: Path, *, dev: bool) -> None:
    """Bring the environment to the state that the locks describe."""
    venv = home / "venv"
    stamp = venv / "clipcart-stamp.json"
    names = ["requirements.lock", "requirements-dev.lock"] if dev else ["requirements.lock"]
    wanted = {name: digest(CLONE / name) for name in names}
    machine = {"python": sys.version, "executable": sys.executable, "clone": str(CLONE)}
    known = read_stamp(stamp)
    if {**known, **machine, **wanted} == known:
        link_clipcart(venv)
        return
    if any(known.get(name) != value for name, value in machine.items()):
        make_environment(venv)
        known = {}
    stamp.unlink(missing_ok=True)
    install(venv, CLONE / names[-1], home / "setup.log")
    link_clipcart(venv)
    # The development lock holds the runtime lock; other versions in either need a new look.
    kept = {"requirements.lock": digest(CLONE / "requirements.lock")}
    fresh = stamp.with_suffix(".new")
    fresh.write_text(json.dumps({**machine, **kept, **wanted}))
    fresh.replace(stamp)


def make_environment(venv: Path) -> None:
    """A new, empty virtual environment in place of whatever was there."""
    say(f"making a virtual environment with Python {sys.version.split()[0]}")
    shutil.rmtree(venv, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") is None and os.geteuid() == 0:
        say("installing python3-venv, which this Python comes without")
        for words in (["update"], ["install", "-y", "--no-install-recommends", "python3-venv"]):
            if shutil.which("apt-get"):
                subprocess.run(["apt-get", "-qq", *words], check=False, stdout=sys.stderr)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise CannotPrepare(
            f"Python's venv module does not work:\n{made.stdout}{made.stderr}\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )


def install(venv: Path, lock: Path, log: Path) -> None:
    """Install the lock file with hashes checked, one line of progress, everything else logged."""
    total = sum(1 for line in lock.read_text().splitlines() if "==" in line.split("#")[0])
    say(f"installing {total} pinned packages ({lock.name}); details in {log}")
    words = ["install", "--require-hashes", "--progress-bar", "off", "-r", str(lock)]
    begun = time.monotonic()
    seen = 0
    with log.open("w") as written:
        pip = subprocess.Popen(
            [str(venv / "bin" / "python"), "-m", "pip", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert pip.stdout is not None
        for line in pip.stdout:
            written.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                package = line.removeprefix("Requirement already satisfied:").split("==")[0]
                show(f"{seen}/{total} {package.split()[-1]}", seen)
            elif line.startswith("Installing collected"):
                show("unpacking", 0)
        failed = pip.wait() != 0
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if failed:
        last = "".join(log.read_text().splitlines(keepends=True)[-20:])
        raise CannotPrepare(
            f"pip failed. The end of {log}:\n{last}\n"
            "Where the package index cannot be reached, set pip's own index or proxy options "
            "(pip config, PIP_INDEX_URL, PIP_PROXY) and start again."
        )
    say(f"installed in {time.monotonic() - begun:.0f} s")


def link_clipcart(venv: Path) -> None:
    """Put the clone's src on the path and the command `clipcart` into the environment."""
    site = next((venv / "lib").glob("python3*/site-packages"))
    (site / "clipcart.pth").write_text(f"{CLONE / 'src'}\n")
    command = venv / "bin" / "clipcart"
    command.write_text(WRAPPER.format(python=shlex.quote(str(venv / "bin" / "python"))))
    command.chmod(0o755)


def digest(path: Path) -> str:
    """What identifies a lock file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    """What the last successful setup left; nothing after a killed or damaged one."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def say(line: str) -> None:
    """One line of progress; standard output stays free for answers."""
    print(f"  {line}", file=sys.stderr, flush=True)


def show(line: str, count: int) -> None:
    """Progress that overwrites itself on a terminal, and is sparse elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K  {line}", end="", file=sys.stderr, flush=True)
    elif count % 10 == 0:
        say(line)


if __name__ == "__main__":
    sys.exit(main())
