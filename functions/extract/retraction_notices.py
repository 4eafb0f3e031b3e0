"""Pages whose article was replaced by a notice that it was withdrawn.

Only the publisher's own words about this very article count ("artikel ini telah ditarik"): at the start
of a text of the page, short, and with next to no other prose on the page. So an article about somebody's
retraction, or with a deleted embed or comment in it, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

NOTICE_LIMIT = 400  # characters of the notice itself
OTHER_PROSE = 500  # characters of sentences beside it: a cookie notice, the publisher's address
_FEW_LINES = 2
_SENTENCE = 80  # characters; what is shorter is a label, a link, a headline

_ITEM_ID = r"(?:artikel|berita|tulisan|naskah|laporan|opini)"
# Not "post": those of other sites that an article shows are removed, too.
_ITEM_EN = r"(?:article|story|report|column)"
_SUBJECT_ID = rf"{_ITEM_ID} (?:ini|yang anda (?:cari|tuju))"
_SUBJECT_EN = rf"(?:this {_ITEM_EN}|the {_ITEM_EN} you(?: are|'re|’re| were) looking for)"
_DONE_ID, _DONE_EN = r"(?:telah|sudah) (?:kami |redaksi )?", r"(?:has (?:now )?been|was)"
# Not what a page's own buttons answer.
_LISTS = r"(?:daftar|bookmark|koleksi|simpan|favorit|list|reading|saved)"
# Not where it is only for some: abroad, for free, in another language.
_FOR_SOME = (
    r"(?! (?:di (?:negara|wilayah|lokasi|perangkat)|dalam|untuk|bagi|secara|in|to|for|on your|without)\b)"
)
_FROM_LIST = rf"(?! (?:dari|from) (?:your |my |the )?{_LISTS})"

# Each matches the start of a sentence, in lower case and with single spaces.
NOTICES: dict[str, str] = {
    "withdrawn, Indonesian": rf"{_SUBJECT_ID} {_DONE_ID}(?:di)?(?:tarik|cabut)\b",
    "removed, Indonesian": rf"{_SUBJECT_ID} {_DONE_ID}(?:di)?(?:hapus|turunkan)\b{_FROM_LIST}",
    "we withdraw, Indonesian": r"(?:redaksi|kami) (?:telah )?(?:menarik|mencabut|menghapus|menurunkan) "
    rf"(?:kembali )?{_ITEM_ID} ini\b",
    "no longer here, Indonesian": rf"{_SUBJECT_ID} (?:sudah )?tidak (?:lagi )?"
    rf"(?:tersedia|dimuat|ditayangkan|dapat ditampilkan)\b{_FOR_SOME}",
    "withdrawn, English": rf"{_SUBJECT_EN} {_DONE_EN} (?:retracted|withdrawn)\b",
    "removed, English": rf"{_SUBJECT_EN} {_DONE_EN} (?:removed|deleted|taken down|unpublished)\b{_FROM_LIST}",
    "we withdraw, English": r"we (?:have |are )?(?:retracted|retracting|withdrawn|removed|taken down) "
    rf"this {_ITEM_EN}\b",
    "no longer here, English": rf"{_SUBJECT_EN} is no longer available\b{_FOR_SOME}",
}
_NOTICE = re.compile("|".join(NOTICES.values()))
_UNSEEN = frozenset({"script", "style", "template", "noscript", "title", "textarea", "option", "a", "button"})


def is_notice(texts: Iterable[str]) -> bool:
    """Return whether the texts of a page, in order, are a notice of its article's withdrawal and no more."""
    found, prose = False, 0
    for text in texts:
        if len(text) <= NOTICE_LIMIT and not found and _NOTICE.match(text.casefold()):
            found = True
        elif len(text) >= _SENTENCE:
            prose += len(text)
            if prose > OTHER_PROSE:
                return False
    return found


def leaves_room_for_notice(text: str) -> bool:
    """Return whether a page from which this text was taken may be such a notice, so that it is worth a look.

    Where there is no article, a whole page may have become one line.
    """
    return sum(len(line) >= _SENTENCE for line in text.split("\n")) <= _FEW_LINES


def shows_notice(page: HtmlElement) -> bool:
    """Return whether a page is such a notice; an ordinary one is told by its first paragraphs."""
    return is_notice(_texts(page))


def _texts(page: HtmlElement) -> Iterator[str]:
    for element in page.iter():
        seen = element.text if isinstance(element.tag, str) and element.tag not in _UNSEEN else None
        for text in (seen, element.tail):
            if text and (line := " ".join(text.split())):
                yield line
