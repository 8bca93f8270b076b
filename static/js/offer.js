/** A question of the page's own, above the composer: one thing to do, or not. */

import { find, part } from "./element.js";
import { passFocus } from "./focus.js";

/**
 * @param {HTMLElement} tray
 * @param {{words: string, yes: string, no: string, onYes: () => void}} offer
 */
export function offer(tray, { words, yes, no, onYes }) {
  const element = part("offer");
  find(element, ".offer-words").textContent = words;
  find(element, ".offer-yes").textContent = yes;
  find(element, ".offer-no").textContent = no;
  const end = () => passFocus(element, () => element.remove(), tray.parentElement?.querySelector("textarea") ?? null);
  find(element, ".offer-no").addEventListener("click", end);
  find(element, ".offer-yes").addEventListener("click", () => {
    end();
    onYes();
  });
  tray.querySelector(".offer")?.remove();
  tray.append(element);
}
