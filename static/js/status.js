/** The pill that tells the state of the connection. */

import { find } from "./element.js";
import { STATUS_WORDS } from "./words.js";

export class Status {
  #element;
  #words;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    this.#words = find(element, ".status-words");
  }

  /** @param {import("./socket.js").State} state */
  show(state) {
    this.#element.dataset.state = state;
    this.#words.textContent = STATUS_WORDS[state];
  }
}
