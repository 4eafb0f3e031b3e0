"""A real list of Indonesian feeds, where it lies beside the project, becomes a portal's sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.sources import importing, sources_text
from newswire.sources_file import load_catalogue

OPML = Path(__file__).resolve().parents[3] / "shared" / "opml" / "indonesia.opml"
SHIPPED = Path(__file__).resolve().parents[2] / "sources.yaml"
pytestmark = pytest.mark.skipif(not OPML.is_file(), reason="REAL INPUT NOT TESTED: no ../shared/opml here")


def test_every_feed_of_a_real_list_is_imported_one_source_a_site() -> None:
    opml = importing.read_opml(OPML)
    made = load_catalogue(importing.as_new_file(opml).text)
    assert {feed for source in made.sources for feed in source.feeds} == {one.feed for one in opml.outlines}
    names = {source.id: (source.name, len(source.feeds)) for source in made.sources}
    assert len(names) == 16
    assert names["antara"] == ("Antara", 8)
    assert names["cnn-indonesia"] == ("CNN Indonesia", 3)
    assert (made.portal.language, list(made.categories)) == ("id", ["indonesia"])


def test_the_shipped_file_knows_every_feed_of_it() -> None:
    file = sources_text.read(SHIPPED)
    imported = importing.into(file, importing.read_opml(OPML))
    assert imported.added.is_empty
    assert imported.text == file.text
