/** How many cards are due, wherever the page says so; loaded when that may have changed. */

import { request } from "./api.js";
import { find } from "./element.js";
import { WORDS } from "./words.js";

/** Later than this the page asks again because it is looked at, or told to. */
const SOON_MS = 3_600_000;
let timer = 0;

/** Asks, shows it, and asks again when the next card is due. */
export async function showDue() {
  const { due, next_due } = await request("GET", "api/cards/due?limit=1").catch(() => ({ due: null, next_due: null }));
  if (due === null) return;
  const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".due-count, .welcome-due"));
  for (const place of places) place.hidden = !due;
  find(document, ".due-count").textContent = WORDS.due(due);
  for (const words of document.querySelectorAll(".due-words")) words.textContent = WORDS.cardsDue(due);
  clearTimeout(timer);
  const wait = next_due ? next_due - Date.now() : SOON_MS;
  if (wait < SOON_MS) timer = window.setTimeout(showDue, Math.max(wait, 500));
}
