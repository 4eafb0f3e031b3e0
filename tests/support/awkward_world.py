"""A portal of what publishers do send and no layout expects: long words, other scripts, wide tables."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from newswire.article import Image
from newswire.article_item import ArticleItem
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

HOST = "https://www.harian.example"
UNBROKEN = "Pertanggungjawabanketidakberuntungannya" * 4
LONG_NAME = "Perhimpunan Jurnalis Warga Kepulauan Seruni dan Sekitarnya (Terbitan Khusus Akhir Pekan)"
CATEGORIES = {
    "nasional": "Nasional",
    "ekonomi": "Ekonomi & Bisnis",
    "dunia": "Dunia",
    "budaya": "Budaya & Olahraga",
    "sains": "Sains & Teknologi",
    "kesehatan": "Kesehatan",
    "opini": "Opini",
    "kosong": "Rubrik tanpa artikel",
}
WORDS = "Kapal pustaka itu singgah di tujuh pulau kecil dan membawa tiga ribu buku untuk anak sekolah. " * 4
ROW = "".join(f"<td>{number * 137:,} ton</td>" for number in range(12))
ROWS = f"<tr><th>Kecamatan</th>{ROW}</tr>" * 4
TABLE = f"<table><caption>Panen</caption><tbody>{ROWS}</tbody></table>"
HARD_HTML = (
    f"<h2>Anak judul pertama</h2><p>{WORDS}</p><h3>Di bawahnya</h3><p>{UNBROKEN}</p>"
    f"<h4>Lebih dalam</h4><ul><li>{WORDS}</li><li>Dua<ol><li>Anak dua</li></ol></li></ul>"
    f"<p>Lihat <a href='{HOST}/{'sangat-panjang/' * 20}'>{HOST}/{'sangat-panjang/' * 20}</a>.</p>{TABLE}"
    f"<pre>def hitung(panen):\n    return sum(berat for berat in panen)  # {'panjang ' * 30}</pre>"
    f"<blockquote><p>{WORDS}</p></blockquote><dl><dt>Kopra</dt><dd>Daging kelapa kering.</dd></dl>"
    f"<figure><img src='{HOST}/lebar.jpg' width='4000' height='500' alt='Peta'>"
    f"<figcaption>{WORDS}</figcaption></figure><hr>"
    f"<p>H<sub>2</sub>O dan x<sup>2</sup>, <code>{'kode' * 40}</code>, <kbd>Ctrl</kbd>.</p>"
)
ARABIC = "مكتبة عائمة تعود إلى سبع جزر صغيرة"
ARABIC_HTML = (
    f"<p>{ARABIC}، وتحمل ثلاثة آلاف كتاب. {ARABIC}.</p><blockquote><p>{ARABIC}.</p></blockquote>"
    f"<ul><li>{ARABIC}</li></ul><table><tbody><tr><th>{ARABIC}</th><td>12</td></tr></tbody></table>"
)
CHINESE = "浮动图书馆重返七座小岛"
PICTURE_FIRST = f"<figure><img src='{HOST}/awal.jpg' width='1200' height='800' alt=''></figure><p>{WORDS}</p>"

Articles = dict[str, ArticleItem]


@cache
def awkward_world() -> tuple[World, Articles]:
    """Return the published world and its articles by what is awkward in them."""
    sources = (
        source("harian", name="Harian Pesisir"),
        source("panjang", name=LONG_NAME, display="excerpt", category="ekonomi"),
        source("rapat", name=UNBROKEN, display="excerpt", category="budaya"),
        source("arab", name="صحيفة الجزر", language="ar", category="dunia"),
        source("cina", name="海岛日报", language="zh", category="sains"),
        source("tunggal", name="Tunggal", display="link", category="opini"),
    )
    world = World(replace(catalogue(*sources), categories=CATEGORIES))
    items = _stored(world)
    world.refresh()
    assert world.publish(*items.values()) == set()
    return world, items


def _stored(world: World) -> Articles:
    picture = Image(f"{HOST}/utama.jpg", "Perahu", "Perahu pustaka. " * 12, 1280, 720)
    upright = Image(f"{HOST}/tegak.jpg", "Menara", None, 900, 3600)
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "hard": ("harian", {"title": "Panen dalam angka dan peta", "html": HARD_HTML, "images": (picture,)}),
        "picture first": ("harian", {"title": "Gambar lebih dulu", "html": PICTURE_FIRST}),
        "upright": ("harian", {"title": "Menara " * 30, "html": f"<p>{WORDS}</p>", "images": (upright,)}),
        "unbroken": ("rapat", {"title": UNBROKEN, "excerpt": UNBROKEN * 2, "authors": (UNBROKEN,)}),
        "long name": ("panjang", {"title": "Pustaka terapung", "excerpt": WORDS[:300], "images": (picture,)}),
        "short": ("panjang", {"title": "Singkat", "excerpt": "Sekalimat saja."}),
        "arabic": ("arab", {"title": ARABIC, "excerpt": f"{ARABIC}.", "html": ARABIC_HTML}),
        "chinese": (
            "cina",
            {"title": CHINESE * 4, "excerpt": CHINESE * 12, "html": f"<p>{CHINESE * 30}</p>"},
        ),
        "alone": ("tunggal", {"title": "Satu-satunya di kanalnya", "excerpt": WORDS}),
    }
    return {
        name: world.add(number, owner, **changes)
        for number, (name, (owner, changes)) in enumerate(told.items(), 1)
    }
