/** Which branch of the session the page shows: what is chosen here or in another tab, and what an address leads to. */

import { ApiError, api } from "./api.js";
import { hitIn } from "./hit.js";
import { WORDS } from "./words.js";

export class Branch {
  #transcript;
  #session;
  /** The message that was chosen here, of several that are one. @type {string | null} */
  #chosen = null;

  /**
   * @param {{transcript: import("./transcript.js").Transcript, session: () => string | null}} parts
   * @param {{onShown: () => void, onProblem: (words: string) => void}} owner
   */
  constructor({ transcript, session }, owner) {
    this.#transcript = transcript;
    this.#session = session;
    this.owner = owner;
  }

  /** Shows the branch through a message, in all tabs. @param {string} messageId */
  async choose(messageId) {
    this.#chosen = messageId;
    await this.#try(() => api.changeSession(this.#session() ?? "", { shown: messageId }));
  }

  /** What leads to a message, or nothing where it can't be had now. @param {string} messageId @param {number} [limit] */
  older(messageId, limit) {
    return api.messages(this.#session() ?? "", messageId, limit).catch(() => "");
  }

  /** The same, at once. @param {string} messageId */
  olderNow(messageId) {
    return api.messagesNow(this.#session() ?? "", messageId);
  }

  /** Goes to where something was said, on whichever branch. @param {string} messageId */
  async goTo(messageId) {
    const place = `#message-${messageId}`;
    location.assign((await this.#transcript.bring(messageId)) ? place : `?branch=${messageId}${place}`);
  }

  /** @param {import("./types.js").SessionFrame} frame */
  told({ session_id, leaf_id }) {
    if (session_id === this.#session() && leaf_id && !this.#transcript.has(leaf_id)) void this.show();
  }

  /** Draws the branch that the session shows now. */
  async show() {
    await this.#try(async () => {
      this.#transcript.show(await api.messages(this.#session() ?? ""), this.#chosen);
      this.#chosen = null;
      this.owner.onShown();
    });
  }

  /** Goes to the message that the page's address leads to; what is looked at is what is gone on from. */
  async arrive() {
    const hit = hitIn(location);
    if (!hit) return;
    if (hit.branch) await this.choose(hit.branch);
    history.replaceState(history.state, "", location.pathname);
    await this.#transcript.goTo(hit);
  }

  /** @param {() => Promise<unknown>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.owner.onProblem(error instanceof ApiError ? error.message : WORDS.serverError);
    }
  }
}
