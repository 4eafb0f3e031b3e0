// Which words search takes for the same, in Indonesian and English.

import assert from "node:assert/strict";
import test from "node:test";

import {readQuery, stemsOf, wordsOf} from "../../functions/publish/static/search/folding.js";

/** Return whether one word finds the other. */
function related(one, other) {
  const stems = stemsOf(one);
  return stemsOf(other).some((stem) => stems.includes(stem));
}

const SAME = [
  ["pemerintah", "perintah"], ["pemerintahan", "pemerintah"], ["ditangkap", "menangkap"],
  ["penangkapan", "tangkap"], ["menulis", "penulis"], ["memilih", "pemilihan"], ["mengirim", "kiriman"],
  ["menyita", "disita"], ["membaca", "dibacakan"], ["melihat", "terlihat"], ["bantuan", "membantu"],
  ["kesehatan", "sehat"], ["keuangan", "uang"], ["kebakaran", "terbakar"], ["kejaksaan", "jaksa"],
  ["keberhasilan", "berhasil"], ["pertandingan", "bertanding"], ["memberikan", "diberi"], ["pemberian", "beri"],
  ["rumahnya", "perumahan"], ["pembangunannya", "dibangun"], ["mewakili", "wakil"], ["pengusaha", "usaha"],
  ["belajar", "pelajar"], ["kementerian", "menteri"], ["kepolisian", "polisi"], ["petugas", "ditugaskan"],
  ["memperbaiki", "diperbaiki"], ["mengumumkan", "diumumkan"], ["pedesaan", "desa"],
  ["minister", "ministers"], ["city", "cities"], ["house", "houses"], ["tax", "taxes"], ["price", "prices"],
];

for (const [one, other] of SAME) {
  test(`${one} and ${other} belong together`, () => {
    assert.ok(related(one, other), `${stemsOf(one)} | ${stemsOf(other)}`);
  });
}

const APART = [
  ["menteri", "teri"], ["memberikan", "ikan"], ["pemberian", "ikan"], ["perdana", "dana"], ["permata", "mata"],
  ["selatan", "selat"], ["mereka", "reka"], ["merapi", "rapi"], ["melayu", "layu"], ["beringin", "ingin"],
  ["beruang", "uang"], ["beranda", "anda"], ["pengacara", "acara"], ["pegawai", "gawai"], ["pemilu", "pilu"],
  ["silakan", "sila"], ["lebaran", "lebar"], ["bagian", "bagi"], ["tangan", "tang"], ["terbang", "bang"],
  ["masalah", "masa"], ["berita", "ita"], ["bulan", "bul"], ["korban", "kor"], ["batas", "bata"],
  ["keras", "kera"], ["news", "new"], ["pers", "per"], ["virus", "viru"], ["krisis", "krisi"], ["class", "clas"],
  ["bali", "bal"], ["pagi", "pag"], ["polisi", "polis"], ["ekonomi", "ekonom"], ["media", "dia"],
];

for (const [one, other] of APART) {
  test(`${one} does not find ${other}`, () => {
    assert.ok(!related(one, other), `${stemsOf(one)} | ${stemsOf(other)}`);
  });
}

const WRITTEN = [
  ["Anak-anak", ["anak"]],
  ["berbondong-bondong", ["berbondong", "bondong", "berbondongbondong"]],
  ["COVID-19", ["covid", "19", "covid19"]],
  ["Café Müller, São Paulo", ["cafe", "muller", "sao", "paulo"]],
  ["Straße Łódź Øresund", ["strasse", "lodz", "oresund"]],
  ["Jum'at Qur’an", ["jumat", "quran"]],
  ["Jakarta's the workers’ city’s", ["jakarta", "the", "workers", "city"]],
  ["Jakarta–Bandung", ["jakarta", "bandung"]],
  ["Rp1.000 (10%)", ["rp1", "000", "10"]],
  ["ДОМ Ελλάδα القاهرة", ["дом", "ελλαδα", "القاهرة"]],
  ["हिन्दी", ["हिन्दी"]],
  ["...", []],
  ["", []],
];

for (const [text, words] of WRITTEN) {
  test(`"${text}" has the words ${words.join(", ") || "none"}`, () => {
    assert.deepEqual([...wordsOf(text)], words);
  });
}

test("small words are not asked for where there are others", () => {
  assert.deepEqual(readQuery("harga beras di Jakarta").groups, [[["harga"]], [["beras"]], [["jakarta"]]]);
  assert.deepEqual(readQuery("the who").groups, [[["who"]]]);
  assert.deepEqual(readQuery("untuk yang").groups, [[["untuk"]], [["yang"]]]);
});

test("a word with a hyphen is asked for in parts or as one", () => {
  assert.deepEqual(readQuery("anti-korupsi").groups, [[["anti", "korupsi"], ["antikorupsi"]]]);
  assert.deepEqual(readQuery("anak-anak").groups, [[["anak"]]]);
});

test("the last word is open until something follows it", () => {
  assert.equal(readQuery("harga ber").open, true);
  assert.equal(readQuery("harga beras ").open, false);
  assert.equal(readQuery("harga di").open, false, "a small word at the end closes the one before it");
  assert.equal(readQuery("").open, false);
});

test("no text of any length or kind makes folding fail or hang", () => {
  for (const text of ["-".repeat(50_000), "a-".repeat(50_000), "'".repeat(50_000), "me".repeat(50_000), "\ud800x"]) {
    for (const word of wordsOf(text)) stemsOf(word);
    readQuery(text);
  }
});
