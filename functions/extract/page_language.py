"""The language of a page before its article is known: declared, or by the words of its paragraphs."""

from __future__ import annotations

from functools import cached_property

from functions.extract.landmarks import Landmarks
from functions.extract.language import language_of
from functions.extract.structured_data import StructuredData
from newswire.languages import iso_code

_SAMPLE = 1200  # characters
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class PageLanguage:
    """`declared` is what the page says of itself, as it says it; the words are read when first needed."""

    def __init__(self, data: StructuredData, page: Landmarks) -> None:
        self._page = page
        root = page.page
        self.declared = (
            root.get("lang")
            or root.get(_XML_LANG)
            or next(data.texts("inLanguage"), None)
            or data.first_meta("og:locale", "content-language", "dc.language", "language")
        )

    @cached_property
    def code(self) -> str | None:
        """ISO 639-1: what the page declares; the words where that is nothing or English, the default."""
        declared = iso_code(self.declared)
        if declared not in {None, "en"}:
            return declared
        sample, length = [], 0
        for element in self._page.page.iter("p"):
            if text := element.text:
                sample.append(text)
                length += len(text)
                if length > _SAMPLE:
                    break
        return language_of(" ".join(sample)[:_SAMPLE], declared)

    @property
    def day_first(self) -> bool | None:
        """Whether numeric dates begin with the day; None where the language does not tell.

        Of the languages of our sources only English has both orders: the American one writes the month first.
        """
        tag = (self.declared or "").strip().lower().replace("_", "-")
        if iso_code(tag) in {None, "en"}:
            return {"en-us": False, "en-gb": True, "en-au": True, "en-id": True}.get(tag)
        return True
