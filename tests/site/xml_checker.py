"""Feeds and sitemaps: well-formed, and sitemaps by the protocol's schemas where those are at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
_SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def missing() -> str | None:
    """Return what is not there, ``None`` where all is."""
    return None if SCHEMAS.is_dir() else f"the sitemap protocol's schemas ({SCHEMAS})"


def syntax_faults(files: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each file that is not well-formed."""
    for file in files:
        try:
            etree.parse(file)
        except etree.XMLSyntaxError as problem:
            yield f"{file}: {problem}"


def sitemap_faults(files: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each way in which a sitemap or an index of them is not what its schema says."""
    schemas = {"urlset": _schema("all.xsd"), "sitemapindex": _schema("index.xsd")}
    for file in files:
        document = etree.parse(file)
        schema = schemas.get(str(document.getroot().tag).removeprefix(_SITEMAPS))
        if schema is not None and not schema.validate(document):
            yield from (f"{file}:{error.line}: {error.message}" for error in schema.error_log)


def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))
