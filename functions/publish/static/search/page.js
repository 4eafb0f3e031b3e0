// The search page: what is typed is looked for in what has been loaded, and more is loaded as it is needed.
//
// Whatever comes from an article becomes text or a checked address, never markup.

import {Articles} from "./articles.js";

const INDEX = "/search/index.json";
const SHOWN = 20; // results at a time
const AT_FIRST = 200; // articles loaded before anything is typed
const AT_ONCE = 3000; // articles loaded without being asked again
const TOGETHER = 4; // requests
const IN_ONE_GO = 200; // articles taken in before the page may answer its reader
const SETTLED = 300; // milliseconds without a keystroke until the address says what is asked
const PAGE = /^a\/[a-z0-9-]+\.html$/;

class SearchPage {
  #articles = new Articles();
  #partitions = null;
  #loaded = new Set();
  #loading = false;
  #failed = false;
  #wanted = AT_FIRST;
  #shown = SHOWN;
  #cards = new Map();
  #settling = 0;
  #last = {key: null, rows: []};

  constructor(root) {
    const one = (selector) => root.querySelector(selector);
    this.form = one("form.search");
    this.status = one("#found");
    this.list = one("#results");
    this.more = one("#more");
    this.template = one("#result");
    this.words = this.form.dataset;
    const zone = {timeZone: this.words.zone};
    this.dates = new Intl.DateTimeFormat(this.words.language, {dateStyle: "medium", ...zone});
    this.numbers = new Intl.NumberFormat(this.words.language);
  }

  start() {
    const asked = new URLSearchParams(location.search);
    for (const field of this.#fields()) field.value = asked.get(field.name) ?? "";
    for (const event of ["input", "submit"]) this.form.addEventListener(event, (told) => this.#renew(told));
    this.more.addEventListener("click", () => this.#showMore());
    this.#ask();
  }

  #fields() {
    return [...this.form.elements].filter((field) => field.name);
  }

  #asked() {
    const [query, category, owner] = ["q", "c", "s"].map((name) => this.form.elements[name].value);
    return {query, category, owner, any: Boolean(query.trim() || category || owner)};
  }

  #renew(event) {
    if (event.type === "submit") event.preventDefault();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#remember(), SETTLED);
    this.#ask();
  }

  #ask() {
    this.#failed = false;
    this.#shown = SHOWN;
    this.#wanted = this.#asked().any ? AT_ONCE : AT_FIRST;
    this.#load();
    this.#show();
  }

  /** Let the address say what is asked: whoever comes back to it, or is sent it, finds the same. */
  #remember() {
    const given = this.#fields().filter((field) => field.value.trim());
    const query = new URLSearchParams(given.map((field) => [field.name, field.value]));
    history.replaceState(null, "", given.length ? `?${query}` : location.pathname);
  }

  #showMore() {
    if (this.#shown >= this.#found().length) this.#wanted = this.#articles.size + AT_ONCE;
    this.#shown += SHOWN;
    const last = this.list.lastElementChild;
    this.#load();
    this.#show();
    // What is shown now comes next for who reads on by the keyboard; the button may be gone.
    (last?.nextElementSibling ?? last)?.querySelector("h2 a").focus();
  }

  #found() {
    const {query, any, ...filters} = this.#asked();
    const key = JSON.stringify([query, filters, this.#articles.size]);
    if (key !== this.#last.key) this.#last = {key, rows: any ? this.#articles.search(query, filters) : []};
    return this.#last.rows;
  }

  #show() {
    const found = this.#found();
    const focused = document.activeElement;
    this.list.replaceChildren(...found.slice(0, this.#shown).map((row) => this.#card(row)));
    // What is put in its place again has lost the focus.
    if (this.list.contains(focused)) focused.focus({preventScroll: true});
    this.status.textContent = this.#say(found.length);
    this.list.setAttribute("aria-busy", String(this.#loading));
    const older = this.#failed || (this.#asked().any && !this.#loading && this.#pending().length > 0);
    const hidden = this.#shown < found.length;
    this.more.textContent = this.#failed ? this.words.again : hidden ? this.words.more : this.words.older;
    this.more.hidden = !(hidden || older);
  }

  #say(count) {
    if (this.#failed) return this.words.failed;
    if (!this.#asked().any) return "";
    if (!this.#articles.size) return this.#loading || !this.#partitions ? this.words.loading : this.words.none;
    if (!count && this.#loading) return this.words.loading;
    const found = count === 0 ? this.words.none : count === 1 ? this.words.one : this.words.many;
    const day = this.dates.format(new Date(this.#articles.oldest));
    return `${found} ${this.words.reach}`
      .replace("{count}", () => this.numbers.format(count))
      .replace("{articles}", () => this.numbers.format(this.#articles.size))
      .replace("{day}", () => day);
  }

  #pending() {
    return (this.#partitions ?? []).filter(({name}) => !this.#loaded.has(name));
  }

  /** Load the newest partitions until there are as many articles, or a page of results, as are wanted. */
  async #load() {
    if (this.#loading || (this.#partitions && !this.#isShort())) return;
    this.#loading = true;
    this.#failed = false;
    try {
      if (!this.#partitions) await this.#readIndex("default");
      while (this.#isShort()) {
        await this.#loadNext();
        this.#show();
      }
    } catch {
      this.#failed = true;
    }
    this.#loading = false;
    this.#show();
  }

  #isShort() {
    if (this.#articles.size >= this.#wanted || !this.#pending().length) return false;
    return this.#articles.size < AT_FIRST || (this.#asked().any && this.#found().length < this.#shown);
  }

  async #loadNext() {
    const next = [];
    let articles = 0;
    for (const one of this.#pending()) {
      if (next.length === TOGETHER || (next.length && articles >= AT_FIRST)) break;
      next.push(one);
      articles += one.articles;
    }
    const rows = await Promise.all(next.map(({name}) => read(`/search/${name}.json`, "default")));
    for (const [at, {name}] of next.entries()) {
      this.#loaded.add(name);
      for (let start = 0; start < rows[at].articles.length; start += IN_ONE_GO) {
        this.#articles.add(rows[at].articles.slice(start, start + IN_ONE_GO));
        await new Promise((go) => { setTimeout(go); });
      }
    }
    // Its articles have gone elsewhere since we read the index.
    if (rows.some((file) => !file.articles.length)) await this.#readIndex("no-cache");
  }

  async #readIndex(cache) {
    this.#partitions = (await read(INDEX, cache)).partitions;
  }

  #card(row) {
    if (!this.#cards.has(row.id)) this.#cards.set(row.id, this.#newCard(row));
    return this.#cards.get(row.id);
  }

  #newCard(row) {
    const item = this.template.content.cloneNode(true).firstElementChild;
    const one = (name) => item.querySelector(name);
    const address = addressOf(row);
    one("article").classList.toggle("headline", !row.page);
    if (row.page) one(".away").remove();
    one("h2 a").textContent = row.title;
    if (address) one("h2 a").href = address;
    one(".excerpt").textContent = row.excerpt ?? "";
    const foreign = row.language && row.language !== document.documentElement.lang;
    for (const element of foreign ? [one("h2"), one(".excerpt")] : []) {
      element.lang = row.language;
      element.dir = "auto";
    }
    if (!row.excerpt) one(".excerpt").remove();
    this.#name(one(".kicker a"), this.form.elements.c, row.category, "c");
    this.#name(one(".owner"), this.form.elements.s, row.owner, "s", row.name);
    one("time").dateTime = row.listed;
    one("time").textContent = this.dates.format(new Date(row.listed));
    return item;
  }

  /** Name a category or a source by the filter that offers it, and lead to its page. */
  #name(link, select, id, folder, other = "") {
    const option = [...select.options].find(({value}) => value && value === id);
    link.textContent = option?.textContent ?? other;
    if (option) link.href = `/${folder}/${encodeURIComponent(id)}.html`;
  }
}

async function read(address, cache) {
  const answer = await fetch(address, {cache});
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** Return where a result leads: our page, or its publisher's, where that is an address of the web. */
export function addressOf({page, link}) {
  if (page) return PAGE.test(page) ? `/${page}` : null;
  try {
    const url = new URL(link);
    return ["https:", "http:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

if (globalThis.document) new SearchPage(document).start();
