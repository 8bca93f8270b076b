/** What is wrong with the connection, above the composer, until it stands again. */

import { diagnose, signedOut } from "./diagnosis.js";
import { find, part } from "./element.js";
import { keepFocus } from "./focus.js";
import { DIAGNOSES } from "./words.js";

/** @typedef {import("./diagnosis.js").Diagnosis} Diagnosis */

/** A server that restarts is back within this; only then is it worth saying that it is gone. */
const SAY_DOWN_AFTER_MS = 4_000;

export class ConnectionNotice {
  #tray;
  /** @type {HTMLElement | null} */
  #element = null;
  #shown = "";
  #downSince = 0;
  #guesses = 0;

  /**
   * @param {HTMLElement} tray
   * @param {{onAgain: () => void}} owner
   */
  constructor(tray, owner) {
    this.#tray = tray;
    this.owner = owner;
  }

  /**
   * Says why there is no connection, once it is more than a moment's drop.
   * @param {import("./socket.js").StudySocket} socket
   * @param {import("./socket.js").Closed} closed
   */
  async explain(socket, closed) {
    if (socket.state === "auth_error") return this.#show(signedOut());
    if (closed.spoke || socket.state === "offline") return;
    this.#downSince ||= Date.now();
    const diagnosis = await diagnose(socket.url, closed);
    if (socket.ready || socket.state === "closed") return;
    if (diagnosis.kind === "down" && Date.now() - this.#downSince < SAY_DOWN_AFTER_MS) return;
    // The server may have come back between the attempt and the question: only a second such failure means something.
    if (diagnosis.isGuess && (this.#guesses += 1) === 1) return socket.retry();
    this.#show(diagnosis);
    if (diagnosis.kind !== "down") socket.fail();
  }

  /** The connection stands. */
  clear() {
    this.#downSince = this.#guesses = 0;
    this.#remove();
  }

  /** @param {Diagnosis} diagnosis */
  #show({ kind, title, words, fixes }) {
    const shown = `${kind} ${words}`;
    if (this.#shown === shown) return; // one that is being read does not jump
    this.#remove();
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

  #remove() {
    const field = this.#tray.parentElement?.querySelector("textarea") ?? null;
    keepFocus(this.#tray, () => this.#element?.remove(), field);
    this.#element = null;
    this.#shown = "";
  }
}
