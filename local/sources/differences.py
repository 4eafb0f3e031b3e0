"""What changes for the portal when one ``sources.yaml`` replaces another. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from local.progress import plural
from newswire.sources import Catalogue, Source


def differences(before: Catalogue, after: Catalogue) -> list[str]:
    """Return one line for each change: ``+`` added, ``-`` removed, ``~`` changed, with the keys."""
    return [*_portal(before, after), *_categories(before, after), *_sources(before, after)]


def _portal(before: Catalogue, after: Catalogue) -> Iterator[str]:
    keys = [*_changed(before.portal, after.portal), *_changed(before.own, after.own)]
    if keys:
        yield f"~ portal: {', '.join(key for key in keys if key != 'authority')}"


def _categories(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for mark, key in _compared(before.categories, after.categories):
        yield f"{mark} category {key}"


def _sources(before: Catalogue, after: Catalogue) -> Iterator[str]:
    old = {source.id: source for source in before.sources}
    new = {source.id: source for source in after.sources}
    for mark, key in _compared(old, new):
        if mark == "+":
            yield f"+ source {key}: {plural(len(new[key].feeds), 'feed')}"
        elif mark == "-":
            yield f"- source {key}"
        else:
            yield f"~ source {key}: {', '.join(_source_changes(old[key], new[key]))}"


def _source_changes(old: Source, new: Source) -> Iterator[str]:
    for key in _changed(old, new):
        if key == "feeds":
            added, removed = set(new.feeds) - set(old.feeds), set(old.feeds) - set(new.feeds)
            yield f"feeds (+{len(added)} -{len(removed)})"
        else:
            yield key


def _compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in dict.fromkeys((*old, *new)):
        if key not in old:
            yield "+", key
        elif key not in new:
            yield "-", key
        elif old[key] != new[key]:
            yield "~", key


def _changed(old: Any, new: Any) -> list[str]:
    return [one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)]
