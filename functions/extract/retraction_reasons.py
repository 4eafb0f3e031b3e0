"""Why publishers withdraw articles, and why they show them not here or not now, Indonesian and English.

What is shown in no country but one, to subscribers only, or when the server is well again was not withdrawn.
Where a notice gives a reason it has to be one of the first kind, and nothing in it may speak of the second.
All patterns are for a line in lower case with single spaces.
"""

from __future__ import annotations

import re

_REASONS_ID = (
    r"akurat|keliru|kekeliruan|kesalahan|tidak benar|fakta|verifikasi|konfirmasi|klarifikasi|koreksi|ralat"
    r"|hak jawab|hak cipta|dewan pers|pedoman|kode etik|etika?|hukum|pengadilan|putusan|permintaan"
    r"|permohonan|keberatan|aduan|pengaduan|somasi|sengketa|narasumber|keselamatan|keamanan|privasi|anak"
    r"|korban|identitas|hoaks|hoax|bohong|plagiat|plagiarisme|redaksional|pertimbangan|keputusan"
    r"|rekomendasi|sara|asusila|kesusilaan|menyinggung|menyesatkan|pencemaran|melanggar|pelanggaran|standar"
    r"|memenuhi|sumber|tinjau|ditinjau|peninjauan"
)
_REASONS_EN = (
    r"errors?|erroneous(?:ly)?|mistakes?|inaccura\w+|incorrect|corrections?|false|fabricat\w+|plagiari\w+"
    r"|mislead\w*|misleading|untrue|unverified|verif\w+|facts?|factual|sourc(?:es?|ing)|standards?"
    r"|guidelines?|polic(?:y|ies)|ethic\w*|editorial|legal|court|judge|injunction|law\w*|defam\w+|libel\w*"
    r"|complaints?|press council|regulator|privacy|safety|requests?|requested|copyright|premature\w*"
    r"|embargo|investigat\w+|review|concerns|right of reply|disputed?|identity|minors?|victims?|hoax"
    r"|breach\w*|violat\w+"
)
_REASON = rf"[^\n]{{0,250}}?\b(?:{_REASONS_ID}|{_REASONS_EN})\b"
_CAUSE = (
    r"karena|sebab|lantaran|dikarenakan|setelah|menyusul|sehubungan|terkait|berdasarkan|sesuai|demi|akibat"
    r"|mengingat|dengan alasan|dalam rangka|atas|untuk|menindaklanjuti|mengacu|merujuk|because|since"
    r"|as (?:it|we|there|a result)|after|following|due to|owing to|pending|while we|at the request"
    r"|in (?:line|accordance|light|view|response)|for|over|on (?:legal|the (?:advice|grounds|orders?))|upon"
    r"|based"
)

BECAUSE = rf",? (?=(?:{_CAUSE})\b)(?={_REASON})"
"""Begins what follows a withdrawal and gives its reason."""

FIRST_BECAUSE = (
    rf"(?=(?:{_CAUSE}|at)\b)(?=[^,.]{{0,120}}?\b(?:{_REASONS_ID}|{_REASONS_EN})\b)[^,.]{{3,200}}, "
)
"""The same before the sentence: "Atas rekomendasi Dewan Pers, "."""

_OTHER_THINGS = re.compile(
    # who may see it
    r"\b(?:in|from|outside) your (?:country|region|area|location|territory)"
    r"|\byour (?:location|country|region)\b|\beconomic area\b|\beea\b|\bgdpr\b"
    r"|\bin (?:some|certain) (?:countries|regions)|\bgeo-?(?:block|restrict)"
    r"|\b(?:wilayah|negara|lokasi|daerah) (?:anda|kamu)\b|\bdi (?:wilayah|negara) ini\b|subscri|\bpaywall"
    r"|\bpremium\b|\bfor free\b|\bfree (?:articles?|stories|access|trial|of charge)\b|\barticle limit\b"
    r"|\blimit of\b|\be-?paper\b|\b(?:log|sign) ?in\b|\bnon-?members?\b|langganan|\bpelanggan\b|\bgratis\b"
    r"|\bbatas baca|\bkuota\b|\bad-?block|\bblock(?:ed|ing)? ads\b|\bpemblokir iklan\b"
    # when it may be seen again
    r"|\btechnical\b|\bmaintenance\b|\bservers?\b|\boutage\b|\btemporar|\btry again\b|\bupdate our\b"
    r"|\bteknis\b|\bpemeliharaan\b|\bgangguan\b|\b(?:dalam|sedang|untuk|karena) perbaikan\b"
    r"|\bsementara\b(?! itu)|\bcoba lagi\b"
    # where it is
    r"|\bexpired?\b|\bkeda?luwarsa\b|\bkadalu?warsa\b|\bmoved\b|\brenamed\b|\bname changed\b"
    r"|\bdipindah(?:kan)?\b|\bberpindah\b"
    # A question, unless it is a quoted headline's.
    r"|\?(?![\"”’'»])"
)


def is_of_other_things(said: str) -> bool:
    """Return whether a line speaks of who may see an article, or when, or where it is: no withdrawal."""
    return _OTHER_THINGS.search(said) is not None
