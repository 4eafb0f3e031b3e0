"""The catalogue that a run works with: the operator's object, else the copy shipped with the layer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib import resources

from newswire.bucket import Bucket
from newswire.source_rules import portal_url
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue

OWN_FOLDER = "config/"  # of what the operator puts: sources.yaml and the files that it names
SOURCES_KEY = f"{OWN_FOLDER}sources.yaml"


def load(bucket: Bucket, portal_address: str) -> Catalogue:
    """Return the catalogue; a non-empty ``portal_address`` replaces ``portal.url``.

    Raise :class:`~newswire.sources_file.SourcesError` where the stored file is not valid.
    """
    stored = bucket.get(SOURCES_KEY)
    if stored is None:
        bundled = resources.files("newswire").joinpath("sources.yaml")
        return _read(bundled.read_text(encoding="utf-8"), "newswire/sources.yaml", portal_address)
    name = f"s3://{bucket.name}/{SOURCES_KEY}"
    return _read(stored.body.decode("utf-8", "replace"), name, portal_address)


@lru_cache(maxsize=1)
def _read(text: str, name: str, portal_address: str) -> Catalogue:
    """Read the file, if it is not what was read last: thousands of sources take a second."""
    catalogue = load_catalogue(text, name)
    if not portal_address:
        return catalogue
    return replace(catalogue, portal=replace(catalogue.portal, url=portal_url(portal_address)))
