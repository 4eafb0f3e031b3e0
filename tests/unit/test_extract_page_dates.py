"""When it was published: which of a page's dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.metadata_pages import UNDATED, article, json_ld, published, read


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        (json_ld(article(datePublished="2025-06-01T23:00:00+07:00")), "", "2025-06-01T23:00:00+07:00"),
        (
            '<meta property="article:published_time" content="2025-06-01T23:00:00">',
            "",
            "2025-06-01T23:00:00Z",
        ),
        ("", "<abbr class=published title='2025-06-01T09:00:00Z'>lalu</abbr>", "2025-06-01T09:00:00Z"),
        ("", "<time pubdate datetime='2025-06-02 23:00'>", "2025-06-02T23:00:00Z"),
        ("", "<time datetime='2024-01-01'></time>", "2025-06-02T00:00:00Z"),
        (
            '<meta name="date" content="2025-06-05"><meta name="pubdate" content="2025-06-04">',
            "",
            "2025-06-04T00:00:00Z",
        ),
    ],
)
def test_the_publication_is_read_in_order_of_trust(head: str, body: str, date: str) -> None:
    assert read(head, body).published == date


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("", "<time datetime='2025-06-04T14:30:00+07:00'>", "2025-06-04T14:30:00+07:00"),
        ("", "<h1>Judul</h1><p>Kabar - Rabu, 4 Juni 2025 | 14.30 WIB</p>", "2025-06-04T14:30:00+07:00"),
        ("", "<time datetime='2025-06-05T14:30:00+07:00'>", "2025-06-04T00:00:00Z"),
        ("", "<p>Diperbarui 4 Juni 2025 14.30 WIB</p>", "2025-06-04T00:00:00Z"),
        (
            '<meta property="article:modified_time" content="2025-06-04T15:00:00+07:00">',
            "<time datetime='2025-06-04T15:00:00+07:00'>",
            "2025-06-04T00:00:00Z",
        ),
        ("", "", "2025-06-04T00:00:00Z"),
    ],
)
def test_a_day_yields_to_a_time_of_that_day_that_is_none_of_a_change(head: str, body: str, date: str) -> None:
    assert read(f'<meta name="pubdate" content="2025-06-04">{head}', body, url=UNDATED).published == date


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<h1>Judul</h1><p>Kabar - Jumat, 6 Juni 2025 | 14.30 WIB</p>", "2025-06-06T14:30:00+07:00"),
        ("<h1>Judul</h1><p>Do 05.06.25 | 14:07 Uhr</p>", "2025-06-05T14:07:00Z"),
        (
            f"<h1>Judul</h1><p>Sejak 1 Mei 2024 {'pasar induk ditata ' * 3}</p><p class=date>6 Juni 2025</p>",
            "2025-06-06T00:00:00Z",
        ),
        ("<div><p>24. April 2020 |</p><h1>Titel</h1></div>", "2020-04-24T00:00:00Z"),
        ("<h1>Title</h1>" + "<p>text</p>" * 150 + "<h3>21.01.2022</h3>", "2022-01-21T00:00:00Z"),
        ("<header>Senin, 9 Juni 2025</header><h1>Judul Berita Ini</h1>", None),
        ("<h1>Judul</h1><p>Diperbarui 9 Juni 2025</p><p>Senin, 2 Juni 2025</p>", "2025-06-02T00:00:00Z"),
        ("<h1>Title</h1><p>Last updated: June 9, 2025</p>", None),
        ("<h1>Judul</h1><p>3 jam yang lalu</p><p>Dibaca 2025 kali</p>", None),
        ("<h1>Judul</h1><em>( Bandung, 2 Juni 25 )</em>", "2025-06-02T00:00:00Z"),
        ("<h1>Judul</h1><p>Juara 3 25</p>", None),
        (
            "<h1>Judul</h1><p>2 Juni 2025, diubah <span class=updated>9 Juni 2025</span></p>",
            "2025-06-02T00:00:00Z",
        ),
        (
            "<h1>Judul</h1><p class=meta>— kata gubernur dalam wawancara, 9 Mei 2025</p><p>2 Juni 2025",
            "2025-06-02T00:00:00Z",
        ),
        (
            "<h1>Judul</h1><p class=meta>Oleh Sari Dewi Lestari Wulandari Putri, 2 Juni 2025</p>",
            "2025-06-02T00:00:00Z",
        ),
    ],
)
def test_visible_lines_tell_the_date_but_not_the_pages_header(body: str, date: str | None) -> None:
    assert read("", body, url=UNDATED).published == date


@pytest.mark.parametrize(
    "label",
    [
        "Diperbarui",
        "Terakhir diubah",
        "Pembaruan:",
        "Revisi",
        "Updated",
        "Modified",
        "Aktualisiert am",
        "Aggiornato",
    ],
)
def test_a_line_that_begins_with_a_change_tells_no_publication(label: str) -> None:
    body = f"<h1>Judul</h1><p class=date>{label} 9.6.2025</p><p>2.6.2025</p>"
    assert read("", body, url=UNDATED).published == "2025-06-02T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("article_date_original", "article_date_updated"),
        ("bt:pubDate", "bt:modDate"),
        ("published_at", "date.updated"),
        ("prism.publicationDate", "og:article:modified_time"),
    ],
)
def test_metas_state_both_dates_under_the_names_of_many_systems(name: str, changed: str) -> None:
    head = f'<meta name="{name}" content="2025-06-02"><meta name="{changed}" content="2025-06-09">'
    metadata = read(head, url=UNDATED)
    assert (metadata.published, metadata.updated) == ("2025-06-02T00:00:00Z", "2025-06-09T00:00:00Z")


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("/2025/06/02/judul", "2025-06-02T00:00:00Z"),
        ("/news/20250602/judul", "2025-06-02T00:00:00Z"),
        ("/news/2025-06/02/judul", "2025-06-02T00:00:00Z"),
        ("/web/20250602101112/judul", None),
        ("/2025/06/judul", None),
    ],
)
def test_an_address_tells_the_date_where_it_has_a_day(path: str, date: str | None) -> None:
    assert read(url=f"https://kabar.example{path}").published == date


@pytest.mark.parametrize(
    ("body", "date"),
    [
        (
            "<h1>Judul</h1><p>2 Juni 2025</p><ol class='comment-list'><li><time datetime='2025-06-09'>",
            "2025-06-02T00:00:00Z",
        ),
        ("<h1>Judul</h1><article class=comment-body><p>9 Juni 2025</p></article>", None),
        ("<h1>Judul</h1><div id=related-posts><p class=date>9 Juni 2025</p></div>", None),
        (
            "<ul><li class='menu-item'>Aksi 9 Juni 2025</ul><h1>Judul</h1><p>2 Juni 2025",
            "2025-06-02T00:00:00Z",
        ),
        (
            "<div class=related-and-more><article><header><h1>Judul</h1><p>2 Juni 2025</article></div>",
            "2025-06-02T00:00:00Z",
        ),
    ],
)
def test_comments_menus_and_other_articles_tell_no_date(body: str, date: str | None) -> None:
    assert read("", body, url=UNDATED).published == date


@pytest.mark.parametrize(
    ("body", "date"),
    [
        (
            "<h1>Judul</h1><div class=date><span>Apr</span><span>04</span><span>2013</span></div>",
            "2013-04-04",
        ),
        (f"<h1>Judul</h1><p>\n{' ' * 200}2 Juni 2025\n{' ' * 200}</p>", "2025-06-02"),
        (f"<h1>Judul</h1><p>2.6.2025 - Di pasar {'pedagang bertahan ' * 20}</p>", "2025-06-02"),
        (f"<h1>Judul</h1><p>Jakarta, 2 Juni 2025 – {'Pedagang bertahan. ' * 20}</p>", "2025-06-02"),
        ("<div><p class=date>2 Juni 2025</p><h1>Judul</h1><p>Terbit 9 Juni 2025</p></div>", "2025-06-02"),
        ("<main><article><header><h3>Judul</h3><p>2 Juni 2025</p></header></article></main>", "2025-06-02"),
    ],
)
def test_a_date_is_read_in_parts_indented_or_before_a_long_text(body: str, date: str) -> None:
    assert (read("", body, url=UNDATED).published or "")[:10] == date


@pytest.mark.parametrize(
    ("script", "date"),
    [
        ('{"@type": "NewsArticle", "datePublished": "2025-06-02T08:00:00+07:00", broken', "2025-06-02"),
        ('window.data = {publishedAt: "2025-06-02 08:00"}', "2025-06-02"),
        (r'self.push("{\"publish_date\":\"2025-06-02T08:00:00Z\"}")', "2025-06-02"),
        ('{"dateModified": "2025-06-02T08:00:00Z"}', ""),
        ('{"republishDate": "2025-06-02T08:00:00Z"}', ""),
    ],
)
def test_scripts_tell_the_date_under_a_name_that_says_publication(script: str, date: str) -> None:
    body = f"<script>{script}</script><h1>Judul</h1>"
    assert (read("", body, url=UNDATED).published or "")[:10] == date


def test_a_sites_name_in_a_heading_is_not_taken_for_the_headline() -> None:
    body = (
        "<header><h1>Kabar</h1><p class=date>9 Juni 2025</p></header>"
        f"{'<p>Menu</p>' * 120}<div><p class=date>2 Juni 2025</p><h1>Harga beras naik</h1></div>"
    )
    assert (
        read("<title>Harga beras naik - Kabar</title>", body, url=UNDATED).published == "2025-06-02T00:00:00Z"
    )


def test_the_last_edit_counts_only_where_no_publication_is_stated() -> None:
    footer = (
        "<footer><li id=footer-info-lastmod>This page was last edited on 9 June 2025, at 13:22.</li></footer>"
    )
    sentence = "<p>The next meeting is going to be held on 15 June 2025 at seven in the evening</p>"
    assert read("", f"<h1>Wiki</h1>{sentence}{footer}", url=UNDATED).published == "2025-06-09T13:22:00Z"
    dated = f"<h1>Wiki</h1><p>2 June 2025</p>{footer}"
    assert read("", dated, url=UNDATED).published == "2025-06-02T00:00:00Z"


def test_an_archives_address_tells_the_date_of_the_original_only() -> None:
    archive = "https://archive.example/web/20131110121040/http://kabar.example"
    assert read("", "", url=f"{archive}/berita").published is None
    assert read("", "", url=f"{archive}/2013/04/05/berita").published == "2013-04-05T00:00:00Z"


def test_a_date_to_come_is_none_and_the_next_one_counts() -> None:
    now = datetime(2025, 6, 2, 12, tzinfo=UTC)
    head = json_ld(article(datePublished="2026-01-01T00:00:00Z"))
    assert read(head, "<time>2025-06-01</time>", url=UNDATED, now=now).published == "2025-06-01T00:00:00Z"
    assert published("2025-06-03T06:00:00Z", now=now) == "2025-06-03T06:00:00Z"


@pytest.mark.parametrize(
    ("lang", "date"),
    [
        ("id", "2025-05-04T00:00:00+07:00"),
        ("de", "2025-05-04T00:00:00+02:00"),
        ("en-GB", "2025-05-04T00:00:00Z"),
        ("en-US", "2025-04-05T00:00:00Z"),
        ("en", None),
    ],
)
def test_the_language_tells_which_number_is_the_day(lang: str, date: str | None) -> None:
    assert published("04/05/2025", lang=lang) == date


@pytest.mark.parametrize(
    ("line", "lang", "day"),
    [
        ("Diterbitkan: 1 November 2023", "id", "2023-11-01"),
        ("Erstellt am: 01.11.2023", "de", "2023-11-01"),
        ("Published 1 November 2023", "en", "2023-11-01"),
        ("Published November 1, 2023", "en-GB", "2023-11-01"),
        ("Published 11 January 2023", "en-US", "2023-01-11"),
        ("Ulang tahun 3 November 2023", "id", "2023-01-11"),
        ("Lain 11/01/2023", "id", "2023-01-11"),
        ("11 Januari 2023, diperbarui 1 November 2023", "id", "2023-01-11"),
    ],
)
def test_another_date_of_the_page_tells_which_number_is_the_day(line: str, lang: str, day: str) -> None:
    dated = published("11/01/2023 12:43", body=f"<h1>Judul</h1><p>Isi berita</p><p>{line}</p>", lang=lang)
    assert (dated or "")[:10] == day


def test_a_page_that_shows_both_readings_of_a_number_tells_nothing() -> None:
    both = "<h1>Judul</h1><p>11 Januari 2023</p><p>1 November 2023</p>"
    assert published("11/01/2023", body=both, lang="en-US") == "2023-11-01T00:00:00Z"
    assert published("11/01/2023", body=both, lang="en-GB") == "2023-01-11T00:00:00Z"


@pytest.mark.parametrize(
    ("changed", "shown", "day"),
    [
        ("2025-06-09T10:32:18Z", "2025-06-02", "2025-06-02"),
        ("2025-06-09T10:34:18Z", "2025-06-02", "2025-06-09"),  # changed after it was out, as articles are
        ("2025-06-02T10:32:18Z", "2025-06-09", "2025-06-09"),  # scheduled
        ("2025-06-01T10:32:18Z", "2025-06-02", "2025-06-09"),  # of neither moment
    ],
)
def test_a_publication_after_the_last_change_yields_to_an_earlier_day_under_the_headline(
    changed: str, shown: str, day: str
) -> None:
    head = (
        '<meta property="article:published_time" content="2025-06-09T10:33:13Z">'
        f'<meta property="article:modified_time" content="{changed}">'
    )
    body = f"<h1>Judul</h1><time datetime={shown}>x</time>"
    assert (read(head, body, url=UNDATED).published or "")[:10] == day
    related = f"<h1>Judul</h1><div class=related><time datetime={shown}>x</time></div>"
    assert (read(head, related, url=UNDATED).published or "")[:10] == "2025-06-09"


def test_an_update_is_one_only_after_publication() -> None:
    later = article(datePublished="2025-06-01T10:00:00Z", dateModified="2025-06-01T11:00:00Z")
    same = article(datePublished="2025-06-01T10:00:00Z", dateModified="2025-06-01T10:00:00Z")
    assert read(json_ld(later)).updated == "2025-06-01T11:00:00Z"
    assert read(json_ld(same)).updated is None


def test_thousands_of_dates_are_bounded() -> None:
    assert read("", "<h1>x</h1>" + "<p class=date>32 Juni 2025</p>" * 5000, url=UNDATED).published is None
    assert published("x", body="<time datetime='2025-99-99'></time>" * 5000) is None
