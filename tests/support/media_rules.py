"""Media RSS 1.5.1, as far as an item with one image uses it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.support.feed_values import MEDIA_TYPE, is_web_address

_MEDIA = "{http://search.yahoo.com/mrss/}"
_ATTRIBUTES = {"url", "type", "medium", "width", "height", "fileSize", "isDefault", "lang"}
_CHILDREN = {"description", "title", "credit", "copyright", "thumbnail", "keywords"}


def broken(entry: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the media of an item or entry."""
    for content in entry.iter(f"{_MEDIA}content"):
        yield from (("Media RSS, media:content", problem) for problem in _attributes(content))
        if content.getparent() is not entry:
            yield "Media RSS, media:content", "stands neither in an item nor in a group"
        for child in content:
            if child.tag.removeprefix(_MEDIA) not in _CHILDREN:
                yield "Media RSS, optional elements", f"has an element {child.tag}"
        for text in content.iter(f"{_MEDIA}description", f"{_MEDIA}title"):
            if text.get("type", "plain") not in {"plain", "html"} or not (text.text or "").strip():
                yield "Media RSS, media:description", "is empty or of another type than plain and html"


def _attributes(content: etree._Element) -> Iterator[str]:
    if unknown := set(map(str, content.attrib)) - _ATTRIBUTES:
        yield f"has attributes {sorted(unknown)}"
    if not is_web_address(content.get("url")):
        yield f"url is {content.get('url')!r}; a direct URL or a player is required"
    if content.get("medium") not in {"image", "audio", "video", "document", "executable"}:
        yield f"medium is {content.get('medium')!r}"
    kind = content.get("type")
    if kind is not None and not (MEDIA_TYPE.fullmatch(kind) and kind.startswith("image/")):
        yield f"type is {kind!r} and the medium an image"
    for name in ("width", "height"):
        if (size := content.get(name)) is not None and not (size.isdigit() and int(size)):
            yield f"{name} is {size!r}"
