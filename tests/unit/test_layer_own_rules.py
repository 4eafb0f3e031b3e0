"""The operator's own additions in ``sources.yaml``: kept as they are meant, refused with what is allowed."""

from __future__ import annotations

import pytest

from newswire.sources import Own
from newswire.sources_file import load_catalogue
from newswire.urls import article_id
from tests.support.catalogues import PORTAL, SOURCE, SOURCES_YAML
from tests.support.refused_sources import complaint

CONTACT = "  contact: redaksi@portal.example\n"
HOSTS = "a host that is asked by https is allowed, as cdn.example or *.cdn.example"


def own(lines: str) -> Own:
    return load_catalogue(SOURCES_YAML.replace(CONTACT, f"{CONTACT}{lines}")).own


def test_a_portal_that_adds_nothing_of_its_own_has_nothing() -> None:
    assert load_catalogue(SOURCES_YAML).own == Own()


def test_everything_that_an_operator_may_add_is_kept_as_it_is_meant() -> None:
    found = own("""\
  logo: Logo-2.png
  accent: "#0B6B63"
  pages: [redaksi, pedoman-media-siber, redaksi]
  head_html: |
    <script async src="https://cdn.example/a.js"></script>
    <script>window.a = 1</script>
  csp:
    frame: ["*.ads.example"]
    script: [cdn.example, https://cdn.example, "https://stat.example:8443"]
    img: []
  pinned:
    - abcdefghij234567
    - https://www.kabar.example/berita/1?utm_source=x
    - https://portal.example/a/judul-berita-bcdefghij2345672.html
""")
    assert found.logo == "Logo-2.png"
    assert found.accent == "#0b6b63"
    assert found.pages == ("redaksi", "pedoman-media-siber")
    assert found.head_html == (
        '<script async src="https://cdn.example/a.js"></script>\n<script>window.a = 1</script>'
    )
    assert found.csp == {
        "script": ("https://cdn.example", "https://stat.example:8443"),
        "frame": ("https://*.ads.example",),
    }
    assert found.pinned == (
        "abcdefghij234567",
        article_id("https://kabar.example/berita/1"),
        "bcdefghij2345672",
    )


def test_line_ends_of_other_systems_become_those_that_browsers_hash() -> None:
    assert own('  head_html: "<script>\\r\\na\\rb</script>"\n').head_html == "<script>\na\nb</script>"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "logo: pictures/logo.svg",
            "logo: is 'pictures/logo.svg'; the name of an SVG or PNG file beside this one",
        ),
        ("logo: logo.jpg", "logo: is 'logo.jpg'; the name of an SVG or PNG file beside this one"),
        ("logo: ../logo.svg", "logo: is '../logo.svg'; the name of an SVG or PNG file"),
        ("accent: red", "accent: is 'red'; a colour in quotes is allowed, as '#9f1d20'"),
        ("accent: #9f1d20", "accent: is empty; a colour in quotes is allowed, as '#9f1d20'"),
        ("accent: '#9f1'", "accent: is '#9f1'; a colour in quotes is allowed"),
        (
            "pages: redaksi",
            "pages: is 'redaksi'; a list of at most 20 names is allowed: redaksi is pages/redaksi.md",
        ),
        ("pages: [Redaksi.md]", "pages: is 'Redaksi.md'; allowed: up to 64 of a-z, 0-9 and single hyphens"),
        (f"pages: [{', '.join(f'p{n}' for n in range(21))}]", "pages: is ['p0', 'p1', "),
        ("head_html: ''", "head_html: is ''; HTML for the head of every page is allowed"),
        ("head_html: [x]", "head_html: is ['x']; HTML for the head of every page is allowed"),
        (
            "head_html: <div>x</div>",
            (
                "head_html: cannot be read from '<div>x</div>' on; in a page's head link, meta, noscript, "
                "script, style and comments are allowed"
            ),
        ),
        (f"head_html: <!--{'x' * 16384}-->", "head_html: has 16391 bytes; at most 16384 are allowed"),
        (
            "csp: [cdn.example]",
            "csp: is ['cdn.example']; a mapping of script, style, img, font, connect, frame to",
        ),
        (
            "csp: {object: [cdn.example]}",
            "csp: is ['object']; a mapping of script, style, img, font, connect, frame",
        ),
        ("csp: {script: cdn.example}", "csp: is 'cdn.example'; a list of entries is allowed"),
        ("csp: {script: ['http://cdn.example']}", f"csp: is 'http://cdn.example'; {HOSTS}"),
        ("csp: {script: ['*']}", f"csp: is '*'; {HOSTS}"),
        ("csp: {script: ['cdn.*.example']}", f"csp: is 'cdn.*.example'; {HOSTS}"),
        ("csp: {script: [\"'unsafe-inline'\"]}", f"csp: is \"'unsafe-inline'\"; {HOSTS}"),
        ("csp: {script: ['a.example; img-src *']}", f"csp: is 'a.example; img-src *'; {HOSTS}"),
        ("csp: {script: [cdn.example/a.js]}", f"csp: is 'cdn.example/a.js'; {HOSTS}"),
        ("csp: {script: [localhost]}", f"csp: is 'localhost'; {HOSTS}"),
        (
            "csp: {script: ['*.co.id']}",
            "csp: is '*.co.id'; everybody has a domain there: name the one that is meant",
        ),
        (
            f"csp: {{script: [{', '.join(f'h{n}.example' for n in range(21))}]}}",
            "csp: script has 21 hosts; at most 20 are allowed",
        ),
        (
            "pinned: abcdefghij234567",
            "pinned: is 'abcdefghij234567'; a list of at most 5 articles is allowed",
        ),
        ("pinned: [berita-1]", "pinned: is 'berita-1'; an article's address or its id is allowed"),
        (
            "pinned: [a, b, c, d, e, f]",
            "pinned: is ['a', 'b', 'c', 'd', 'e', 'f']; a list of at most 5 articles",
        ),
    ],
)
def test_a_wrong_addition_is_named_by_line_key_and_what_is_allowed(line: str, message: str) -> None:
    text = SOURCES_YAML.replace(CONTACT, f"{CONTACT}  {line}\n")
    assert complaint(text).startswith(f"sources.yaml:8: portal.{message}")


def test_publishers_sections_are_compared_without_case_and_spacing() -> None:
    text = SOURCES_YAML + '    sections: {"EKONOMI  Bisnis": ekonomi, Ｎasional: nasional}\n'
    (source,) = load_catalogue(text).sources
    assert source.sections == {"ekonomi bisnis": "ekonomi", "nasional": "nasional"}


@pytest.mark.parametrize(
    ("sections", "line", "message"),
    [
        (
            "[Ekonomi]",
            15,
            ": is ['Ekonomi']; a mapping of at most 200 of the publisher's section names to ids of",
        ),
        ("{Ekonomi: [x]}", 15, ": is ['x']; allowed: up to 64 of a-z, 0-9 and single hyphens between them"),
        ("{'': ekonomi}", 15, ": is ''; a text of 1 to 500 characters is allowed"),
        ("{Bisnis: ekonomi, BISNIS: nasional}", 15, ": 'BISNIS' is given twice; case does not count"),
        ("{\n      Bola: olahraga}", 16, ".Bola: 'olahraga' is no category; allowed: nasional, ekonomi"),
    ],
)
def test_a_wrong_mapping_of_sections_is_named(sections: str, line: int, message: str) -> None:
    text = f"{PORTAL}{SOURCE}    sections: {sections}\n"
    assert complaint(text).startswith(f"sources.yaml:{line}: sources[kabar].sections{message}")
