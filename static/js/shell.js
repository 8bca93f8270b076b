/** The files that a page is made with, one version of them; and the screen for a page of which there is no copy. */

const SCREEN = "offline";
/** In a page at the root, what leads to the root. */
const RELATIVE = /(?<==")\.\//g;

export class Shell {
  #root;
  #files;
  #address;

  /**
   * @param {string} root the application's path
   * @param {{shell: string, files: string[]}} version where it is below the root, and what of it a page can't do without
   */
  constructor(root, { shell, files }) {
    this.#root = root;
    this.#files = files;
    this.#address = root + shell;
  }

  async fill() {
    const store = await caches.open(this.#own);
    const screen = await fetch(this.#root + SCREEN);
    if (!screen.ok) throw new Error(`Expected the screen for no connection, got status ${screen.status}`);
    // It stands in for pages at any depth.
    const html = (await screen.text()).replace(RELATIVE, this.#root);
    const headers = new Headers(screen.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    await store.put(this.#root + SCREEN, new Response(html, { headers }));
    await store.addAll(this.#files.map((name) => this.#address + name));
  }

  async dropOthers() {
    for (const name of await caches.keys()) {
      if (name.startsWith(this.#name("")) && name !== this.#own) await caches.delete(name);
    }
  }

  /**
   * @param {Request} request for a static file
   * @param {string} path below the root
   * @returns {Promise<Response>}
   */
  async answer(request, path) {
    const copy = await this.#find(request);
    if (copy) return copy;
    const answer = await fetch(request).catch(() => null);
    if (answer?.ok) {
      if (request.url.includes(this.#address)) await this.#keep(request, answer.clone());
      return answer;
    }
    // A page that another version has drawn gets this one's: the server may have no other any more.
    const name = path.replace(/^static\/[^/]+\//, "");
    return (await this.#find(this.#address + name)) ?? answer ?? Response.error();
  }

  /** @returns {Promise<Response>} */
  async screen() {
    return (await this.#find(this.#root + SCREEN)) ?? Response.error();
  }

  /** @param {Request | string} request */
  #find(request) {
    return caches.match(request, { cacheName: this.#own, ignoreVary: true });
  }

  /**
   * A worker that a newer version has taken the place of still ends what it began: what that has deleted stays away.
   * @param {Request} request
   * @param {Response} answer
   */
  async #keep(request, answer) {
    if (!(await caches.has(this.#own))) return;
    const store = await caches.open(this.#own);
    await store.put(request, answer).catch(() => {});
  }

  get #own() {
    return this.#name(this.#address);
  }

  /** @param {string} address */
  #name(address) {
    return `studyin ${this.#root} shell ${address}`;
  }
}
