/** One card at a time: turned over with Space, rated with 1 or 2, then the next one. */

import { find, within } from "./element.js";

export class Practice {
  #element;
  #isBusy = false;

  /**
   * @param {HTMLElement} element the list of slips
   * @param {{
   *   onRate: (card: {id: string, review: number}, rating: "again" | "good") => Promise<boolean>,
   *   onEnd: () => void,
   * }} owner onRate: whether it was recorded
   */
  constructor(element, owner) {
    this.#element = element;
    this.owner = owner;
    element.toggleAttribute("data-one", true);
    element.addEventListener("click", (event) => {
      const rating = within(event, ".rate")?.dataset.rating;
      if (rating === "again" || rating === "good") void this.#rate(rating);
    });
    document.addEventListener("keydown", this.#onKey);
  }

  get left() {
    return this.#element.querySelectorAll(".slip:not([hidden])").length;
  }

  /** The one that is shown. */
  get #slip() {
    const slip = this.#element.querySelector(".slip:not([hidden])");
    return slip instanceof HTMLElement ? slip : null;
  }

  /** The next card is shown; where none is left, that is the end. */
  goOn() {
    const slip = this.#slip;
    if (slip) find(slip, ".slip-reveal").focus({ preventScroll: true });
    else this.owner.onEnd();
  }

  /** @param {"again" | "good"} rating */
  async #rate(rating) {
    const slip = this.#slip;
    if (!slip || this.#isBusy) return;
    this.#isBusy = true;
    const isRecorded = await this.owner.onRate({ id: slip.dataset.card ?? "", review: Number(slip.dataset.review) }, rating);
    this.#isBusy = false;
    if (!isRecorded) return;
    slip.remove();
    this.goOn();
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    const slip = this.#slip;
    const isElsewhere = within(event, "input, textarea, dialog, a, button, summary:not(.slip-reveal)");
    if (!slip || event.ctrlKey || event.metaKey || event.altKey) return;
    const answer = find(slip, ".slip-answer", HTMLDetailsElement);
    if (event.key === " " && !isElsewhere && !within(event, ".slip-reveal")) {
      event.preventDefault();
      answer.open = !answer.open;
    } else if ((event.key === "1" || event.key === "2") && answer.open && !within(event, "input, textarea, dialog")) {
      void this.#rate(event.key === "1" ? "again" : "good");
    }
  };
}
