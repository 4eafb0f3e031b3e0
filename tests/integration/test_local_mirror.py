"""A mirror shows saved objects as files of a folder, and touches nothing else there."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from local.mirror import Mirror, is_file_name
from local.saved_state import SavedObject


class Shown:
    """Objects for a mirror, given by their text."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.mirror = Mirror(folder, prefix)

    def show(self, **bodies: str) -> list[str]:
        return self.show_keys({key.replace("__", "/"): text for key, text in bodies.items()})

    def show_keys(self, bodies: dict[str, str]) -> list[str]:
        saved = {key: SavedObject(text, {}) for key, text in bodies.items()}
        return self.mirror.show(saved, lambda one: one.sha256.encode())


def files_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_a_mirror_touches_only_what_changed(tmp_path: Path) -> None:
    shown = Shown(tmp_path / "site")
    shown.show(index="one", a__b="two", a__c="three")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "site/a").iterdir()}
    shown.show(index="new", a__b="two", a__c="three")
    assert files_in(tmp_path / "site") == {"index": "new", "a/b": "two", "a/c": "three"}
    assert {path: path.stat().st_mtime_ns for path in times} == times
    shown.show(index="new")
    assert files_in(tmp_path / "site") == {"index": "new"}
    assert not (tmp_path / "site/a").exists()


def test_a_mirror_shows_what_compressed_objects_say_and_a_new_one_touches_nothing(tmp_path: Path) -> None:
    body = gzip.compress(b'{"items": []}', mtime=0)
    saved = {"feed.json": SavedObject(hashlib.sha256(body).hexdigest(), {"ContentEncoding": "gzip"})}
    Mirror(tmp_path).show(saved, lambda _: body)
    before = (tmp_path / "feed.json").stat().st_mtime_ns
    Mirror(tmp_path).show(saved, lambda _: body)
    assert files_in(tmp_path) == {"feed.json": '{"items": []}'}
    assert (tmp_path / "feed.json").stat().st_mtime_ns == before


def test_a_mirror_of_a_prefix_shows_nothing_else(tmp_path: Path) -> None:
    Shown(tmp_path, "articles/").show_keys({"articles/x/1.json": "x", "config/sources.yaml": "s"})
    assert files_in(tmp_path) == {"x/1.json": "x"}


@pytest.mark.parametrize(
    "key", ["../up", "a/../../up", "/etc/x", "a//b", "a/./b", "", "a/", "a\\..\\b", "nul\0", "x" * 256]
)
def test_a_key_that_would_leave_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    assert not is_file_name(key)
    assert Shown(tmp_path / "site").show_keys({key: "bad", "good": "good"}) == [key]
    assert files_in(tmp_path) == {"site/good": "good"}


def test_a_key_that_is_also_a_folder_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    assert Shown(tmp_path).show_keys({"a": "file", "a/b": "below", "c": "c"}) == ["a/b"]
    assert files_in(tmp_path) == {"a": "file", "c": "c"}
