"""What is poor, what is good though it looks poor, and whose text is the article then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from functions.extract.extracted_page import ExtractedPage
from functions.extract.extraction import extract_page
from functions.extract.front_pages import leads_to_front_page, leads_upwards
from functions.extract.page_signs import PAYWALL, TITLES, WALLS, plain_words
from functions.extract.poor_reasons import Reason
from functions.extract.quality import Grade, choose, grade
from functions.extract.text_measures import Links, links_of
from newswire.messages import Hint
from tests.support.extract_pages import extracted

DATA = Path(__file__).parents[1] / "data"
POOR = sorted((DATA / "poor_pages").glob("*.html"))
GENUINE = sorted((DATA / "genuine_pages").glob("*.html"))
REASONS = {
    "bot-check": Reason.BOT_CHECK,
    "bot-check-captcha": Reason.BOT_CHECK,
    "consent-page": Reason.CONSENT,
    "cookie-wall": Reason.COOKIES,
    "error-page": Reason.ERROR,
    "program-error": Reason.PROGRAM,
    "javascript-required": Reason.JAVASCRIPT,
    "listing": Reason.BOILERPLATE,
    "login-wall": Reason.LOGIN,
    "paywall": Reason.PAYWALL,
    "teasers": Reason.LINKS,
    "video-page": Reason.SHORT,
}
SUMMARY = {
    "en": "The mayor of Port Amber has announced a second bridge over the river, to be opened by 2029.",
    "id": "Wali Kota Ambar mengumumkan jembatan kedua di atas sungai yang akan dibuka tiga tahun lagi.",
}
TITLE = {"en": "Second bridge for Port Amber announced", "id": "Jembatan kedua untuk Ambar diumumkan"}
ARTICLE = (
    "Harga beras di pasar induk turun lima persen pada pekan ini karena panen raya sudah dimulai.\n"
    "Pedagang mengatakan pasokan akan tetap cukup untuk bulan depan, dan pembeli tidak perlu khawatir."
)


def read(path: Path) -> ExtractedPage:
    url = "https://www.contoh.example/nasional/2026/01/05/berita"
    language = path.suffixes[0][1:]
    params = {"url": url, "content_type": "text/html", "timezone": None, "language": language}
    return ExtractedPage.from_answer(extract_page(path.read_bytes(), params))


def hint_of(path: Path) -> Hint:
    language = path.suffixes[0][1:]
    return Hint(title=TITLE[language], summary=SUMMARY[language], language=language)


def page_of(answer: dict[str, Any]) -> ExtractedPage:
    return ExtractedPage.from_answer(answer)


def graded(
    text: str = ARTICLE, hint: Hint | None = None, language: str | None = "id", **fields: Any
) -> Grade:
    return grade(
        page_of(extracted(text, **fields)),
        hint or Hint(title="Harga beras turun"),
        language,
    )


@pytest.mark.parametrize("path", POOR, ids=lambda path: path.stem)
def test_a_page_that_is_not_the_article_gives_way_to_the_feed(path: Path) -> None:
    fields, hint = read(path), hint_of(path)
    found = grade(fields, hint, path.suffixes[0][1:])
    if fields.text:  # what has no text at all is no page to begin with
        assert found.reasons[:1] == (REASONS[path.name.partition(".")[0]],)
        assert choose(found, hint, has_stored_page=False) == "feed"
    else:
        assert path.name == "javascript-required.en.html"


@pytest.mark.parametrize("path", GENUINE, ids=lambda path: path.stem)
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "bare link"])
def test_short_news_and_news_about_walls_are_good(path: Path, announced: bool) -> None:
    fields = read(path)
    hint = Hint(title=fields.title, summary=fields.text[:100]) if announced else Hint()
    found = grade(fields, hint, path.suffixes[0][1:])
    assert (found.verdict, found.reasons) == ("good", ())
    assert choose(found, hint, has_stored_page=True) == "page"


@pytest.mark.parametrize(
    ("reason", "phrase"), [(reason, phrase) for reason, phrases in WALLS.items() for phrase in phrases]
)
def test_every_phrase_of_a_wall_is_enough_in_a_sentence_that_says_nothing_else(
    reason: Reason, phrase: str
) -> None:
    text = f"{phrase.capitalize()}."
    assert graded(text, Hint(title="Harga beras turun")).reasons[:1] == (reason,)
    news = f"{ARTICLE}\n{ARTICLE}\nHarga beras turun, dan di layar tertulis: {phrase}.\n{ARTICLE}"
    assert graded(news).verdict == "good"


@pytest.mark.parametrize("phrase", PAYWALL)
def test_every_offer_at_the_end_of_a_teaser_tells_a_paywall(phrase: str) -> None:
    assert graded(f"{ARTICLE}\n{phrase.capitalize()}.").reasons == (Reason.PAYWALL,)
    assert graded(f"{phrase.capitalize()}.\n{ARTICLE * 9}").verdict == "good"


@pytest.mark.parametrize(("title", "reason"), TITLES.items())
def test_every_title_of_a_wall_tells_it_of_a_text_of_some_sentences(title: str, reason: Reason) -> None:
    text = "Nomor rujukan 81927-2231 dicatat untuk sambungan ini, dan petugas kami sudah diberi tahu. " * 6
    for shown in (title.upper(), f"{title} | Harian Contoh"):
        assert graded(text, title=shown).reasons == (reason,)


@pytest.mark.parametrize("phrases", [*WALLS.values(), PAYWALL], ids=[*WALLS, "paywall"])
def test_phrases_are_written_as_they_are_compared_and_each_says_something_of_its_own(
    phrases: tuple[str, ...],
) -> None:
    assert [plain_words(phrase) for phrase in phrases] == list(phrases)
    assert [(a, b) for a in phrases for b in phrases if a != b and a in b] == []


def test_a_long_text_is_no_wall_whatever_it_says() -> None:
    text = f"{ARTICLE}\n" * 30 + "Accept all cookies. Cookie policy. Page not found. Please log in."
    assert graded(text).verdict == "good"


CHINESE = (
    "星期一早上，市長宣布河上將興建第二座橋樑，預計於三年後開放通車，沿岸居民對此表示歡迎。\n"
    "他說，舊橋每天有兩萬輛汽車通過，早已不堪負荷，新橋將設有自行車道與人行道。"
)
ASIDE = {
    "cookie": "Privasi. Situs ini menggunakan cookie. Kebijakan cookie.",
    "consent": "We value your privacy.",
    "login": "Belum punya akun? Lupa kata sandi?",
    "script": "Please enable JavaScript to view the comments.",
    "much": "Please log in. You must be logged in. Lupa kata sandi?",
}
HEADLINE = {"Indonesian": "Harga beras turun lima persen", "Chinese": "市長宣布興建第二座橋樑"}
PROMOTION = {
    "Indonesian": (
        "Redaksi kami bekerja setiap hari untuk menyajikan laporan tepercaya dari seluruh penjuru negeri.\n"
        "Anggota menerima buletin pagi, akses tanpa batas di semua perangkat, dan undangan ke acara kami.\n"
        "Jurnalisme yang merdeka itu penting, dan karena itu ribuan pembaca mendukung kami setiap bulan."
    ),
    "English": (
        "Our newsroom works every day to bring you the most reliable reporting from across the region.\n"
        "Members receive our morning newsletter, access on every device and invitations to live events.\n"
        "Independent journalism matters, and so thousands of readers support our work month after month."
    ),
}
WALL = {
    "cookie": "We use cookies to personalise content. By clicking Accept all you agree to our cookie policy.",
    "consent": "We value your privacy and so do our partners, who may store and/or access information here.",
    "login": "Silakan masuk untuk melanjutkan membaca. Anda harus login untuk melihat halaman ini.",
    "script": "Please enable JavaScript to continue. JavaScript is required.",
}


@pytest.mark.parametrize("aside", ASIDE.values(), ids=ASIDE)
@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (ARTICLE, HEADLINE["Indonesian"]),
        (CHINESE, HEADLINE["Chinese"]),
        (CHINESE * 3, HEADLINE["Chinese"]),
    ],
    ids=["Indonesian", "Chinese", "longer"],
)
@pytest.mark.parametrize("order", [1, -1], ids=["before", "after"])
def test_what_sites_ask_beside_what_was_announced_makes_no_wall(
    aside: str, text: str, headline: str, order: int
) -> None:
    lines = [aside, text][::order]
    assert graded("\n".join(lines), Hint(title=headline), None).verdict == "good"


@pytest.mark.parametrize("wall", WALL.values(), ids=WALL)
@pytest.mark.parametrize("promotion", PROMOTION.values(), ids=PROMOTION)
def test_a_wall_with_paragraphs_of_promotion_is_a_wall(wall: str, promotion: str) -> None:
    hint = Hint(title="Harga beras turun lima persen")
    found = graded(f"{wall}\n{promotion}", hint, None)
    assert found.reasons[0] in WALLS
    assert choose(found, hint, has_stored_page=False) == "feed"


@pytest.mark.parametrize("wall", WALL.values(), ids=WALL)
def test_a_wall_is_known_by_its_words_though_they_were_taken_out_as_furniture(wall: str) -> None:
    hint = Hint(title="Harga beras turun lima persen")
    assert graded(PROMOTION["English"], hint, None, furniture=wall).reasons[0] in WALLS
    assert graded(ARTICLE, hint, furniture=wall).verdict == "good"


@pytest.mark.parametrize("aside", ASIDE.values(), ids=ASIDE)
def test_a_wall_with_a_sentence_or_labels_beside_it_is_a_wall(aside: str) -> None:
    labels = "Beranda\nNasional\nEkonomi\nOlahraga\nHiburan\nDaerah\nDunia"
    for beside in (labels, "Harga mulai Rp 5.000 sebulan."):
        found = graded(f"{aside}\n{beside}", Hint(title="Harga beras turun"))
        assert found.reasons[0] in WALLS


@pytest.mark.parametrize("sign", ["Halaman tidak ditemukan.", "Please verify you are human."])
def test_what_stands_in_an_articles_place_makes_other_prose_no_article(sign: str) -> None:
    found = graded(f"{sign}\n{ARTICLE}", Hint(title="Jembatan Ambar diresmikan"))
    assert found.reasons[:1] in ((Reason.ERROR,), (Reason.BOT_CHECK,))


def test_a_title_that_names_a_wall_counts_whatever_prose_is_beside_it() -> None:
    text = f"{ASIDE['login']}\n{ARTICLE}"
    assert graded(text, Hint(title="Harga beras turun"), title="Masuk akun").reasons[:1] == (Reason.LOGIN,)


def test_a_declared_paywall_makes_a_teaser_poor_and_a_whole_text_not() -> None:
    assert graded(ARTICLE, paywalled=True).reasons == (Reason.PAYWALL,)
    assert graded(f"{ARTICLE}\n" * 10, paywalled=True).verdict == "good"
    offer = f"{ARTICLE}\n" * 10 + "To continue reading, choose an offer."
    assert graded(offer, paywalled=True).reasons == (Reason.PAYWALL,)
    assert graded(offer).verdict == "good"


def test_a_teaser_that_the_feed_has_as_well_is_the_feeds() -> None:
    hint = Hint(title="Harga beras turun", summary=ARTICLE)
    found = graded(ARTICLE, hint, paywalled=True)
    assert choose(found, hint, has_stored_page=False) == "feed"


@pytest.mark.parametrize(
    ("summary", "content", "verdict"),
    [
        (None, None, "good"),
        ("Harga beras turun.", None, "good"),
        ("Harga beras turun lima persen, " * 3, None, "poor"),
        (None, f"<p>{ARTICLE}</p>" * 5, "poor"),
    ],
    ids=["feed silent", "feed says less", "summary says more", "content says more"],
)
def test_a_sentence_is_good_unless_the_feed_says_more(
    summary: str | None, content: str | None, verdict: str
) -> None:
    hint = Hint(title="Harga beras turun", summary=summary, content=content)
    found = graded("Harga beras turun lima persen.", hint)
    assert found.verdict == verdict
    assert found.reasons in ((), (Reason.SHORT,))


def test_a_text_that_is_less_than_half_of_the_feeds_content_is_too_short() -> None:
    whole = "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n"))
    assert graded(ARTICLE, Hint(title="Harga beras turun", content=whole * 5)).reasons == (Reason.SHORT,)
    assert graded(ARTICLE, Hint(title="Harga beras turun", content=whole * 2)).verdict == "good"
    markup = whole.replace("<p>", f'<p><a href="https://a.example/{"x" * 2000}"></a>')
    assert graded(ARTICLE, Hint(title="Harga beras turun", content=markup)).verdict == "good"


def test_pictures_in_the_feeds_content_are_no_words() -> None:
    """A poor page is still more than a picture without a word."""
    pictures = f'<p><img src="https://a.example/{"x" * 2000}.jpg"></p>'
    hint = Hint(title="Harga beras turun", content=pictures)
    assert graded(ARTICLE[:94], hint).verdict == "good"
    assert choose(graded("Harga beras", hint), hint, has_stored_page=False) == "page"


def test_a_pages_description_announces_only_where_the_feed_says_nothing() -> None:
    sentence, about = "Harga beras turun lima persen.", "Kabar terkini dari seluruh penjuru Nusantara. " * 3
    said = Hint(title="Harga beras turun", summary=sentence)
    assert graded(sentence, said, excerpt=about).verdict == "good"
    assert graded(sentence, Hint(title="Harga beras turun"), excerpt=about).reasons == (Reason.SHORT,)


def test_labels_without_a_sentence_are_boilerplate() -> None:
    labels = "\n".join(f"Jadwal siaran ke-{number}" for number in range(20))
    assert graded(labels).reasons == (Reason.BOILERPLATE,)
    assert graded(labels).boilerplate_share == 1
    assert graded(f"{labels}\n{ARTICLE}").verdict == "good"


def test_links_within_prose_are_no_list_and_a_link_left_open_is_none() -> None:
    line = (
        'Menurut <a href="/tokoh">menteri</a>, harga beras turun di <a href="/pasar">pasar <b>induk</b></a>.'
    )
    assert links_of(f"<p>{line}</p>") == Links(length=18, lines=0)
    assert links_of(f'<p><a href="/x">{ARTICLE}{ARTICLE}</a></p>') == Links(0, 0)
    assert links_of(
        '<ul>\n<li> <a href="/x">Judul</a>\n</li></ul><p><a href="/y">Lain</a> lagi</p>'
    ) == Links(9, 1)
    assert links_of("") == Links(0, 0)


@pytest.mark.parametrize("summary", [None, "The government said that the price of rice is falling."])
def test_another_language_than_the_sources_is_recorded_and_is_no_fault(summary: str | None) -> None:
    """Indonesian portals have sections in English, and then their feeds speak English."""
    text = "The government said on Monday that the price of rice is lower than it was a year ago. " * 3
    found = grade(
        page_of(extracted(text, language="en")),
        Hint(title="Rice is cheaper", summary=summary),
        "id",
    )
    assert (found.is_other_language, found.verdict) == (True, "good")


def test_a_page_that_speaks_otherwise_than_its_feed_and_its_source_is_poor() -> None:
    text = "The government said on Monday that the price of rice is lower than it was a year ago. " * 3
    hint = Hint(title="Harga beras turun", summary=ARTICLE)
    found = grade(page_of(extracted(text, language="en")), hint, "id")
    assert found.reasons == (Reason.LANGUAGE,)


@pytest.mark.parametrize("declared", ["ms", "jv", "su"])
def test_a_relative_of_indonesian_is_not_taken_for_another_language(declared: str) -> None:
    hint = Hint(title="Harga beras turun", summary=ARTICLE)
    found = grade(page_of(extracted(ARTICLE, language=declared)), hint, declared)
    assert (found.is_other_language, found.verdict) == (False, "good")


def test_a_text_that_another_page_had_is_poor_where_it_does_not_speak_of_the_entry() -> None:
    fields = page_of(extracted(ARTICLE))
    other, own = Hint(title="Jembatan Ambar diresmikan"), Hint(title="Harga beras turun")
    found = grade(fields, other, "id", is_repeated=True)
    assert (found.reasons, found.is_article) == ((Reason.REPEATED,), False)
    assert grade(fields, own, "id", is_repeated=True).verdict == "good"
    bare = grade(fields, Hint(), "id", is_repeated=True)
    assert (bare.reasons, bare.is_article) == ((Reason.REPEATED,), True)


@pytest.mark.parametrize(
    ("link", "final", "leads"),
    [
        ("https://a.example/berita/1", "https://a.example/", True),
        ("https://a.example/?p=12", "https://www.a.example", True),
        ("https://a.example/berita/1", "https://a.example/berita/1/", False),
        ("https://a.example/berita/1", "https://a.example/?p=12", False),
        ("https://a.example/berita/1", "https://a.example/?utm_source=404", True),
        ("https://a.example/", "https://a.example/", False),
    ],
)
def test_a_link_that_ends_at_the_front_page_is_noticed(link: str, final: str, leads: bool) -> None:
    assert leads_to_front_page(link, final) is leads


@pytest.mark.parametrize(
    ("link", "final", "leads"),
    [
        ("https://a.example/nasional/read/1/beras", "https://a.example/nasional/", True),
        ("https://a.example/nasional/read/1/beras", "https://www.a.example/nasional", True),
        ("https://a.example/beras/amp", "https://a.example/beras/", True),
        ("https://a.example/nasional/1", "https://a.example/", False),
        ("https://a.example/nasional/1", "https://b.example/nasional", False),
        ("https://a.example/nasional/1", "https://a.example/nasional/2", False),
        ("https://a.example/nasional/1", "https://a.example/nasional/1/", False),
    ],
)
def test_a_link_that_ends_at_a_folder_above_it_is_noticed(link: str, final: str, leads: bool) -> None:
    assert leads_upwards(link, final) is leads


@pytest.mark.parametrize(
    ("text", "headline", "announced", "reasons"),
    [
        ("Ringkasan berita lain yang panjang.", "Nasional", "Harga beras turun", (Reason.SECTION,)),
        (ARTICLE, "Nasional", "Harga beras turun", ()),
        ("Pedagang menyambut baik panen raya.", "Harga beras turun", "Harga beras turun lagi", ()),
        ("Ringkasan berita lain yang panjang.", "Nasional", "RUU KUA", ()),
    ],
    ids=["section", "its text", "its headline", "no words to tell by"],
)
def test_a_page_above_the_articles_that_says_nothing_of_it_is_a_sections(
    text: str, headline: str, announced: str, reasons: tuple[Reason, ...]
) -> None:
    hint = Hint(title=announced)
    found = grade(page_of(extracted(text, title=headline)), hint, "id", is_section=True)
    assert (found.reasons, found.is_article) == (reasons, not reasons)


def test_a_front_page_is_no_article() -> None:
    found = grade(
        page_of(extracted(ARTICLE)),
        Hint(title="Harga beras turun"),
        "id",
        is_front_page=True,
    )
    assert choose(found, Hint(title="Harga beras turun"), has_stored_page=False) == "feed"


@pytest.mark.parametrize("is_article", [True, False])
@pytest.mark.parametrize("summary", [None, "Ringkasan."])
@pytest.mark.parametrize("has_stored_page", [True, False])
def test_a_poor_page_stands_only_where_it_is_the_article_and_there_is_nothing_else(
    is_article: bool, summary: str | None, has_stored_page: bool
) -> None:
    poor = Grade((Reason.LINKS,), is_article, 100, 0.9, 0.0, is_other_language=False)
    alone = is_article and summary is None and not has_stored_page
    expected = "page" if alone else "feed"
    assert choose(poor, Hint(title="Judul", summary=summary), has_stored_page=has_stored_page) == expected
