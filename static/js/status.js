/** The pill that tells the state of the connection; a drop that lasts is also said to who can't see it. */

import { find } from "./element.js";
import { STATUS_WORDS } from "./words.js";

/** A drop that is over within this is not worth an interruption. */
const SAY_AFTER_MS = 3_000;

export class Status {
  #element;
  #words;
  #timer = 0;
  #isSaid = false;

  /**
   * @param {HTMLElement} element
   * @param {{onSay: (words: string) => void}} owner onSay: once in each drop; with no words when it is over
   */
  constructor(element, owner) {
    this.#element = element;
    this.#words = find(element, ".status-words");
    this.owner = owner;
  }

  /** @param {import("./socket.js").State} state */
  show(state) {
    this.#element.dataset.state = state;
    this.#words.textContent = STATUS_WORDS[state];
    clearTimeout(this.#timer);
    if (state === "reconnecting" && !this.#isSaid) this.#timer = window.setTimeout(() => this.#say(state), SAY_AFTER_MS);
    if (state !== "ready" || !this.#isSaid) return;
    this.#isSaid = false;
    this.owner.onSay("");
  }

  /** @param {import("./socket.js").State} state */
  #say(state) {
    this.#isSaid = true;
    this.owner.onSay(STATUS_WORDS[state]);
  }
}
