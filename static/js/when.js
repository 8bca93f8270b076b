/** Instants as one would say them: in the student's own zone, whatever the server's is. */

import { CARD_WORDS } from "./card_words.js";
import { LOCALE } from "./locale.js";

const DAY_MS = 86_400_000;

/**
 * "in 10 minutes", "tomorrow 09:00", "Friday 09:00", "12 March".
 * @param {number} at milliseconds since 1970
 * @param {number} now
 * @param {string} [language] the page's, if none is given
 */
export function inWords(at, now, language = LOCALE) {
  const minutes = Math.ceil((at - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (minutes < 60) return relative.format(Math.max(minutes, 1), "minute");
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  const days = Math.round((new Date(at).setHours(12, 0, 0, 0) - new Date(now).setHours(12, 0, 0, 0)) / DAY_MS);
  if (days < 2) return CARD_WORDS.dayAndTime(relative.format(days, "day"), time);
  if (days < 7) return CARD_WORDS.dayAndTime(new Intl.DateTimeFormat(language, { weekday: "long" }).format(at), time);
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" }).format(at);
}
