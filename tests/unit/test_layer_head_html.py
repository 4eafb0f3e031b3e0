"""The operator's HTML for every head: understood exactly as browsers do, or refused."""

from __future__ import annotations

import html5lib
import pytest

from newswire.head_html import Element, HeadHtmlError, elements

TYPICAL = """\
<!-- analytics -->
<script async src="https://cdn.example/tag.js?a=1&amp;b=2" crossorigin=anonymous></script>
<script>
  window.layer = window.layer || [];
  if (1 < 2 && "</div>") layer.push({a: 1});
</script>
<SCRIPT type='module'>import "https://cdn.example/m.js"</SCRIPT >
<noscript><link rel="stylesheet" href="https://cdn.example/n.css"></noscript>
<style>.ad { min-height: 250px }</style>
<meta name="verification" content="a>b" />
"""


def test_what_portals_paste_is_understood() -> None:
    assert [(one.name, one.attributes) for one in elements(TYPICAL)] == [
        ("script", {"async": "", "src": "https://cdn.example/tag.js?a=1&b=2", "crossorigin": "anonymous"}),
        ("script", {}),
        ("script", {"type": "module"}),
        ("noscript", {}),
        ("link", {"rel": "stylesheet", "href": "https://cdn.example/n.css"}),
        ("style", {}),
        ("meta", {"name": "verification", "content": "a>b"}),
    ]
    assert elements("<script>\n a </script>") == (Element("script", {}, "\n a "),)


def test_a_browsers_parser_finds_the_same_text_in_every_script() -> None:
    """The hashes in the policy are of this text."""
    tree = html5lib.parse(f"<head>{TYPICAL}", namespaceHTMLElements=False)
    (head,) = tree.iter("head")
    theirs = [script.text or "" for script in head.iter("script")]
    assert theirs == [one.content for one in elements(TYPICAL) if one.name == "script"]


@pytest.mark.parametrize(
    "html",
    [
        "text",
        "<div></div>",
        "<title>x</title>",
        "<base href='https://evil.example/'>",
        "</head>",
        "<script>unclosed",
        "<script>x</script/>",
        "<style>x</style",
        "<!-- unclosed",
        "<!-->",
        "<!--->",
        "<!-- a -- b -->",
        "<meta",
        "<meta content='x>",
        "<link/rel=stylesheet>",
        "<script>x</script><img src=x>",
        "<noscript><img src=https://t.example/p.gif></noscript>",
        "<noscript><iframe></iframe></noscript>",
    ],
)
def test_what_could_end_the_head_or_swallow_the_page_is_refused(html: str) -> None:
    with pytest.raises(HeadHtmlError, match="cannot be read from"):
        elements(html)


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<script onload=go() src=https://x.example></script>", "onload of <script> would never run"),
        ("<script><!-- <script> </script>", "a script has <!-- in it"),
        ("<noscript><script>x</script></noscript>", "<script> stands in <noscript>"),
    ],
)
def test_what_would_not_run_or_reads_in_two_ways_is_refused(html: str, message: str) -> None:
    with pytest.raises(HeadHtmlError, match=message):
        elements(html)


@pytest.mark.parametrize(
    "piece", ["<script>", "<meta a ", "<!--", '<link a="', "<noscript>", "<style></styl"]
)
def test_repeated_beginnings_end_at_once(piece: str) -> None:
    with pytest.raises(HeadHtmlError):
        elements(piece * 5000)
