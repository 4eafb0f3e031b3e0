"""What a page says of having been taken from elsewhere: its statements, read but not judged.

Runs in the worker. Whether a statement makes the page a copy, and whose, is decided by
`functions.extract.originals`, which knows the sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Literal

from newswire.text import one_line
from newswire.urls import clean_link

Kind = Literal["canonical", "statement", "based on", "organisation", "source line"]

MOST = 6  # signs of one page
_BESIDE = 3  # further links of one
NAME_LIMIT = 100
EVIDENCE_LIMIT = 300
_FIRST, _LAST, _VERY_LAST = 3, 10, 3  # blocks, blocks, lines: where an article says whose it is
_LONGEST = 700  # characters of a line that are looked at
_BEFORE = 30  # characters before a statement that may turn its sense
_REACH = 90  # characters from a statement to the name that it gives

# Most articles end without any of these, and are done with at one look.
_WORDS = (
    *("sumber", "source:", "source :", "dikutip", "diambil", "dilansir", "berasal", "disalin", "dicuplik"),
    *("tayang", "terbit", "dimuat", "publikasikan", "unggah", "rilis"),
    *("appeared", "published", "posted", "printed", "syndicated", "reproduced", "originally", "first "),
)
_BREAK = re.compile(r"</?(?:p|li|h[2-6]|blockquote|ul|ol|dl|dt|dd|pre|table|tbody|tr|t[dh])\b[^>]*>|<br>|\n")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

_THIS = (
    r"\b(?:this|the|the above|the following) (?:\w+ )?(?:article|story|post|piece|column|essay|report"
    r"|interview|content|commentary|op-?ed|analysis|item|press release|feature|text)"
)
_INI = (
    r"\b(?:artikel|berita|tulisan|konten|naskah|laporan|opini|kolom|rilis)"
    r" (?:\w+ )?(?:ini|di ?atas|tersebut|berikut)"
)
_SITE = r"(?:(?:situs|laman|website|web|portal berita|resmi|our|partner|sister|site|the website of) )*"
_AGAIN = (
    r"(?:re-?published|re-?printed|re-?posted|cross-?posted|syndicated|reproduced) (?:here )?"
    r"(?:(?:with|by) (?:\w+ )?permission )?(?:from|of)"
)
_SEEN = r"(?:published|posted|appeared|ran|produced|released)"
_TAYANG = (
    r"(?:di)?(?:tayang|terbit|muat|publikasikan|unggah|rilis)(?:kan)? "
    r"(?:(?:sebelumnya|pertama kali|lebih dulu|terlebih dahulu) )?(?:di|pada|oleh)"
)
_DIKUTIP = (
    r"(?:bersumber|dikutip|diambil|disalin|dicuplik|dilansir|berasal"
    r"|(?:diterbitkan|dipublikasikan|dimuat|ditayangkan) (?:ulang|kembali))"
)
_BY = r"(?:by|on|at|in|via|with)"
_PATTERNS = (
    rf"{_THIS} (?:(?:was|is|has been|had been) )?(?:originally|first) {_SEEN}(?: online)? {_BY}",
    rf"{_THIS} (?:was |is |has been )?{_SEEN} (?:originally|first) {_BY}",
    rf"{_THIS} (?:was |is |has been |is being )?{_AGAIN}",
    rf"^\W*(?:originally|first) {_SEEN} {_BY}",
    rf"^\W*{_AGAIN}",
    r"^\W*the post .{1,300}? (?:first appeared|appeared first) on",
    rf"{_INI} (?:(?:telah|sudah|pernah|sebelumnya|pertama kali) ){{0,3}}{_TAYANG}",
    rf"{_INI} (?:\w+ ){{0,3}}?{_DIKUTIP} (?:\w+ ){{0,3}}?dari",
)
_STATEMENTS = tuple(re.compile(f"(?:{pattern}) {_SITE}", re.IGNORECASE) for pattern in _PATTERNS)
# Another wording, another language, another direction: then the text is not the one that is spoken of.
_OTHER_TEXT = re.compile(
    r"\b(?:version of|adapted|translat\w+|excerpt(?:ed)?|abridged|based on|diterjemah\w*|terjemahan|disadur"
    r"|saduran|diolah|juga|also|berbagai|various)\b",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    r"\W*(?:sumber(?: (?:berita|artikel|tulisan))?|source)\s?[:：]\s?(.{2,80}?)[\s.)\]]*", re.IGNORECASE
)
_NAME_END = re.compile(
    r"[,;:()\[\]|“”\"‘«–—]|\.(?:\s|$)|\s(?:dengan|berjudul|pada|tanggal|dan|under|and|with|as|in|on|by|for|where|which"
    r"|under|edisi|yang)\s|\s-\s|$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """One sign: where it leads, whom it names, its own words, and further links that stand beside it.

    Links are absolute http(s) ones.
    """

    kind: Kind
    url: str | None
    name: str | None
    evidence: str
    beside: tuple[str, ...] = ()


def stated_attributions(html: str) -> list[Attribution]:
    """Return what an article's own sanitised HTML says, in its first and last lines."""
    blocks = html.split("\n")
    if len(blocks) > _FIRST + _LAST:
        blocks = blocks[:_FIRST] + blocks[-_LAST:]
    words = _words_in("\n".join(blocks), _WORDS)
    if not words:
        return []
    lines = [line for block in blocks for line in _BREAK.split(block) if line and not line.isspace()]
    last = len(lines) - _VERY_LAST
    signs = (
        _of_line(line, is_last=number >= last) for number, line in enumerate(lines) if _words_in(line, words)
    )
    return [sign for sign in signs if sign][:MOST]


def _words_in(html: str, words: Iterable[str]) -> list[str]:
    text = html.lower()
    return [word for word in words if word in text]


def _of_line(html: str, *, is_last: bool) -> Attribution | None:
    text, links = _plain(html)
    evidence = one_line(text, EVIDENCE_LIMIT)
    if is_last and len(text) < _LONGEST and (found := _SOURCE_LINE.fullmatch(text.strip())):
        return Attribution(
            "source line", next((link for *_, link in links), None), found[1].strip(), evidence
        )
    stated = next((match for pattern in _STATEMENTS if (match := pattern.search(text[:_LONGEST]))), None)
    if stated is None or _OTHER_TEXT.search(text, max(0, stated.start() - _BEFORE), stated.end()):
        return None
    rest = text[stated.end() : stated.end() + _REACH]
    end = stated.end() + (found.start() if (found := _NAME_END.search(rest)) else len(rest))
    name = one_line(text[stated.end() : end], NAME_LIMIT).strip("'’ ") or None
    url = next((link for first, behind, link in links if first < end and behind > stated.end()), None)
    # Before the statement its headline may be linked, behind it "Read the original article".
    beside = [link for *_, link in links if link != url][:_BESIDE]
    return Attribution("statement", url, name, evidence, tuple(beside)) if name or url else None


def _plain(html: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return a line's text and its links with the places of their words in it."""
    text, links, last = "", [], 0
    for found in _LINK.finditer(html):
        text += _text(html[last : found.start()])
        start = len(text)
        text += _text(found[2])
        if link := clean_link(unescape(found[1])):
            links.append((start, len(text), link))
        last = found.end()
    return text + _text(html[last:]), links


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html)).replace("\xa0", " ")
