/** Deletions that can still be undone. One reaches the server when its message has left, or its reader has. */

import { ApiError } from "./api.js";
import { WORDS } from "./words.js";

export class Deletions {
  /** @type {Map<string, {undo: () => void, commit: () => void}>} */
  #open = new Map();
  /** On their way to the server. @type {Set<string>} */
  #sent = new Set();

  /**
   * @param {{
   *   onOffer: (
   *     words: string, ways: {action: string, onAction: () => void, onGone: () => void, more?: Promise<string>},
   *   ) => () => void,
   *   onProblem: (words: string) => void,
   * }} owner onOffer shows the way back, and returns what takes it away
   */
  constructor(owner) {
    this.owner = owner;
  }

  /**
   * Something has gone from its list.
   * @param {string} id
   * @param {string} words
   * @param {{restore: () => void, send: () => Promise<unknown>, more?: Promise<string>}} ways back into the list, and out
   *   of the server; more: what else there is to say, as soon as it is known
   */
  offer(id, words, { restore, send, more }) {
    const undo = () => {
      this.#open.delete(id);
      restore();
    };
    const commit = () => {
      this.#open.delete(id);
      this.#sent.add(id);
      const refuse = (/** @type {unknown} */ error) => {
        const refused = error instanceof ApiError ? error : new ApiError(WORDS.serverError);
        if (refused.status === 404) return; // it was deleted elsewhere
        restore();
        this.owner.onProblem(refused.message);
      };
      send().catch(refuse).finally(() => this.#sent.delete(id));
    };
    const close = this.owner.onOffer(words, { action: WORDS.undo, onAction: undo, onGone: commit, more });
    this.#open.set(id, {
      undo: () => {
        close();
        undo();
      },
      commit,
    });
  }

  /** Who goes on with something that is about to be deleted wants to keep it. @param {string} id */
  undo(id) {
    this.#open.get(id)?.undo();
  }

  /** Makes all of them final. @returns {string[]} what is on its way to the server now */
  commitAll() {
    for (const { commit } of [...this.#open.values()]) commit();
    return [...this.#sent];
  }
}
