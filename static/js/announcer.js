/** Says to a screen reader what a glance would tell: that an answer began or ended; never its tokens. */

export class Announcer {
  #element;

  /** @param {HTMLElement} element a live region */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} words */
  say(words) {
    // The same words twice are silent, unless the text changes in between.
    this.#element.textContent = this.#element.textContent === words ? `${words}\u00a0` : words;
  }
}
