"""What of an entry goes on: texts without markup, harmless HTML, each within its bound."""

from __future__ import annotations

import pytest

from functions.fetch.clean_entries import CONTENT_LIMIT, SUMMARY_LIMIT
from tests.support.read_feeds import sanitised


def test_a_summary_becomes_text_and_content_harmless_html() -> None:
    said = sanitised(
        summary="<p>Harga <b>beras</b></p><script>alert(1)</script><p>turun &amp; stok</p>",
        content="<p onclick='x()'>Isi <a href='javascript:x'>tautan</a><img src='https://kabar.example/a.jpg'></p>",
    )
    assert said["summary"] == "Harga beras turun & stok"
    assert "onclick" not in said["content"]
    assert "javascript" not in said["content"]
    assert "Isi" in said["content"]


@pytest.mark.parametrize(
    "content", ["<script>alert(1)</script>", "<p> </p>", "<img src='https://kabar.example/a.jpg'>"]
)
def test_content_without_text_is_none(content: str) -> None:
    assert sanitised(content=content)["content"] is None


def test_long_texts_are_bounded() -> None:
    said = sanitised(
        summary="kata " * 10_000, content="<p>kata</p>" * 20_000, rights="© " * 5000, language="x" * 500
    )
    assert len(said["summary"]) <= SUMMARY_LIMIT
    assert len(said["content"]) <= CONTENT_LIMIT + 10
    assert len(said["rights"]) <= 300
    assert len(said["language"]) <= 35


def test_no_field_carries_what_xml_forbids() -> None:
    bad = "a\x00\x0b\ud800\uffffb"
    said = sanitised(summary=bad, content=f"<p>{bad}</p>", rights=bad, language=bad, via_title=bad)
    assert {said[name] for name in ("summary", "rights", "language", "via_title")} == {"ab"}
    assert said["content"] == "<p>ab</p>"
