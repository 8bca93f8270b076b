/** The cards that a reply proposes: shown below it, and kept with one click. Loaded when there is one. */

import { ApiError, request } from "./api.js";
import { find, part } from "./element.js";
import { excerpt } from "./excerpt.js";
import { replaceBlocks } from "./html.js";
import { WORDS } from "./words.js";

/**
 * @param {HTMLElement} reply
 * @param {import("./types.js").Proposal[]} cards
 */
export function showCards(reply, cards) {
  const list = find(reply, ".proposals", HTMLUListElement);
  const items = cards.map(({ number, html, back, card_id }) => {
    const item = part("proposal");
    item.dataset.number = String(number);
    item.toggleAttribute("data-kept", card_id !== null);
    replaceBlocks(find(item, ".proposal-front"), 0, html);
    find(item, ".proposal-back").textContent = excerpt(back).replace(/\n{2,}/g, "\n"); // as in templates/_proposal.html
    return item;
  });
  list.replaceChildren(...items);
  list.hidden = false;
}

/**
 * @param {HTMLElement} proposal
 * @param {string} messageId of its reply
 * @returns {Promise<{words: string, kind: "news" | "error"}>} what came of it
 */
export async function keepCard(proposal, messageId) {
  const button = find(proposal, ".proposal-keep", HTMLButtonElement);
  button.disabled = true;
  try {
    await request("POST", "api/cards", { body: { message_id: messageId, proposal: Number(proposal.dataset.number) } });
    proposal.toggleAttribute("data-kept", true);
    // The button is gone, and with it the focus.
    find(proposal, ".proposal-kept").focus({ preventScroll: true });
    return { words: WORDS.cardKept, kind: "news" };
  } catch (error) {
    return { words: error instanceof ApiError ? error.message : WORDS.serverError, kind: "error" };
  } finally {
    button.disabled = false;
  }
}
