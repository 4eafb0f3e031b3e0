"""The labelled pages of the frozen web, which lies beside the project and is never part of it."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

MATERIALS = Path(__file__).resolve().parents[2] / "shared" / "newsweb"
"""Where the frozen web lies by default."""

Marks = Mapping[str, float]


class NoMaterials(Exception):
    """The frozen web is not where it was looked for; the text says what to do."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """One page with what people say of it. ``language`` is the source's in ``sources.yaml``."""

    url: str
    subset: str
    groups: tuple[str, ...]
    language: str
    content_type: str | None
    file: Path
    gold: Mapping[str, Any]

    def body(self) -> bytes:
        """Return the bytes that the publisher sent."""
        return gzip.decompress(self.file.read_bytes())


def labelled_pages(folder: Path = MATERIALS) -> list[LabelledPage]:
    """Return what ``score.py`` marks: pages that a feed links to, other tools' snapshots left out.

    Raise :class:`NoMaterials` where the folder is not the frozen web.
    """
    key = _score(folder).key
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["entries"]
    linked = {key(link) for entry in entries if entry["set"] == "bridge" for link in entry["gold"]["links"]}
    return [
        _page(folder, entry)
        for entry in entries
        if entry["kind"] == "page" and key(entry["url"]) in linked and _is_labelled(entry)
    ]


def grader(folder: Path = MATERIALS) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Marks]:
    """Return the materials' own measure: an article's fields and the gold to marks by name, 0 to 1."""
    grade: Callable[[Mapping[str, Any], Mapping[str, Any]], Marks] = _score(folder).grade
    return grade


def _page(folder: Path, entry: Mapping[str, Any]) -> LabelledPage:
    subset = entry["set"]
    indonesian = subset == "indonesian"
    groups = ("all", subset, "lang:id") if indonesian or entry.get("lang") == "id" else ("all", subset)
    return LabelledPage(
        url=entry["url"],
        subset=subset,
        groups=groups,
        language="id" if indonesian else "en",  # as sources.py writes it
        content_type=entry["content_type"],
        file=folder / entry["file"],
        gold=entry.get("gold") or {},
    )


def _is_labelled(entry: Mapping[str, Any]) -> bool:
    return (entry.get("gold") or {}).get("level") != "snapshot"


@cache
def _score(folder: Path) -> ModuleType:
    file = folder / "score.py"
    spec = importlib.util.spec_from_file_location("newsweb_score", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise NoMaterials(f"the frozen web is not in {folder}: name its folder with --materials")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
