/** How many cards are due, wherever the page says so; asks again when the next one is. */

import { api } from "./api.js";
import { find } from "./element.js";
import { WORDS } from "./words.js";

/** Timers can't wait for months; and a laptop that slept is asked about soon. */
const ASK_AT_LEAST_MS = 3_600_000;

export class Due {
  #timer = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => document.hidden || void this.refresh());
    this.#askWhen(Number(document.body.dataset.nextDue));
  }

  async refresh() {
    const { due, next_due } = await api.dueCards().catch(() => ({ due: null, next_due: null }));
    this.#askWhen(next_due);
    if (due === null) return;
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".due-count, .welcome-due"));
    for (const place of places) place.hidden = !due;
    find(document, ".due-number").textContent = String(due);
    find(document, ".due-words").textContent = WORDS.cardsDue(due);
  }

  /** @param {number | null} at milliseconds since 1970 */
  #askWhen(at) {
    clearTimeout(this.#timer);
    const wait = at ? Math.max(at - Date.now(), 0) + 500 : ASK_AT_LEAST_MS;
    this.#timer = window.setTimeout(() => void this.refresh(), Math.min(wait, ASK_AT_LEAST_MS));
  }
}
