/** The sentences of card_words.js in German. */

import { counted, figures } from "./locale.js";

/** @type {typeof import("./card_words.js").CARD_WORDS} */
export const CARD_WORDS = {
  newCard: "Neue Karte",
  editCard: "Diese Karte bearbeiten",
  deleted: "Die Karte wurde gelöscht.",
  imported: ({ added, known }) => {
    const fresh = counted(added, { one: `${figures(added)} Karte dazugekommen`, other: `${figures(added)} Karten dazugekommen` });
    return known ? `${fresh}, ${figures(known)} ${counted(known, { one: "war", other: "waren" })} schon da.` : `${fresh}.`;
  },
  comesBack: (when) => `Wieder dran: ${when}.`,
  offline: "Du bist offline: Karten lassen sich umdrehen, und bewertet werden sie, sobald die Verbindung wieder steht.",
};
