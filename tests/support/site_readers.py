"""What readers of a site find, at every moment and in the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from functions.publish import archive_index, channel_turns, unfinished_changes
from functions.publish.channels import all_channels
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World

ADDRESS = re.compile(
    r'(?:https://kabar\.example/|(?:href|src)=\\?"/)([^\s<>"\\?#]+\.(?:html|json|opml|xml))\b'
)
SITEMAP = re.compile(r"sitemap-\d[-\da-z]*\.xml")
SEARCHED = re.compile(r"search/\d[-\da-z]*\.json")
ARCHIVED = re.compile(r"feed-(.+)\.json$")


class Readers:
    """What readers find: after every single write, that nothing leads to what is not there.

    ``unwritten`` are those of the problems that are about what has never been there.
    """

    def __init__(self, site: MemoryObjects) -> None:
        self._site = site
        self._named: dict[str, set[str]] = {}
        self.checked = 0
        self.problems: list[str] = []
        self.unwritten: list[str] = []
        for key in list(site.objects):
            self.look(key)
        site.after_put = self.look

    def look(self, key: str) -> None:
        """Check what has been written: what it names is there, and nothing names it if it is a notice."""
        stored = self._site.objects[key]
        self._named[key] = self._names(key)
        missing = {one for one in self._named[key] if not self._is_there(one)}
        if missing:
            self.problems.append(f"{key} names {sorted(missing)}")
        if never := missing - self._site.objects.keys():
            self.unwritten.append(f"{key} names {sorted(never)}")
        if "gone" in stored.metadata:
            naming = {one for one, named in self._named.items() if key in named}
            if naming:
                self.problems.append(f"{key} has gone, and {sorted(naming)} name it")
        self.checked += 1

    def _names(self, key: str) -> set[str]:
        body = self._site.objects[key].body.decode()
        named = set(ADDRESS.findall(body)) - {key}
        # An article's JSON never shows more than its page does, and so may come a moment later.
        return {one for one in named if not one.startswith("json/")}

    def _is_there(self, key: str) -> bool:
        stored = self._site.objects.get(key)
        return stored is not None and "gone" not in stored.metadata


def shown_outputs(world: World) -> Mapping[str, bytes]:
    """Return what readers find: no notices, and none of the files of emptied days, which nothing names.

    Nor when refreshes were, what they were at, and what archives were begun or emptied: that follows from
    no article.
    """
    emptied = {*_emptied(world), channel_turns.KEY, unfinished_changes.KEY}
    return {
        key: settled(key, stored.body)
        for key, stored in world.site.objects.items()
        if "gone" not in stored.metadata and key not in emptied
    }


def settled(key: str, body: bytes) -> bytes:
    """Return an output; of the list of an archive, without what is empty, or was when a run died."""
    if not key.endswith("archive.json"):
        return body
    return archive_index.document(replace(archive_index.read(body), begun=frozenset()))


def _emptied(world: World) -> Iterator[str]:
    for key, stored in world.site.objects.items():
        if "split" in stored.metadata:
            continue
        if SITEMAP.fullmatch(key) and b"/a/" not in stored.body:
            yield key
        if SEARCHED.fullmatch(key) and not json.loads(stored.body)["articles"]:
            yield key
        match = ARCHIVED.search(key)
        for channel in all_channels(world.catalogue) if match else ():
            keys = channel.archive(match[1]) if match else ()
            if key in keys[:1] and not json.loads(stored.body)["items"]:
                yield from keys
