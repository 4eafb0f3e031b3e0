"""Words by which a page shows that it stands in front of the article, or in its place.

A phrase is compared with the page's text in lower case, spaces single and quotes straight; a title sign
with a whole part of the page's title ("Just a moment... | Site"). No phrase contains another of the same
reason, so that the number of phrases found says how sure the finding is.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

# Beyond this a page has text enough to be judged by its other measures.
LONGEST = 4000
_SHORT = 400
_MEDIUM = 1500
_TITLE_COUNTS = 2
_ON_TOPIC_NEEDS = 2
_TAIL = 400  # characters at a teaser's end, where the offer stands
_TITLE_PARTS = re.compile(r"\s+[|–—·»:-]+\s+")


class Reason(StrEnum):
    """Why a page is poor, as it is recorded, counted and shown."""

    BOT_CHECK = "bot check"
    JAVASCRIPT = "JavaScript required"
    ERROR = "error page"
    COOKIES = "cookie wall"
    CONSENT = "consent page"
    LOGIN = "login wall"
    FRONT_PAGE = "led to the front page"
    REPEATED = "same text as another page"
    PAYWALL = "behind a paywall"
    LANGUAGE = "another language than the feed's"
    LINKS = "mostly links"
    BOILERPLATE = "mostly boilerplate"
    SHORT = "too short"


# English, then Indonesian. Where two reasons have as many phrases, the earlier one is named.
WALLS: dict[Reason, tuple[str, ...]] = {
    Reason.BOT_CHECK: (
        "checking your browser before",
        "checking if the site connection is secure",
        "verify you are human",
        "verify that you are not a robot",
        "verifying you are human",
        "you are a human and not a bot",
        "confirm you are human",
        "i'm not a robot",
        "are you a robot",
        "complete the security check",
        "needs to review the security of your connection",
        "unusual traffic from your",
        "unusual activity from your",
        "performance & security by cloudflare",
        "ddos protection by",
        "incapsula incident id",
        "cloudflare ray id",
        "solve this captcha",
        "complete the captcha",
        "you have been blocked",
        "security service to protect itself from online attacks",
        "memeriksa browser anda",
        "memeriksa peramban anda",
        "memverifikasi bahwa anda manusia",
        "memverifikasi anda adalah manusia",
        "pastikan anda bukan robot",
        "buktikan bahwa anda bukan robot",
        "saya bukan robot",
        "selesaikan captcha",
        "isi captcha",
        "selesaikan pemeriksaan keamanan",
        "lalu lintas yang tidak biasa",
        "aktivitas yang tidak biasa dari jaringan",
        "perlu meninjau keamanan koneksi anda",
        "anda telah diblokir",
    ),
    Reason.JAVASCRIPT: (
        "javascript is disabled",
        "javascript is not enabled",
        "javascript is required",
        "requires javascript",
        "enable javascript",
        "turn on javascript",
        "javascript to run this app",
        "javascript dinonaktifkan",
        "javascript tidak aktif",
        "javascript belum aktif",
        "membutuhkan javascript",
        "memerlukan javascript",
        "aktifkan javascript",
    ),
    Reason.ERROR: (
        "http error 40",
        "http error 50",
        "error 404",
        "404 error",
        "404 not found",
        "403 forbidden",
        "500 internal server error",
        "502 bad gateway",
        "503 service",
        "504 gateway",
        "page not found",
        "page could not be found",
        "page cannot be found",
        "page can't be found",
        "page you requested could not",
        "page you requested was not found",
        "page you are looking for",
        "page you're looking for",
        "page you were looking for",
        "page doesn't exist",
        "page does not exist",
        "page is no longer available",
        "article is no longer available",
        "story is no longer available",
        "article you are looking for",
        "access to this page has been denied",
        "you don't have permission to access",
        "you do not have permission to access",
        "request url is forbidden",
        "requested url was not found",
        "this site is under maintenance",
        "error establishing a database connection",
        "halaman tidak ditemukan",
        "halaman tidak tersedia",
        "halaman tidak dapat ditemukan",
        "halaman yang anda cari",
        "halaman yang anda tuju",
        "halaman yang anda minta",
        "halaman yang kamu cari",
        "halaman ini tidak tersedia",
        "halaman ini sudah tidak tersedia",
        "artikel tidak ditemukan",
        "artikel yang anda cari",
        "artikel ini sudah tidak tersedia",
        "berita tidak ditemukan",
        "berita yang anda cari",
        "konten tidak ditemukan",
        "konten yang anda cari",
        "url tidak ditemukan",
        "akses ditolak",
        "anda tidak memiliki izin untuk mengakses",
        "terjadi kesalahan pada server",
        "situs sedang dalam pemeliharaan",
        "situs sedang dalam perbaikan",
    ),
    Reason.COOKIES: (
        "use cookies",
        "uses cookies",
        "accept cookies",
        "accept all cookies",
        "reject all cookies",
        "allow all cookies",
        "cookie policy",
        "cookie settings",
        "cookie preferences",
        "manage cookies",
        "enable cookies",
        "strictly necessary cookies",
        "menggunakan cookie",
        "terima cookie",
        "terima semua cookie",
        "tolak semua cookie",
        "izinkan semua cookie",
        "kebijakan cookie",
        "pengaturan cookie",
        "preferensi cookie",
        "kelola cookie",
        "aktifkan cookie",
    ),
    Reason.CONSENT: (
        "we value your privacy",
        "we care about your privacy",
        "your privacy choices",
        "manage your privacy settings",
        "before you continue to",
        "withdraw your consent",
        "consent to the processing",
        "store and/or access information on a device",
        "legitimate interest",
        "confirm that you are over 18",
        "confirm your age",
        "you must be 18",
        "kami menghargai privasi anda",
        "kami peduli dengan privasi anda",
        "sebelum melanjutkan ke",
        "pilihan privasi anda",
        "pengaturan privasi anda",
        "menarik persetujuan anda",
        "setuju dan lanjutkan",
        "menyimpan dan/atau mengakses informasi",
        "konfirmasi usia anda",
        "berusia 18 tahun ke atas untuk",
    ),
    Reason.LOGIN: (
        "log in to continue",
        "login to continue",
        "sign in to continue",
        "log in to your account",
        "sign in to your account",
        "please log in",
        "please sign in",
        "you must be logged in",
        "you need to be logged in",
        "forgot password",
        "forgot your password",
        "don't have an account",
        "already have an account",
        "keep me signed in",
        "remember me",
        "sign in with google",
        "continue with google",
        "login untuk melanjutkan",
        "masuk untuk melanjutkan",
        "masuk ke akun anda",
        "login ke akun anda",
        "silakan login",
        "silahkan login",
        "silakan masuk",
        "silahkan masuk",
        "anda harus login",
        "anda harus masuk",
        "lupa password",
        "lupa kata sandi",
        "belum punya akun",
        "belum memiliki akun",
        "sudah punya akun",
        "sudah memiliki akun",
        "ingat saya",
        "masuk dengan google",
        "lanjutkan dengan google",
    ),
}

PAYWALL: tuple[str, ...] = (
    "subscribe to continue",
    "subscribe to read",
    "subscribe to unlock",
    "subscribe now to read",
    "to continue reading",
    "to keep reading",
    "to read the full story",
    "to read the full article",
    "to read the rest of this",
    "for subscribers only",
    "available to subscribers",
    "reserved for subscribers",
    "exclusive to subscribers",
    "exclusively for subscribers",
    "for premium members",
    "already a subscriber",
    "reached your limit of free",
    "reached your article limit",
    "start your free trial",
    "start your subscription",
    "unlock this article",
    "berlangganan untuk melanjutkan",
    "berlangganan untuk membaca",
    "berlangganan sekarang untuk",
    "dengan berlangganan",
    "untuk melanjutkan membaca",
    "untuk membaca artikel selengkapnya",
    "untuk membaca berita selengkapnya",
    "khusus pelanggan",
    "khusus untuk pelanggan",
    "khusus bagi pelanggan",
    "hanya untuk pelanggan",
    "eksklusif untuk pelanggan",
    "artikel ini hanya tersedia untuk",
    "sudah berlangganan?",
    "sudah menjadi pelanggan",
    "batas artikel gratis",
    "kuota artikel gratis",
    "mulai berlangganan",
)

TITLES: dict[str, Reason] = {
    "just a moment...": Reason.BOT_CHECK,
    "attention required!": Reason.BOT_CHECK,
    "one moment, please...": Reason.BOT_CHECK,
    "pardon our interruption": Reason.BOT_CHECK,
    "security check": Reason.BOT_CHECK,
    "robot check": Reason.BOT_CHECK,
    "are you a robot?": Reason.BOT_CHECK,
    "human verification": Reason.BOT_CHECK,
    "tunggu sebentar...": Reason.BOT_CHECK,
    "mohon tunggu sebentar...": Reason.BOT_CHECK,
    "pemeriksaan keamanan": Reason.BOT_CHECK,
    "verifikasi keamanan": Reason.BOT_CHECK,
    "access denied": Reason.ERROR,
    "access to this page has been denied": Reason.ERROR,
    "403 forbidden": Reason.ERROR,
    "forbidden": Reason.ERROR,
    "not found": Reason.ERROR,
    "404": Reason.ERROR,
    "404 not found": Reason.ERROR,
    "error 404": Reason.ERROR,
    "404 error": Reason.ERROR,
    "page not found": Reason.ERROR,
    "oops!": Reason.ERROR,
    "akses ditolak": Reason.ERROR,
    "halaman tidak ditemukan": Reason.ERROR,
    "404 halaman tidak ditemukan": Reason.ERROR,
    "artikel tidak ditemukan": Reason.ERROR,
    "before you continue": Reason.CONSENT,
    "your privacy choices": Reason.CONSENT,
    "sebelum melanjutkan": Reason.CONSENT,
    "log in": Reason.LOGIN,
    "login": Reason.LOGIN,
    "sign in": Reason.LOGIN,
    "masuk": Reason.LOGIN,
    "masuk akun": Reason.LOGIN,
}

# What PHP prints into a page when it fails: "Warning: … in /path/file.php on line 12".
_PROGRAM_ERROR = re.compile(
    r"(?:warning|notice|deprecated|fatal error|parse error): [^\n]{1,300}? in /\S+ on line \d+"
)


def wall_of(text: str, title: str | None, *, is_on_topic: bool) -> Reason | None:
    """Return what the page is in place of an article, `None` where it is none of that.

    One phrase is enough for a page of a sentence or two; longer ones need more, and so does a text that
    speaks of what the feed announced (`is_on_topic`): news may be about logins and cookies.
    """
    if len(text) > LONGEST:
        return None
    plain = plain_words(text)
    errors = sum(map(len, _PROGRAM_ERROR.findall(plain)))
    if errors * 2 > len(plain):
        return Reason.ERROR
    found = Counter({reason: sum(one in plain for one in phrases) for reason, phrases in WALLS.items()})
    for part in _TITLE_PARTS.split(plain_words(title or "")):
        if (named := TITLES.get(part)) is not None:
            found[named] += _TITLE_COUNTS
    needed = 1 + (len(plain) > _SHORT) + (len(plain) > _MEDIUM) + is_on_topic * _ON_TOPIC_NEEDS
    reason, _ = found.most_common(1)[0]
    return reason if found.total() >= needed else None


def asks_for_payment(text: str) -> bool:
    """Return whether the text ends with the offer to read on for money."""
    tail = plain_words(text[-_TAIL:])
    return any(phrase in tail for phrase in PAYWALL)


def plain_words(text: str) -> str:
    """Return text as the phrases are written: lower case, single spaces, straight quotes."""
    return " ".join(text.lower().replace("’", "'").split())
