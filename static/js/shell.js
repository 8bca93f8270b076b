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
    const store = await this.#store();
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
      if (name.startsWith(this.#name("")) && name !== this.#name(this.#address)) await caches.delete(name);
    }
  }

  /**
   * @param {Request} request for a static file
   * @param {string} path below the root
   * @returns {Promise<Response>}
   */
  async answer(request, path) {
    const store = await this.#store();
    const copy = await store.match(request, { ignoreVary: true });
    if (copy) return copy;
    const answer = await fetch(request).catch(() => null);
    if (answer?.ok) {
      if (request.url.includes(this.#address)) await store.put(request, answer.clone()).catch(() => {});
      return answer;
    }
    // A page that another version has drawn gets this one's: the server may have no other any more.
    const name = path.replace(/^static\/[^/]+\//, "");
    return (await store.match(this.#address + name, { ignoreVary: true })) ?? answer ?? Response.error();
  }

  /** @returns {Promise<Response>} */
  async screen() {
    return (await (await this.#store()).match(this.#root + SCREEN)) ?? Response.error();
  }

  #store() {
    return caches.open(this.#name(this.#address));
  }

  /** @param {string} address */
  #name(address) {
    return `studyin ${this.#root} shell ${address}`;
  }
}
