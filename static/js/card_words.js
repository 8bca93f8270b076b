/** What the practice page says. */

import { counted, figures } from "./locale.js";

export const CARD_WORDS = {
  newCard: "New card",
  editCard: "Edit this card",
  deleted: "The card was deleted.",
  /** @param {{added: number, known: number}} count */
  imported: ({ added, known }) => {
    const fresh = counted(added, { one: `${figures(added)} card added`, other: `${figures(added)} cards added` });
    return known ? `${fresh}, ${figures(known)} were there already.` : `${fresh}.`;
  },
  /** @param {string} when */
  comesBack: (when) => `It comes back ${when}.`,
  offline: "You are offline: cards can be turned over, and are rated when the connection is back.",
};
