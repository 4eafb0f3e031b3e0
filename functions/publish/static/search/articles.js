// The articles that have been loaded, found by their words.

import {readQuery, stemsOf, wordsOf} from "./folding.js";

// What a word that is found counts, in a headline and in an excerpt.
const SAME = [10, 4];
const RELATED = [7, 3];
const BEGUN = [6, 2.5];
// What it counts to be of today: as much as a word in the excerpt; half of it after two weeks.
const RECENT = 4;
const FORTNIGHT = 14 * 24 * 60 * 60 * 1000;

export class Articles {
  #rows = [];
  #moments = [];
  #oldest = Infinity;
  #newest = -Infinity;
  #ids = new Set();
  #words = new Map();
  #stems = new Map();

  /** How many articles there are. */
  get size() {
    return this.#rows.length;
  }

  /** When the oldest article was listed, in milliseconds; Infinity where there is none. */
  get oldest() {
    return this.#oldest;
  }

  /** Take rows in; those that are known already are passed over. */
  add(rows) {
    for (const row of rows) {
      if (this.#ids.has(row.id)) continue;
      const place = this.#rows.push(row) - 1;
      this.#ids.add(row.id);
      const moment = Date.parse(row.listed);
      this.#moments.push(moment);
      this.#oldest = Math.min(this.#oldest, moment);
      this.#newest = Math.max(this.#newest, moment);
      this.#note(wordsOf(row.title), place, "title");
      this.#note(wordsOf(row.excerpt ?? ""), place, "text");
    }
  }

  /**
   * Return the articles that have every word of the query, best first; newer ones before older ones.
   *
   * `category` and `owner` are ids, empty for any. Without a word, all of them are found.
   */
  search(query, {category = "", owner = ""} = {}) {
    const {groups, open} = readQuery(query);
    const sought = groups.map((group, at) => this.#group(group, open && at === groups.length - 1));
    const found = [];
    for (let place = 0; place < this.#rows.length; place += 1) {
      const row = this.#rows[place];
      if ((category && row.category !== category) || (owner && row.owner !== owner)) continue;
      if (!sought.every((counts) => counts[place] > 0)) continue;
      const recent = RECENT / (1 + (this.#newest - this.#moments[place]) / FORTNIGHT);
      found.push({row, count: sought.reduce((sum, counts) => sum + counts[place], recent)});
    }
    found.sort((one, other) => other.count - one.count || (one.row.id < other.row.id ? -1 : 1));
    return found.map(({row}) => row);
  }

  #note(words, place, part) {
    for (const word of words) {
      if (!this.#words.has(word)) {
        this.#words.set(word, {title: [], text: []});
        for (const stem of stemsOf(word)) {
          if (!this.#stems.has(stem)) this.#stems.set(stem, []);
          this.#stems.get(stem).push(word);
        }
      }
      this.#words.get(word)[part].push(place);
    }
  }

  /** Return for each article how much the best of the alternatives counts, 0 where none is found. */
  #group(alternatives, open) {
    return alternatives
      .map((words) => words
        .map((word, at) => this.#word(word, open && at === words.length - 1))
        .reduce((one, other) => one.map((count, place) => Math.min(count, other[place]))))
      .reduce((one, other) => one.map((count, place) => Math.max(count, other[place])));
  }

  #word(word, open) {
    const counts = new Float32Array(this.#rows.length);
    const raise = (places, count) => {
      for (const place of places) if (counts[place] < count) counts[place] = count;
    };
    const find = (found, [title, text]) => {
      raise(this.#words.get(found)?.title ?? [], title);
      raise(this.#words.get(found)?.text ?? [], text);
    };
    find(word, SAME);
    for (const stem of stemsOf(word)) for (const other of this.#stems.get(stem) ?? []) find(other, RELATED);
    // Only words as they are written begin with what is typed: a stem that is none would lead anywhere.
    if (open) for (const other of this.#words.keys()) if (other.startsWith(word)) find(other, BEGUN);
    return counts;
  }
}
