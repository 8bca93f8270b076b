/**
 * Copies of the pages that were read last, for when the server can't be reached. They are one account's, whose name is in
 * the store's; there is never a copy for anybody else. They carry their policy's header, as the pages did.
 *
 * @typedef {{path: string, title: string, at: number}} Kept title: as in the page, its letters escaped; at: milliseconds
 *   since 1970
 */

const SESSION = /^session\//;
const DAY_MS = 86_400_000;
/** Set by the server (studyin/web/offline.py). */
const ACCOUNT = "Studyin-Account";
const UNFINISHED = "Studyin-Unfinished";
/** Set here. */
const AT = "Studyin-Kept";
const TITLE = "Studyin-Title";
const SHELL = "Studyin-Shell";

export class KeptPages {
  #root;
  #limits;
  /** Counts up when all is forgotten: what was asked for before that is not kept after it. */
  #era = 0;
  /** Counts what was asked for, and which of it was kept last, and whose that was. */
  #asked = 0;
  #newest = 0;
  #account = "";
  /** One change after the other. @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /**
   * @param {string} root the application's path
   * @param {{sessions: number, days: number, shell: string}} limits how many sessions, for how long, and the version's
   *   address that pages are drawn with now
   */
  constructor(root, limits) {
    this.#root = root;
    this.#limits = limits;
  }

  /**
   * The copy of a page, marked with when it was made; null where there is none, or none that may be shown.
   * @param {string} path below the root
   * @returns {Promise<Response | null>}
   */
  async find(path) {
    const copy = await (await this.#only())?.match(this.#root + path);
    const at = Number(copy?.headers.get(AT));
    if (!copy || Date.now() - at > this.#limits.days * DAY_MS) return null;
    const html = (await copy.text()).replace("<body", `<body data-kept="${at}"`);
    return new Response(html, { headers: copy.headers });
  }

  /** What can be read, the last one first. @returns {Promise<Kept[]>} */
  async list() {
    const all = await this.#all();
    return all.filter(({ at }) => Date.now() - at <= this.#limits.days * DAY_MS);
  }

  /** Pages that were drawn by another version. */
  async outdated() {
    return (await this.#all()).filter(({ shell }) => shell !== this.#limits.shell).map(({ path }) => path);
  }

  /**
   * Before a page is asked for: returns what takes its answer.
   * @param {string} path below the root
   * @returns {(answer: Response) => Promise<void>}
   */
  expect(path) {
    const era = this.#era;
    const asked = ++this.#asked;
    return async (answer) => {
      if (isLoginOver(path, answer)) return this.forget();
      if (answer.status === 404) return this.drop(path);
      const account = answer.headers.get(ACCOUNT);
      if (answer.status !== 200 || !account) return;
      const html = await answer.text();
      await this.#alone(async () => {
        // Whoever was asked for last is here: what another was sent before, and comes late, is not kept. Nothing of that
        // is lost when a browser stops an idle worker, which leaves no answer on its way.
        if (era !== this.#era || (account !== this.#account && asked < this.#newest)) return;
        this.#account = account;
        this.#newest = Math.max(this.#newest, asked);
        await this.#put(path, account, answer.headers, html);
      });
    };
  }

  /** @param {string} path */
  async drop(path) {
    await this.#alone(async () => (await this.#only())?.delete(this.#root + path));
  }

  /** The student has signed out, or somebody else is here. */
  async forget() {
    this.#era += 1;
    await this.#alone(() => this.#dropAll());
  }

  /**
   * @param {string} path
   * @param {string} account
   * @param {Headers} sent
   * @param {string} html
   */
  async #put(path, account, sent, html) {
    await this.#dropAll(this.#limits.sessions ? this.#name(account) : undefined);
    if (sent.has(UNFINISHED) || !this.#limits.sessions) return;
    const headers = new Headers(sent);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    headers.set(AT, String(Date.now()));
    headers.set(TITLE, encodeURIComponent(/<title>([^<]*)/.exec(html)?.[1] ?? ""));
    headers.set(SHELL, this.#limits.shell);
    const store = await caches.open(this.#name(account));
    // A disk that is full keeps what it has.
    await store.put(this.#root + path, new Response(html, { headers })).catch(() => {});
    const sessions = (await this.#all()).filter((kept) => SESSION.test(kept.path));
    for (const old of sessions.slice(this.#limits.sessions)) await store.delete(this.#root + old.path);
  }

  async #all() {
    const store = await this.#only();
    const requests = (await store?.keys()) ?? [];
    const all = await Promise.all(
      requests.map(async (request) => {
        const headers = (await store?.match(request))?.headers;
        return {
          path: new URL(request.url).pathname.slice(this.#root.length),
          title: decodeURIComponent(headers?.get(TITLE) ?? ""),
          at: Number(headers?.get(AT)),
          shell: headers?.get(SHELL),
        };
      }),
    );
    return all.sort((one, other) => other.at - one.at);
  }

  /** The one account's store. Of two, nobody knows which is the student's: neither is shown. */
  async #only() {
    const names = await this.#names();
    return names.length === 1 ? caches.open(names[0]) : null;
  }

  /** @param {string} [but] */
  async #dropAll(but) {
    for (const name of await this.#names()) if (name !== but) await caches.delete(name);
  }

  async #names() {
    return (await caches.keys()).filter((name) => name.startsWith(this.#name("")));
  }

  /** @param {string} account */
  #name(account) {
    return `studyin ${this.#root} pages ${account}`;
  }

  /**
   * @param {() => Promise<unknown>} change
   * @returns {Promise<void>}
   */
  #alone(change) {
    const done = this.#turn.then(change).then(() => {});
    this.#turn = done.catch(() => {});
    return done;
  }
}

/**
 * Whether an answer means that nobody is signed in any more: no page of ours leads elsewhere for another reason.
 * @param {string} path
 * @param {Response} answer
 */
function isLoginOver(path, answer) {
  return path === "sign-in" || answer.type === "opaqueredirect" || answer.status === 401;
}
