/** What the practice page says, and how it tells times: in the student's own zone, whatever the server's is. */

const DAY_MS = 86_400_000;

export const CARD_WORDS = {
  newCard: "New card",
  editCard: "Edit this card",
  deleted: "The card was deleted.",
  /** @param {{added: number, known: number}} count */
  imported: ({ added, known }) => `${added} ${added === 1 ? "card" : "cards"} added${known ? `, ${known} were there already` : ""}.`,
  /** @param {string} when */
  comesBack: (when) => `It comes back ${when}.`,
  offline: "You are offline: cards can be turned over, and are rated when the connection is back.",
};

/**
 * An instant as one would say it: "in 10 minutes", "tomorrow 09:00", "Friday 09:00", "12 March".
 * @param {number} at milliseconds since 1970
 * @param {number} now
 * @param {string} [language] the browser's, if none is given
 */
export function inWords(at, now, language) {
  const minutes = Math.ceil((at - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes < 60) return relative.format(Math.max(minutes, 1), "minute");
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  const days = Math.round((new Date(at).setHours(12, 0, 0, 0) - new Date(now).setHours(12, 0, 0, 0)) / DAY_MS);
  if (days < 2) return `${relative.format(days, "day")} ${time}`;
  if (days < 7) return `${new Intl.DateTimeFormat(language, { weekday: "long" }).format(at)} ${time}`;
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" }).format(at);
}
