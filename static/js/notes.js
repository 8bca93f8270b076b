/**
 * The student's notes in all places of the page that show them, brought up to what the server tells: over the socket, and
 * by asking where that did not tell, while there is none and after there was none.
 *
 * @typedef {import("./types.js").Material} Material
 */

import { api } from "./api.js";

/** While notes are read and the socket can't tell, how often to ask. */
const ASK_EVERY_MS = 1_500;

export class Notes {
  #places;
  #isTold;
  #timer = 0;

  /**
   * @param {{
   *   shelf: import("./shelf.js").Shelf, uploads: import("./uploads.js").Uploads,
   *   controls: import("./controls.js").Controls, welcome: import("./welcome.js").Welcome,
   * }} places
   * @param {() => boolean} isTold whether there is a socket that tells
   */
  constructor(places, isTold) {
    this.#places = places;
    this.#isTold = isTold;
  }

  /** What there is to choose from, and to begin with, follows the shelf. */
  draw() {
    const { shelf, controls, welcome } = this.#places;
    welcome.offer(shelf.ready);
    controls.offer(shelf.shown.filter(({ status }) => status !== "failed"));
  }

  /** @param {import("./types.js").ServerFrame} frame */
  receive(frame) {
    if (frame.type === "material") this.#update(frame.material);
    if (frame.type === "material_deleted") this.#remove(frame.material_id);
    // From now on it tells; what was read before that it did not.
    const { shelf, uploads } = this.#places;
    if (frame.type === "opened" && (uploads.underWay || shelf.underWay.length)) void this.ask();
  }

  /** Asks again and again until all notes are read, as long as nobody tells. */
  watch() {
    clearTimeout(this.#timer);
    if (!this.#places.shelf.underWay.length) return;
    this.#timer = window.setTimeout(async () => {
      if (!this.#isTold()) await this.ask();
      this.watch();
    }, ASK_EVERY_MS);
  }

  /** What came, how far it is, and what is gone. A server that does not answer is asked later. */
  async ask() {
    const known = this.#places.shelf.ids; // what is added meanwhile may be missing from the answer
    const { materials, next } = await api.materials().catch(() => ({ materials: [], next: "later" }));
    for (const material of [...materials].reverse()) this.#update(material);
    const there = new Set(materials.map(({ id }) => id));
    if (!next) for (const id of known) if (!there.has(id)) this.#remove(id);
  }

  /** @param {Material} material */
  #update(material) {
    this.#places.shelf.update(material);
    this.#places.uploads.update(material);
  }

  /** They were deleted, here or in another tab. @param {string} id */
  #remove(id) {
    this.#places.shelf.remove(id);
    this.#places.uploads.forget(id);
    this.#places.controls.drop(id);
  }
}
