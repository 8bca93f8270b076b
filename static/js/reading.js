/** A document in the side panel, page by page from its beginning on. Loaded when one is opened. */

import { ApiError, request } from "./api.js";
import { drawn } from "./html.js";
import { WORDS } from "./words.js";

/**
 * Shows the next pages of a document, and the way to those behind them.
 * @param {HTMLElement} place
 * @param {string} id of the material
 * @param {() => boolean} isShown whether it is still this document that is shown there
 * @param {number} [after] the passage behind which it goes on; without one, from the beginning
 * @returns {Promise<void>}
 */
export async function readOn(place, id, isShown, after) {
  const path = `api/materials/${encodeURIComponent(id)}/text${after === undefined ? "" : `?after=${after}`}`;
  const text = document.createElement("div");
  text.className = "passage-text prose";
  try {
    const { html, next } = await request("GET", path);
    if (!isShown()) return;
    text.append(drawn(html));
    if (!text.childElementCount) text.textContent = WORDS.nothingRead;
    place.append(text);
    if (next !== null) place.append(wayOn(text, () => readOn(place, id, isShown, next)));
  } catch (error) {
    if (!isShown()) return;
    text.textContent = error instanceof ApiError ? error.message : WORDS.serverError;
    text.setAttribute("role", "alert");
    place.append(text);
  }
}

/**
 * @param {HTMLElement} text what it goes on from
 * @param {() => Promise<void>} onGo
 */
function wayOn(text, onGo) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button passage-on";
  button.textContent = WORDS.readOn;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await onGo();
    // The keyboard goes on with what is new, not back to the beginning of the page.
    const fresh = text.nextElementSibling === button ? button.nextElementSibling : null;
    button.remove();
    if (!(fresh instanceof HTMLElement)) return;
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
  });
  return button;
}
