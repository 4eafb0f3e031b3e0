"""Page furniture goes, prose stays: every rule of the data file by its own examples, then the blocks."""

from __future__ import annotations

import re

import pytest

from functions.extract import furniture
from functions.extract.furniture import RULES, compiled, read_rules, without

ALL = read_rules(RULES.read_text(encoding="utf-8"))
PLACES = ("anywhere", "start", "end")
PROSE = "Harga beras di pasar induk turun pekan ini karena panen raya di sejumlah daerah sudah dimulai."
LINK = '<a href="https://kabar.example/lain">Harga gabah naik lagi</a>'
ARTICLE = [("p", f"{PROSE} Bagian {number}.") for number in range(12)]


@pytest.mark.parametrize(
    ("rule", "line"),
    [(rule, line) for rule in ALL for line in rule["goes"]],
    ids=lambda value: str(value)[:60],
)
def test_a_rule_takes_its_examples_of_furniture(rule: dict[str, object], line: str) -> None:
    assert compiled([rule]).match(line, [str(rule["place"])])


@pytest.mark.parametrize("line", [line for rule in ALL for line in rule["stays"]])
def test_no_rule_takes_an_example_of_prose(line: str) -> None:
    assert not compiled(ALL).match(line, PLACES)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule["name"])
def test_every_rule_is_complete(rule: dict[str, object]) -> None:
    known = {"name", "patterns", "goes", "stays", "longest", "place", "takes", "needs"}
    assert set(rule) <= known
    assert rule["goes"], "a rule without examples is not tested"
    assert rule["stays"], "a rule without counter-examples may take anything"
    assert rule["place"] in PLACES
    assert rule["takes"] in {"line", "links"}


def test_rules_have_names_of_their_own() -> None:
    assert len({rule["name"] for rule in ALL}) == len(ALL)


@pytest.mark.parametrize(
    "line",
    [
        "Artikel ini telah tayang di Kabar Nusantara dengan judul Harga Beras Turun",
        "Artikel ini bersumber dari website Kabar Nusantara",
        "Sumber: Kabar Nusantara",
        "KABAR.example, Jakarta - Harga beras di pasar induk turun.",
        "(abc/def)",
    ],
)
def test_what_tells_a_copy_from_its_original_stays(line: str) -> None:
    """The owner of a copy is found by it, and a dateline and initials are the publisher's text."""
    assert without([*ARTICLE, ("p", line)])[-1] == ("p", line)


def test_a_sentence_that_only_begins_like_furniture_stays() -> None:
    block = ("p", f"Baca juga catatan kami, kata menteri. {PROSE} {PROSE} {PROSE}")
    assert without([*ARTICLE, block, *ARTICLE]) == [*ARTICLE, block, *ARTICLE]


def test_a_related_line_goes_wherever_it_stands() -> None:
    line = ("p", f"<strong>Baca juga:</strong> {LINK}")
    assert without([*ARTICLE[:3], line, *ARTICLE[3:]]) == ARTICLE


def test_a_heading_takes_the_links_under_it_along_and_leaves_the_article() -> None:
    links = [("p", "Baca Juga"), ("ul", f"<li>{LINK}</li><li>{LINK}</li>"), ("p", LINK)]
    assert without([*ARTICLE[:3], *links, *ARTICLE[3:]]) == ARTICLE


@pytest.mark.parametrize("heading", ["Baca Juga:", "<strong>Read more:</strong>", "・関連記事"])
def test_a_heading_takes_the_links_along_that_only_line_breaks_divide_from_it(heading: str) -> None:
    links = [("p", f"{heading}<br>* {LINK}<br>{LINK}"), ("p", LINK)]
    assert without([*ARTICLE[:3], *links, *ARTICLE[3:]]) == ARTICLE
    prose = ("p", f"{heading}<br>{LINK}<br>Begitu kata menteri itu.")
    assert without([*ARTICLE, prose])[-1] == ("p", f"{LINK}<br>Begitu kata menteri itu.")


def test_a_heading_near_the_end_takes_the_rest_along_where_no_sentence_follows() -> None:
    rest = [("h3", "Berita Terkait"), ("p", "Harga gabah naik lagi"), ("p", "Panen raya di Karawang")]
    assert without([*ARTICLE, *rest]) == ARTICLE


def test_a_heading_near_the_end_takes_nothing_along_where_the_article_goes_on() -> None:
    assert without([*ARTICLE, ("p", "Baca juga: yang lain"), ARTICLE[0]]) == [*ARTICLE, ARTICLE[0]]


def test_a_heading_of_nothing_goes() -> None:
    assert without([*ARTICLE, ("h2", "Tentang penulis ini")]) == ARTICLE


def test_editors_go_at_the_end_only() -> None:
    editor = ("p", "Editor: Siti Aminah")
    assert without([*ARTICLE, editor]) == ARTICLE
    assert without([*ARTICLE[:6], editor, *ARTICLE]) == [*ARTICLE[:6], editor, *ARTICLE]


def test_a_date_goes_at_the_start_only() -> None:
    date = ("p", "Senin, 5 Januari 2026 10:08 WIB")
    assert without([date, *ARTICLE]) == ARTICLE
    assert without([*ARTICLE, date, *ARTICLE]) == [*ARTICLE, date, *ARTICLE]


def test_a_first_or_last_line_of_a_paragraph_goes_whole() -> None:
    block = ("p", f"ADVERTISEMENT<br>{PROSE}<br><em>Baca juga:</em> {LINK}")
    assert without([block]) == [("p", PROSE)]


def test_a_line_between_others_stays_so_that_no_paragraph_is_altered_inside() -> None:
    block = ("p", f"{PROSE}<br>Baca juga: {LINK}<br>{PROSE}")
    assert without([block]) == [block]


def test_a_line_that_an_element_crosses_stays() -> None:
    block = ("p", f"<strong>{PROSE}<br>Baca juga: yang lain</strong>")
    assert without([block]) == [block]


def test_a_line_between_two_halves_of_elements_stays() -> None:
    block = ("p", f"<em>{PROSE}<br>Iklan</em> <em><br>{PROSE}</em>")
    assert without([block]) == [block]
    last = ("p", f"<em>{PROSE}<br>Baca</em> juga: <em>yang lain</em>")
    assert without([last]) == [last]


def test_an_end_of_an_element_alone_on_its_line_stays_with_its_beginning() -> None:
    block = ("p", f"<del>{PROSE}<br></del>")
    assert without([block]) == [block]


def test_pictures_stay_where_their_labels_go() -> None:
    picture = ("figure", '<img src="https://kabar.example/beras.jpg" alt="">')
    inline = ("p", '<img src="https://kabar.example/beras.jpg" alt=""> Foto: Kabar')
    blocks = [*ARTICLE[:2], ("p", f"Baca juga: {LINK}"), picture, inline, *ARTICLE[2:]]
    assert without(blocks) == [*ARTICLE[:2], picture, inline, *ARTICLE[2:]]


def test_tables_and_code_are_never_furniture() -> None:
    blocks = [("table", "<tbody><tr><td>Tags:</td><td>Comments</td></tr></tbody>"), ("pre", "Advertisement")]
    assert without([*blocks, *ARTICLE]) == [*blocks, *ARTICLE]


def test_an_article_of_nothing_but_furniture_stays_as_it_is() -> None:
    blocks = [("p", "Advertisement"), ("p", "Baca juga: yang lain")]
    assert without(blocks) == blocks


def test_nothing_becomes_nothing() -> None:
    assert without([]) == []


def test_each_needed_word_stands_in_lower_case() -> None:
    """Lines are compared in lower case, so that another word would never be found."""
    assert all(word == word.lower() for rule in ALL for word in rule["needs"])


@pytest.mark.parametrize("pattern", [pattern for rule in ALL for pattern in rule["patterns"]])
def test_no_pattern_is_written_in_upper_case(pattern: str) -> None:
    assert not re.search(r"(?<!\\)[A-Z]", pattern)


def test_entities_are_read_as_characters() -> None:
    assert furniture.without([*ARTICLE, ("p", "&#169; 2026 Kabar. All rights reserved.")]) == ARTICLE
