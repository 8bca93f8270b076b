/** A question of the page's own, above the composer: one thing to do, or not. */

import { find, part } from "./element.js";

/**
 * @param {HTMLElement} tray
 * @param {{words: string, yes: string, no: string, onYes: () => void}} offer
 */
export function offer(tray, { words, yes, no, onYes }) {
  const element = part("offer");
  find(element, ".offer-words").textContent = words;
  find(element, ".offer-yes").textContent = yes;
  find(element, ".offer-no").textContent = no;
  find(element, ".offer-no").addEventListener("click", () => element.remove());
  find(element, ".offer-yes").addEventListener("click", () => {
    element.remove();
    onYes();
  });
  tray.querySelector(".offer")?.remove();
  tray.append(element);
}
