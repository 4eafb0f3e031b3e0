// Words as search compares them: without case and accents, Indonesian and English forms brought together.
//
// There is no dictionary. A word leads to every stem that its affixes allow; two words belong together where
// one stem of both is the same. Most wrong stems are no words, and harm nobody. Where one is a word of
// its own (menteri, a minister, is no teri, a fish), the word is kept whole below.

const LETTERS = {ß: "ss", ø: "o", đ: "d", ł: "l", æ: "ae", œ: "oe", ı: "i"};
const CHUNK = /[\p{L}\p{N}\p{M}]+(?:['’‘ʼ`\-‐‑][\p{L}\p{N}\p{M}]+)*/gu;
const ASCII = /^[\x20-\x7e]*$/;
const JOINT = /['’‘ʼ`\-‐‑]/;
const VOWEL = /^[aeiou]/;
const SHORTEST = 4;

const KEPT = new Set((
  "bagian beranda beringin beruang kalian kurs lebaran lens masalah melalui melayu memang memori menang menara "
  + "meninggal menteri menurut merapi mereka meriah news pegawai pemilu pendapat pendapatan pengacara penuh "
  + "perang perdana perempuan perhatian permata pers pertama peserta sars selatan silakan tangan terbang "
  + "terlalu termasuk tersebut tips"
).split(" "));
const GIVEN = new Map(Object.entries(
  {belajar: "ajar", beragam: "ragam", berikan: "beri", mengaku: "aku", pelajar: "ajar"},
));
// Words that say nothing alone: a query that has others does not ask for them.
const SMALL = new Set((
  "dan dari dengan di ini itu ke oleh pada untuk yang a an and at by for from in is of on or the to with"
).split(" "));

/** Return text in lower case, without accents. */
function plain(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase()
    .replace(/[ßøđłæœı]/g, (letter) => LETTERS[letter]);
}

/** Return the pieces of a text between spaces and signs; they may have hyphens and apostrophes in them. */
function pieces(text) {
  return plain(text).match(CHUNK) ?? [];
}

/**
 * Return the words between a piece's hyphens, without apostrophes.
 *
 * A doubled word, as anak-anak, is that word once; an English possessive is the word itself.
 */
function partsOf(piece) {
  if (!JOINT.test(piece)) return [piece];
  const bare = piece.replace(/['’‘ʼ`]s$/, "").replace(/['’‘ʼ`]/g, "");
  return [...new Set(bare.split(/[-‐‑]/))];
}

/** Return the words of a text, each once; of a word with hyphens its parts, and all of it as one. */
export function wordsOf(text) {
  const found = new Set();
  for (const piece of pieces(text)) {
    if (!JOINT.test(piece)) {
      found.add(piece);
      continue;
    }
    const parts = partsOf(piece);
    for (const part of parts) found.add(part);
    found.add(parts.join(""));
  }
  return found;
}

/**
 * Return what a query asks for: groups that must all be found, each a list of alternatives, each of these a
 * list of words that must all be found. `open` says that its last word may be the beginning of one.
 */
export function readQuery(text) {
  const found = pieces(text).map(partsOf);
  const telling = found.filter((parts) => !parts.every((part) => SMALL.has(part)));
  const groups = (telling.length ? telling : found).map((parts) => (
    parts.length > 1 ? [parts, [parts.join("")]] : [parts]
  ));
  const last = found.at(-1);
  return {groups, open: groups.at(-1)?.[0] === last && /[\p{L}\p{N}\p{M}]$/u.test(text)};
}

/** Return the stems that a word may have, itself first. */
export function stemsOf(word) {
  const found = new Set([word]);
  if (word.length <= SHORTEST - 1 || !/^[a-z]+$/.test(word) || KEPT.has(word)) return [...found];
  for (const one of singular(word)) found.add(one);
  for (const stem of withoutAffixes(word)) found.add(stem);
  return [...found];
}

function singular(word) {
  if (!word.endsWith("s") || /[suia]s$/.test(word)) return [];
  const stems = [word.slice(0, -1)];
  if (/[^aeiou]ies$/.test(word) && word.length > 5) stems.push(`${word.slice(0, -3)}y`);
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) stems.push(word.slice(0, -2));
  return stems;
}

function* withoutAffixes(word) {
  const whole = word.endsWith("nya") ? [word, word.slice(0, -3)] : [word];
  for (const form of whole) {
    yield* allowed(form, word);
    yield* withoutPrefixes(form, "");
    for (const suffix of ["kan", "an", "i"]) {
      if (!form.endsWith(suffix) || KEPT.has(form)) continue;
      const base = form.slice(0, -suffix.length);
      // Many words end in -i by nature: it is a suffix only together with a prefix.
      if (suffix !== "i") yield* allowed(base, word);
      yield* withoutPrefixes(base, suffix);
    }
  }
}

function* withoutPrefixes(word, suffix) {
  if (KEPT.has(word)) return;
  if (GIVEN.has(word)) {
    yield GIVEN.get(word);
    return;
  }
  for (const once of withoutPrefix(word, suffix)) {
    yield* allowed(once, word);
    if (KEPT.has(once)) continue;
    if (GIVEN.has(once)) yield GIVEN.get(once);
    else for (const twice of withoutPrefix(once, "")) yield* allowed(twice, word);
  }
}

function* allowed(stem, word) {
  if (stem !== word && stem.length >= SHORTEST) yield stem;
}

function* withoutPrefix(word, suffix) {
  const active = /^(?:me|di)/.test(word);
  if (suffix === "i" && !active) return;
  for (const prefix of ["memper", "diper", "di", "ber", "ter", "per"]) {
    if (word.startsWith(prefix)) yield word.slice(prefix.length);
  }
  if (suffix === "an" && word.startsWith("ke")) yield word.slice(2);
  if (/^[mp]e/.test(word)) yield* withoutNasal(word.slice(2), word[0]);
}

/** Undo what me- and pe- do to the beginning of a word (menulis: tulis, mengirim: kirim, memilih: pilih). */
function* withoutNasal(rest, first) {
  if (/^[lrwymn]/.test(rest) || (first === "p" && /^[bcdgjkst]/.test(rest))) yield rest;
  const [, nasal, stem] = /^(ny|ng|n|m)(.*)$/.exec(rest) ?? [];
  if (!nasal) return;
  if (VOWEL.test(stem)) {
    yield {ny: "s", ng: "k", n: "t", m: "p"}[nasal] + stem;
    if (nasal === "ng") yield stem;
  } else if ({ng: /^[ghk]/, n: /^[cdjz]/, m: /^[bfpv]/}[nasal]?.test(stem)) {
    yield stem;
  }
}
