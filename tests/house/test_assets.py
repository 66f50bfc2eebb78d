"""The bundle: complete, named by content, repeated when something changed, safe when killed."""

import json
import re
from pathlib import Path

import pytest

from clipcart.web.assets import BUILT_INTO_THE_WHEEL, AssetsFailed, build, find_bundle


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert build(folder)
    return folder


def test_entries_are_named_by_their_content(home: Path) -> None:
    bundle = find_bundle(home)
    for entry in ("app.js", "app.css", "favicon.svg"):
        stem, suffix = entry.split(".")
        assert re.fullmatch(rf"{stem}-[A-Z0-9]{{8}}\.{suffix}", bundle.name(entry))
        assert (bundle.folder / bundle.name(entry)).stat().st_size > 0
    with pytest.raises(KeyError):
        bundle.name("absent.js")


def test_nothing_is_done_twice(home: Path) -> None:
    assert not build(home)


def test_a_lost_file_or_a_torn_manifest_is_made_again(home: Path) -> None:
    bundle = find_bundle(home)
    (bundle.folder / bundle.name("app.css")).unlink()
    assert build(home)
    (bundle.folder / "manifest.json").write_text('{"inputs": "')
    assert build(home)
    assert find_bundle(home) == bundle


def test_files_of_the_bundle_before_stay_and_older_ones_go(home: Path) -> None:
    bundle = find_bundle(home)
    manifest = json.loads((bundle.folder / "manifest.json").read_text())
    manifest["inputs"] = "changed"
    manifest["files"].append("before.js")
    (bundle.folder / "manifest.json").write_text(json.dumps(manifest))
    for name in ("before.js", "older.js"):
        (bundle.folder / name).write_text("")
    assert build(home)
    assert (bundle.folder / "before.js").exists()
    assert not (bundle.folder / "older.js").exists()


def test_the_stylesheet_is_one_file_and_pictures_are_in_reach(home: Path) -> None:
    bundle = find_bundle(home)
    text = (bundle.folder / bundle.name("app.css")).read_text()
    assert "@import" not in text
    for path in re.findall(r"url\(\"?([^)\"]+)", text):
        assert path.startswith(("data:", "#")) or (bundle.folder / path).exists(), path


@pytest.mark.skipif(BUILT_INTO_THE_WHEEL.exists(), reason="this clone holds a bundle for a wheel")
def test_without_a_bundle_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssetsFailed, match=r"python -m clipcart\.web\.assets"):
        find_bundle(tmp_path)
