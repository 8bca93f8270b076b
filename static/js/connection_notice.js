/** What is wrong with the connection, above the composer, until it stands again. */

import { find, part } from "./element.js";
import { DIAGNOSES } from "./words.js";

/** @typedef {import("./diagnosis.js").Diagnosis} Diagnosis */

export class ConnectionNotice {
  #tray;
  /** @type {HTMLElement | null} */
  #element = null;
  #shown = "";

  /**
   * @param {HTMLElement} tray
   * @param {{onAgain: () => void}} owner
   */
  constructor(tray, owner) {
    this.#tray = tray;
    this.owner = owner;
  }

  /** @param {Diagnosis} diagnosis */
  show({ kind, title, words, fixes }) {
    const shown = `${kind} ${words}`;
    if (this.#shown === shown) return; // one that is being read does not jump
    this.clear();
    const element = part("diagnosis");
    element.dataset.kind = kind;
    find(element, ".diagnosis-title span").textContent = title;
    find(element, ".diagnosis-words").textContent = words;
    find(element, ".diagnosis-fixes").append(
      ...fixes.map(({ name, lines }) => {
        const fix = part("fix");
        find(fix, "summary").textContent = name;
        find(fix, ".fix-lines").textContent = lines;
        return fix;
      }),
    );
    const again = find(element, ".diagnosis-again");
    if (kind === "signIn") again.textContent = DIAGNOSES.signIn.again;
    again.addEventListener("click", () => this.owner.onAgain());
    this.#tray.prepend(element);
    this.#element = element;
    this.#shown = shown;
  }

  clear() {
    this.#element?.remove();
    this.#element = null;
    this.#shown = "";
  }
}
