"""The words of publishers that withdraw an article, Indonesian and English.

A notice is a sentence about this very article: what it is ("berita ini"), what was done to it ("telah
dicabut"), and after that an end or what belongs to a withdrawal: the editors, the site, a reason, a date, an
apology. Nothing else may follow: "has been removed from our app" and "telah dihapus dari daftar favorit Anda"
are answers of a page's buttons. A reason has to be one of those for which publishers withdraw
(`functions.extract.retraction_reasons`). In Indonesia a withdrawal is announced with its reason (Pedoman
Pemberitaan Media Siber, section 5c).

All patterns are for one line in lower case with single spaces, and match at its beginning.
"""

from __future__ import annotations

import re
from functools import cache

from functions.extract.retraction_reasons import BECAUSE, FIRST_BECAUSE, is_of_other_things

NOTICE_LIMIT = 400
"""Characters of a line that may be a notice."""

_TITLE = r"[\"“'‘«][^\"”»]{3,200}[\"”'’»]"
_END = r"\s*(?:$|[.!;:)\]–—]| - )"
_SITE_NAME = r"(?:[\w-]+\.)+(?:com|co\.id|id|net|org|news|co\.uk)\b"

# Labels and apologies that stand before the sentence.
_LABELS = (
    r"(?:pencabutan (?:berita|artikel)|pemberitahuan|pengumuman|perhatian|(?:catatan|keterangan) redaksi"
    r"|ralat|klarifikasi|koreksi|editors?['’]?s?['’]? note|note to readers|notice|retraction|correction"
    r"|update)\s*[\]:.–—-]\s*"
    r"|(?:mohon maaf|maaf|sorry|we(?:'re|’re| are) sorry|we apologi[sz]e)[,.:!]? (?:but )?"
    r"|dengan ini,? "
)
_DATELINE = r"[\w .,()/]{2,40}\s[–—-]\s"
_BEGINNING = rf"[\[(*•–—-]*\s*(?:{_DATELINE})?(?:{_LABELS}){{0,2}}(?:{FIRST_BECAUSE})?"

# Indonesian. No "laporan": one to the police is withdrawn by who made it. No "unggahan", as in English.
_ITEM_ID = r"(?:artikel|(?:pem)?berita(?:an)?|tulisan|naskah|opini|kolom)"
_CALLED_ID = rf"(?: (?:dengan judul|berjudul) {_TITLE})"
_PUBLISHED_ID = (
    r" yang (?:(?:telah|sudah|pernah|kami|sempat) ){0,2}(?:tayang|terbit|dimuat|muat|ditayangkan|tayangkan"
    r"|diterbitkan|terbitkan|dipublikasikan|publikasikan)"
)
_SUBJECT_ID = (
    rf"{_ITEM_ID}{_CALLED_ID}? (?:ini(?:,?{_PUBLISHED_ID}[^,.]{{0,60}},)?|yang anda (?:cari|tuju|buka))"
)
_MANNER_ID = r"(?:(?:telah|sudah|resmi|terpaksa) )*"
_EDITORS_ID = r"(?:(?:tim|dewan|segenap|pihak|pemimpin) )?redaksi"
_PASSIVE_ID = (
    rf"{_MANNER_ID}(?:di|(?:kami|{_EDITORS_ID}) )(?:tarik|cabut|hapus|turunkan)(?: kembali| tayang)?"
)
_WE_ID = (
    rf"(?:kami|{_EDITORS_ID})(?: (?!telah|sudah)[\w.]{{2,30}}){{0,3}}?"
    r" (?:(?:telah|sudah|resmi|terpaksa|memutuskan|untuk) )*"
)
_SHOWN_ID = r"(?:tersedia|dimuat|ditayangkan)"
_FROM_SITE_ID = (
    r" dari (?:situs|laman|portal|website|peredaran|penayangan|publikasi|pemberitaan|redaksi)\b"
    rf"| dari {_SITE_NAME}"
)
_AFTER_ID = (
    rf"(?={_END}|{BECAUSE}|(?:{_FROM_SITE_ID})(?! oleh (?!{_EDITORS_ID}))"
    rf"|,? (?:oleh (?:redaktur|penerbit|penulis|{_SITE_NAME})|(?:oleh )?{_EDITORS_ID}"
    r"|(?:sejak |pada )?(?:hari|tanggal)|(?:sejak|pada) \d"
    r"|(?:dan|serta|sekaligus) (?:kami|redaksi|memohon|meminta|menyampaikan|tidak))\b)"
)

# English. No "post": those of other sites that an article shows are removed, too.
_ITEM_EN = r"(?:news )?(?:article|story|report|column|op-ed|piece)"
_PUBLISHED_EN = r"(?:, (?:which was )?(?:first |originally )?published [^,]{1,60},)"
_SUBJECT_EN = (
    rf"(?:this {_ITEM_EN}{_PUBLISHED_EN}?|the {_ITEM_EN} you(?: requested"
    r"|(?: are|'re|’re| were) (?:looking for|trying to (?:read|reach|view))))"
)
_MANNER_EN = r"(?: (?:now|since|formally|officially|permanently))?"
_PASSIVE_EN = (
    rf"(?:has{_MANNER_EN} been|was|is being|is){_MANNER_EN}"
    r" (?:retracted|withdrawn|removed|deleted|taken down|taken offline|unpublished)"
)
_EDITORS_EN = r"(?:(?:the|our) )?(?:editors?|editorial (?:board|team)|publishers?|newsroom)"
_WE_EN = rf"(?:we|{_EDITORS_EN})(?: (?:have|has|are|is))?(?: (?:now|today|decided to|chosen to|formally))*"
_DO_EN = (
    r"(?:retract(?:ed|ing)?|withdraw(?:n|ing)?|withdrew|remov(?:ed?|ing)|delet(?:ed?|ing)|unpublish(?:ed|ing)?"
    r"|(?:taken|taking|took) down)"
)
_MONTHS = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july"
    r"|august|september|october|november|december)"
)
_AFTER_EN = (
    rf"(?={_END}|{BECAUSE}|,? (?:by (?:{_EDITORS_EN}|(?:the|its) authors?(?! of))"
    rf"|from (?:(?:our|this|the) (?:web ?site|site|archives?|pages)|publication|{_SITE_NAME})"
    rf"|on (?:\d|{_MONTHS})|and (?:we|the editors|our editors|should not))\b)"
)

# Each matches the beginning of a notice.
NOTICES: dict[str, str] = {
    "passive, Indonesian": rf"{_SUBJECT_ID} {_PASSIVE_ID}{_AFTER_ID}",
    "by its headline, Indonesian": rf"{_ITEM_ID}{_CALLED_ID} {_MANNER_ID}"
    rf"(?:kami (?:tarik|cabut|hapus|turunkan)\b|di(?:tarik|cabut|hapus|turunkan)(?: kembali)?"
    rf"(?: oleh {_EDITORS_ID}\b|(?={_END}|{BECAUSE})))",
    "page, Indonesian": rf"(?:konten|halaman|laman) ini {_MANNER_ID}(?:(?:kami|{_EDITORS_ID}) (?:tarik|cabut"
    rf"|hapus|turunkan)|di(?:tarik|cabut|hapus|turunkan)(?: kembali)?(?: oleh)? {_EDITORS_ID})\b",
    "we, Indonesian": rf"{_WE_ID}(?:menarik|mencabut|menghapus|menurunkan)(?: kembali)? {_ITEM_ID}"
    rf"(?:{_CALLED_ID}? ini|{_CALLED_ID})(?:{_PUBLISHED_ID}\b|{_AFTER_ID})",
    "no longer here, Indonesian": rf"{_SUBJECT_ID} (?:(?:sudah tidak|tidak lagi) {_SHOWN_ID}(?: lagi)?"
    rf"|tidak {_SHOWN_ID} lagi){_AFTER_ID}",
    "apology, Indonesian": rf"{_WE_ID}(?:memohon|mohon|meminta|menyampaikan (?:permohonan|permintaan)) maaf"
    r"[^.]{0,80}? atas (?:pemuatan|penayangan|penerbitan|terbitnya|tayangnya|dimuatnya)"
    rf" {_ITEM_ID} ini{_AFTER_ID}",
    "passive, English": rf"{_SUBJECT_EN} {_PASSIVE_EN}{_AFTER_EN}",
    "by its headline, English": rf"(?:the|our) {_ITEM_EN} {_TITLE},? {_PASSIVE_EN} by {_EDITORS_EN}\b",
    "we, English": rf"{_WE_EN} {_DO_EN} (?:this {_ITEM_EN}|the {_ITEM_EN} {_TITLE}){_AFTER_EN}",
    "publisher, English": r"(?:the )?[\w.'&-]{2,30}(?: [\w.'&-]{2,30}){0,3} has(?: now| today| formally)?"
    rf" (?:retracted|withdrawn) this (?:news )?(?:article|story){_AFTER_EN}",
    "published in error, English": rf"{_SUBJECT_EN} was published (?:in error|by mistake|prematurely) and"
    r" (?:has been|was) (?:retracted|withdrawn|removed|deleted|taken down|unpublished)\b",
    "no longer here, English": rf"{_SUBJECT_EN} is no longer (?:available|online){_AFTER_EN}",
    "apology, English": r"we (?:sincerely |unreservedly )?apologi[sz]e [^.]{0,60}?for (?:publishing|running"
    rf"|having published|the publication of) this {_ITEM_EN}{_AFTER_EN}",
}
# What readers have, and articles are taken out of: no withdrawal, whatever else is said.
_READERS_THINGS = re.compile(
    r"\b(?:(?:dari|di) (?:daftar|favorit|koleksi|riwayat|akun|grup|keranjang|antrean)|daftar (?:bacaan|simpan"
    r"|favorit|putar)|aplikasi|permintaan (?:anda|kamu)|(?:akun|perangkat|langganan) (?:anda|kamu)|batalkan"
    r"|urungkan|(?:your|my) (?:\w+ ){0,2}(?:lists?|library|favou?rites?|bookmarks?|history|account|device"
    r"|requests?|feed|queue|downloads?|collection|subscription)|(?:reading|watch|play) ?list|apps?|undo)\b"
)


@cache  # compiled where a line is first judged: that takes longer than most imports
def _notice(before: str) -> re.Pattern[str]:
    return re.compile(rf"{before}(?:{'|'.join(NOTICES.values())})")


def without_notice(text: str) -> str:
    """Return a text without the lines that state a withdrawal: they may repeat the headline's words."""
    return "\n".join(line for line in text.split("\n") if not states_withdrawal(line))


def mentions_withdrawal(text: str) -> bool:
    """Return whether words of a withdrawal stand anywhere at the beginning of a text, even within a line."""
    return _notice(r"\b").search(" ".join(text[: 2 * NOTICE_LIMIT].casefold().split())) is not None


def states_withdrawal(line: str) -> bool:
    """Return whether a line of a page begins with its publisher's words that its article was withdrawn."""
    if len(line) > NOTICE_LIMIT:
        return False
    said = " ".join(line.casefold().split())
    is_notice = _notice(_BEGINNING).match(said) is not None and _READERS_THINGS.search(said) is None
    return is_notice and not is_of_other_things(said)
