"""Credit is complete and visible, or the article is not rendered, in any format."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.publish.credit import CreditError, credit_for
from functions.publish.look import WORDINGS
from newswire.article import Owner
from newswire.sources import Display
from tests.support.publish_catalogues import portal, source
from tests.support.publish_world import World

OWNER = Owner("harian", "Harian", "https://www.harian.example")
ORIGINAL = "https://www.harian.example/berita/1"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("display", ["full", "excerpt", "link"])
def test_the_notice_names_owner_and_portal_in_the_portals_language(language: Any, display: Display) -> None:
    words = WORDINGS[language]
    credit = credit_for(OWNER, ORIGINAL, display, portal(language=language), words)

    assert "Harian" in credit.notice_text
    assert "Kabar Nusantara" in credit.notice_text
    assert credit.notice_text.endswith(words.shown[display].format(portal="Kabar Nusantara"))
    assert ORIGINAL in [part.href for part in credit.notice]


def test_an_excerpt_is_not_said_to_be_the_unaltered_whole() -> None:
    full, excerpt = (
        credit_for(OWNER, ORIGINAL, display, portal(), WORDINGS["id"]).notice_text
        for display in ("full", "excerpt")
    )

    assert "tidak mengubah" in full
    assert "tidak mengubah" not in excerpt
    assert "hanya menampilkan kutipannya" in excerpt


def test_the_operators_own_notice_takes_the_place_of_ours() -> None:
    own = portal(notice="Milik {owner}, dimuat {portal}. Aslinya: {url}")

    full = credit_for(OWNER, ORIGINAL, "full", own, WORDINGS["id"])
    excerpt = credit_for(OWNER, ORIGINAL, "excerpt", own, WORDINGS["id"])

    assert full.notice_text == f"Milik Harian, dimuat Kabar Nusantara. Aslinya: {ORIGINAL}"
    assert excerpt.notice_text == f"{full.notice_text} Kabar Nusantara hanya menampilkan kutipannya."


def test_google_news_and_dateline_appear_only_where_configured() -> None:
    with_both = credit_for(OWNER, ORIGINAL, "full", portal(), WORDINGS["id"])
    without = credit_for(OWNER, ORIGINAL, "full", portal(google_news=None, dateline=None), WORDINGS["id"])

    assert with_both.follow_line == "Ikuti Kabar Nusantara di Google News"
    assert with_both.dateline == "kabar.example"
    assert (without.follow_line, without.follow_url, without.dateline) == (None, None, None)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_copy_without_a_known_original_is_credited_to_its_owner_by_way_of_its_site(language: Any) -> None:
    own, words = portal(language=language), WORDINGS[language]
    credit = credit_for(OWNER, "https://kumpulan.example/1", "full", own, words, carrier="Kumpulan")

    assert (credit.owner, credit.place) == ("Harian", "Kumpulan")
    assert "Harian" in credit.original_line
    assert "Kumpulan" in credit.original_line
    assert ("Harian", credit.homepage) in [(part.text, part.href) for part in credit.notice]
    assert "Kumpulan" not in credit.notice_text


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
@pytest.mark.parametrize("missing", ["name", "homepage", "original", "notice"])
def test_without_name_url_or_notice_there_is_no_credit(missing: str, blank: str) -> None:
    owner = replace(OWNER, **{missing: blank}) if missing in ("name", "homepage") else OWNER
    own = portal(notice=blank) if missing == "notice" else portal()

    with pytest.raises(CreditError):
        credit_for(owner, blank if missing == "original" else ORIGINAL, "full", own, WORDINGS["id"])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/relative", "data:text/html,x", "ftp://x.example/"])
def test_a_link_that_no_reader_could_follow_is_no_credit(link: str) -> None:
    with pytest.raises(CreditError, match="absolute http"):
        credit_for(OWNER, link, "full", portal(), WORDINGS["id"])


def test_an_unknown_placeholder_in_the_notice_is_refused() -> None:
    with pytest.raises(CreditError, match="editor"):
        credit_for(OWNER, ORIGINAL, "full", portal(notice="Oleh {editor}"), WORDINGS["id"])


def test_an_owner_without_a_name_appears_in_no_output_and_harms_no_other() -> None:
    world = World()
    sound, nameless = world.add(1), world.add(2, "@tanpa-nama.example", title="Tanpa pemilik")
    world.articles.save(replace(nameless, owner=replace(nameless.owner, name=" ")))
    world.catalogue = replace(world.catalogue, sources=(source("harian", others="full"),))

    failed = world.publish(sound, nameless)

    assert failed == set()
    assert "Artikel nomor 1" in world.site.text("feed.xml")
    assert not [key for key, body in world.written().items() if b"Tanpa pemilik" in body]
    assert ("article left out", nameless.id) in [
        (line, said.get("article_id")) for line, said in world.log.lines
    ]
