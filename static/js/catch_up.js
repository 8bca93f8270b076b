/** Brings the shelf up to the server where the socket did not tell: while there is none, and after there was none. */

import { api } from "./api.js";

/** While notes are read and the socket can't tell, how often to ask. */
const ASK_EVERY_MS = 1_500;

export class CatchUp {
  #timer = 0;

  /**
   * @param {{
   *   isReading: () => boolean, isTold: () => boolean, known: () => string[],
   *   onMaterial: (material: import("./types.js").Material) => void, onDeleted: (id: string) => void,
   * }} owner isReading: whether there is something to wait for; isTold: whether the socket tells; known: ids on the page
   */
  constructor(owner) {
    this.owner = owner;
  }

  /** Asks again and again until all notes are read, as long as nobody tells. */
  watch() {
    clearTimeout(this.#timer);
    if (!this.owner.isReading()) return;
    this.#timer = window.setTimeout(async () => {
      if (!this.owner.isTold()) await this.ask();
      this.watch();
    }, ASK_EVERY_MS);
  }

  /** What came, how far it is, and what is gone. A server that does not answer is asked later. */
  async ask() {
    const known = this.owner.known(); // what is added meanwhile may be missing from the answer
    const { materials, next } = await api.materials().catch(() => ({ materials: [], next: "later" }));
    for (const material of [...materials].reverse()) this.owner.onMaterial(material);
    const there = new Set(materials.map(({ id }) => id));
    if (!next) for (const id of known) if (!there.has(id)) this.owner.onDeleted(id);
  }
}
