/** What a student keeps of a conversation: cards and insights. Knows when to load what they need, and no more. */

import { address } from "./api.js";
import { find, within } from "./element.js";
import { versionBehind } from "./versions.js";
import { WORDS } from "./words.js";

const AN_HOUR_MS = 3_600_000;

/** @typedef {{restore: () => void, send: () => Promise<unknown>}} Ways back, and out of the server */

export class Keepsakes {
  /**
   * @param {HTMLElement} transcript
   * @param {{
   *   session: () => string,
   *   onPlace: (messageId: string) => void,
   *   onTold: (told: import("./saving.js").Told) => void,
   *   onDeleted: (id: string, words: string, ways: Ways) => void,
   * }} owner
   */
  constructor(transcript, owner) {
    this.owner = owner;
    document.addEventListener("visibilitychange", () => document.hidden || void this.askDue());
    const dueIn = Number(document.body.dataset.nextDue) - Date.now();
    if (dueIn > 0 && dueIn < AN_HOUR_MS) setTimeout(() => void this.askDue(), dueIn);
    transcript.addEventListener("click", (event) => {
      const reply = within(event, ".reply");
      const kept = within(event, ".proposal-kept");
      // A message that came later brings links that are relative to another address.
      if (kept instanceof HTMLAnchorElement) kept.href = address("cards");
      const proposal = within(event, ".proposal-keep") && within(event, ".proposal");
      if (reply && proposal) void this.#keep(proposal, reply.dataset.message ?? "");
      else if (reply && within(event, ".message-card")) void this.#save(reply, "card");
      else if (reply && within(event, ".message-insight")) void this.#save(reply, "insight");
    });
    find(document, ".insights-link").addEventListener("click", async (event) => {
      event.preventDefault(); // a place in the address is a message's
      const { showInsights } = await import("./saving.js");
      showInsights();
    });
    find(document, ".insight-list").addEventListener("click", async (event) => {
      const place = within(event, ".insight-place");
      if (place) {
        event.preventDefault(); // it may be on the way up, or on another branch
        owner.onPlace(versionBehind(place));
      }
      const item = within(event, ".insight-delete") && within(event, ".insight");
      if (item) owner.onDeleted(item.dataset.insight ?? "", WORDS.insightDeleted, await this.#remove(item));
    });
  }

  /** Which cards are due may have changed. */
  async askDue() {
    const { showDue } = await import("./due.js");
    await showDue();
  }

  /**
   * Keeps a card that a reply proposes.
   * @param {HTMLElement} proposal
   * @param {string} messageId
   */
  async #keep(proposal, messageId) {
    const { keepCard } = await import("./proposals.js");
    this.owner.onTold(await keepCard(proposal, messageId));
  }

  /**
   * @param {HTMLElement} reply
   * @param {"card" | "insight"} what
   */
  async #save(reply, what) {
    const { saveCard, saveInsight } = await import("./saving.js");
    this.owner.onTold(await (what === "card" ? saveCard(reply) : saveInsight(reply, this.owner.session())));
  }

  /** A deletion that was made final when the last page was left may still be on its way. @param {string} id */
  forget(id) {
    const item = document.querySelector(`.insight[data-insight="${CSS.escape(id)}"]`);
    if (item instanceof HTMLElement) void this.#remove(item);
  }

  /** @param {HTMLElement} item @returns {Promise<Ways>} */
  async #remove(item) {
    const { deleteInsight } = await import("./saving.js");
    return deleteInsight(item, this.owner.session());
  }
}
