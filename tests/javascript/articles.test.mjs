// What a query finds, and in which order.

import assert from "node:assert/strict";
import test from "node:test";

import {Articles} from "../../functions/publish/static/search/articles.js";

function row(id, title, changes = {}) {
  return {id, title, owner: "harian", category: "nasional", listed: "2026-01-02T00:00:00Z", ...changes};
}

function found(rows, query, filters) {
  const articles = new Articles();
  articles.add(rows);
  return articles.search(query, filters).map(({id}) => id);
}

test("every word of a query has to be there, in headline or excerpt", () => {
  const rows = [
    row("both", "Harga beras naik"), row("one", "Harga minyak"), row("spread", "Beras langka", {excerpt: "harga"}),
  ];
  assert.deepEqual(found(rows, "harga beras"), ["both", "spread"]);
});

test("a word in the headline counts more than one in the excerpt, and as written more than related", () => {
  const rows = [
    row("excerpt", "Kabar", {excerpt: "polisi tangkap pencuri"}), row("related", "Polisi menangkap pencuri"),
    row("headline", "Polisi tangkap pencuri"),
  ];
  assert.deepEqual(found(rows, "tangkap pencuri "), ["headline", "related", "excerpt"]);
});

test("of equals the newer one comes first", () => {
  const rows = [
    row("old", "Banjir", {listed: "2025-06-01T00:00:00Z"}), row("new", "Banjir"),
    row("older", "Banjir", {listed: "2025-01-01T00:00:00Z"}),
  ];
  assert.deepEqual(found(rows, "banjir"), ["new", "old", "older"]);
});

test("a match in an old headline comes before one in a new excerpt", () => {
  const rows = [row("new", "Kabar", {excerpt: "banjir"}), row("old", "Banjir", {listed: "2020-01-01T00:00:00Z"})];
  assert.deepEqual(found(rows, "banjir"), ["old", "new"]);
});

test("the last word may be the beginning of one, those before it may not", () => {
  const rows = [row("a", "Pemerintah daerah")];
  assert.deepEqual(found(rows, "pemerintah dae"), ["a"]);
  assert.deepEqual(found(rows, "daerah pemer"), ["a"]);
  assert.deepEqual(found(rows, "pemer daerah"), []);
  assert.deepEqual(found(rows, "dae "), []);
});

test("beginnings are those of words as they are written, not of stems", () => {
  const rows = [row("a", "Terminal baru"), row("b", "Diskusi hangat"), row("c", "Ditangkap polisi")];
  assert.deepEqual(found(rows, "mina"), [], "terminal is no ter-minal");
  assert.deepEqual(found(rows, "sku"), []);
  assert.deepEqual(found(rows, "tangkap"), ["c"], "a whole stem is found");
});

test("hyphens do not part what belongs together", () => {
  const rows = [row("a", "Vaksin COVID-19"), row("b", "Gerakan antikorupsi"), row("c", "Anak-anak bermain")];
  for (const [query, id] of [
    ["covid19", "a"], ["covid 19", "a"], ["covid-19", "a"], ["anti-korupsi", "b"], ["anak", "c"], ["anak-anak", "c"],
  ]) assert.deepEqual(found(rows, query), [id], query);
});

test("filters leave what is of the category and source alone, with a query and without", () => {
  const rows = [row("a", "Banjir"), row("b", "Banjir", {category: "dunia"}), row("c", "Banjir", {owner: "warta"})];
  assert.deepEqual(found(rows, "banjir", {category: "dunia"}), ["b"]);
  assert.deepEqual(found(rows, "", {owner: "warta"}), ["c"]);
  assert.deepEqual(found(rows, "banjir", {category: "dunia", owner: "warta"}), []);
});

test("rows that come in any order, in parts or twice give the same answer", () => {
  const rows = Array.from({length: 40}, (_, number) => row(`id${number}`, `Kabar ${number % 7} banjir`, {
    listed: `2026-01-${String(1 + (number % 28)).padStart(2, "0")}T00:00:00Z`,
  }));
  const parts = new Articles();
  for (const one of [...rows].reverse()) parts.add([one, one]);
  assert.equal(parts.size, rows.length);
  assert.deepEqual(parts.search("banjir kabar").map(({id}) => id), found(rows, "banjir kabar"));
  assert.equal(parts.oldest, Date.parse("2026-01-01T00:00:00Z"));
});

test("words named as what every object has are words", () => {
  assert.deepEqual(found([row("a", "constructor __proto__ toString")], "constructor"), ["a"]);
  assert.deepEqual(found([row("a", "Kabar")], "__proto__ constructor hasOwnProperty"), []);
});
