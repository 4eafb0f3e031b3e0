"""Who wrote it: names of people, before desks, jobs, addresses and whatever else stands in author fields."""

from __future__ import annotations

import pytest

from functions.extract.author_names import is_desk, is_full_name, names_in
from tests.support.metadata_pages import article, json_ld, read


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (json_ld(article(author={"@type": "Person", "name": "Siti Rahma"})), "", ["Siti Rahma"]),
        (
            json_ld(article(author=[{"name": "Siti Rahma"}, "Budi Santoso"])),
            "",
            ["Siti Rahma", "Budi Santoso"],
        ),
        (
            json_ld(
                {
                    "@graph": [
                        article(author={"@id": "#p"}),
                        {"@type": "Person", "@id": "#p", "name": "Siti Rahma"},
                    ]
                }
            ),
            "",
            ["Siti Rahma"],
        ),
        (
            '<meta name="author" content="Siti Rahma, Budi Santoso dan Dewi">',
            "",
            ["Siti Rahma", "Budi Santoso", "Dewi"],
        ),
        (
            '<meta name="author" content="https://facebook.com/siti">',
            "<p class=byline>Oleh: Siti Rahma</p>",
            ["Siti Rahma"],
        ),
        ('<meta name="author" content="Redaksi">', "<a rel=author href=/p>Siti Rahma</a>", ["Siti Rahma"]),
        ("", "<div class=author>Penulis : Siti Rahma | 2 Juni 2025, 10:00 WIB</div>", ["Siti Rahma"]),
        ("", "<p class=byline>By Jane Doe and John Roe, Jr</p>", ["Jane Doe", "John Roe, Jr"]),
        ("", "<p class=byline>Follow us</p>", []),
        ("", "<li class=comment><b class=comment-author>Pembaca</b></li>", []),
        ('<meta name="author" content="Redaksi Kabar">', "", ["Redaksi Kabar"]),
    ],
)
def test_authors_are_names_and_people_before_desks(head: str, body: str, authors: list[str]) -> None:
    assert read(head, body).authors == authors


def test_the_publisher_is_the_author_only_where_nobody_else_is_named() -> None:
    head = json_ld(article(author={"name": "Kabar Nusantara"}, publisher={"name": "Kabar Nusantara"}))
    assert read(head, "<span class=byline>Siti Rahma</span>").authors == ["Siti Rahma"]
    assert read(head).authors == ["Kabar Nusantara"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Siti Rahma, Budi Santoso dan Dewi Lestari", ["Siti Rahma", "Budi Santoso", "Dewi Lestari"]),
        ("Jane Doe, John Roe and Ann Poe", ["Jane Doe", "John Roe", "Ann Poe"]),
        ("Jane Doe & John Roe", ["Jane Doe", "John Roe"]),
        ("Eva Maier und Jan Kurz", ["Eva Maier", "Jan Kurz"]),
        ("Oleh Siti Rahma | Editor: Budi Santoso", ["Siti Rahma"]),
        ("Reporter: Siti Rahma Editor: Budi Santoso", ["Siti Rahma"]),
        ("Reporter : Siti Rahma / Redaktur : Budi Santoso, Dewi Lestari", ["Siti Rahma"]),
        ("Editor: Budi Santoso Penulis: Siti Rahma", ["Siti Rahma"]),
        ("Penulis: Kontributor Medan, Siti Rahma", ["Medan", "Siti Rahma"]),
        ("By Jane Doe, photographs by John Roe", ["Jane Doe"]),
        ("Jane Doe, PhD", ["Jane Doe"]),
        ("Budi Santoso, S.Kom., M.Si", ["Budi Santoso"]),
        ("John Roe, Jr", ["John Roe, Jr"]),
        ("Posted on September 21, 2020 by Jane Doe", ["Jane Doe"]),
        ("View all posts by Jane Doe", ["Jane Doe"]),
        ("Alle Beiträge von Eva Maier", ["Eva Maier"]),
        ("<a href='/p'>Siti Rahma</a> (ANT)", ["Siti Rahma"]),
        ("Mat\xadthi\xadas Kurz", ["Matthias Kurz"]),
        ("Siti Rahma - 2 Juni 2025", ["Siti Rahma"]),
        ("https://kabar.example/siti", []),
        ("siti@kabar.example", ["siti"]),
        ("Veröffentlicht am", []),
        ("juillet", []),
        ("© Foto", []),
        ("A very long sentence about somebody who wrote something", []),
    ],
)
def test_a_text_is_split_into_the_names_of_those_who_wrote(text: str, names: list[str]) -> None:
    assert names_in([text]) == names


@pytest.mark.parametrize(
    "name",
    [
        *("Redaksi", "Tim Redaksi", "Tim Liputan6", "Staff Writer", "Political Correspondent", "admin"),
        *("Senior Editor", "Kabar Media", "Verlag Neues GmbH"),
    ],
)
def test_desks_jobs_and_companies_are_no_people(name: str) -> None:
    assert is_desk(name)


@pytest.mark.parametrize("name", ["Tim Cook", "Siti Rahma", "Budi", "AFP", "Eva van der Berg"])
def test_people_and_agencies_are_no_desks(name: str) -> None:
    assert not is_desk(name)


def test_a_full_name_has_capitals_particles_and_no_more() -> None:
    assert is_full_name("Eva van der Berg")
    assert is_full_name("John Roe, Jr")
    assert not is_full_name("Siti")
    assert not is_full_name("Kabar dari pasar")


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ("<h1>Judul</h1><p>By Jane Doe</p>", ["Jane Doe"]),
        ("<h1>Judul</h1><p><b>Oleh:</b> <i>x</i></p><span>Penulis: <a>Siti Rahma</a></span>", ["Siti Rahma"]),
        ("<h1>Judul</h1><a href='/author/siti-rahma'>Siti Rahma</a>", ["Siti Rahma"]),
        ("<h1>Judul</h1>" + "<p>Isi berita.</p>" * 200 + "<p>Pewarta: Siti Rahma</p>", ["Siti Rahma"]),
        (
            "<h1>Judul</h1>" + "<p>Isi.</p>" * 200 + "<p>Reporter: Siti Rahma | Editor: Budi</p>",
            ["Siti Rahma"],
        ),
        ("<h1>Judul</h1><p>By the end of the year prices fell.</p>", []),
        ("<h1>Judul</h1><p>Oleh karena itu harga turun.</p>", []),
        ("<h1>Judul</h1><div class=sidebar><a class=author>Budi Santoso</a></div>", []),
        ("<h1>Judul</h1><div class=related><span class=byline>Oleh Budi Santoso</span></div>", []),
    ],
)
def test_visible_lines_name_the_author_where_they_begin_as_bylines(body: str, authors: list[str]) -> None:
    assert read("", body).authors == authors


def test_a_site_whose_name_reads_like_two_is_one_publisher() -> None:
    head = (
        '<meta property="og:site_name" content="Kerja & Karier"><meta name="author" content="Kerja & Karier">'
    )
    assert read(head, "<h1>Judul</h1><p class=byline>Oleh Siti Rahma</p>").authors == ["Siti Rahma"]
    assert read(head).authors == ["Kerja & Karier"]


def test_thousands_of_names_are_bounded() -> None:
    many = [{"@type": "Person", "name": "Siti Rahma" + "a" * (number % 40)} for number in range(5000)]
    assert len(read(json_ld(article(author=many))).authors) == 10
    assert len(read('<meta name="author" content="Siti Rahma">' * 5000).authors) == 1
    read("", "<h1>Judul</h1>" + "<p class=byline>Oleh Redaksi</p>" * 5000)


def test_a_publishers_endless_name_is_cut_where_it_is_the_author() -> None:
    name = "Kabar " * 200
    page = read(json_ld(article(author=name, publisher={"@type": "Organization", "name": name})))
    assert [len(author) for author in page.authors] == [100]
