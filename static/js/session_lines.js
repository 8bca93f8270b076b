/** The lines of the list of sessions that are no sessions: the days, and where a search met one. */

import { withoutMarks } from "./excerpt.js";
import { WORDS } from "./words.js";

/**
 * @param {number} at milliseconds since 1970
 * @param {number} [now]
 */
export function dayOf(at, now = Date.now()) {
  if (at >= midnight(now, 0)) return WORDS.today;
  if (at >= midnight(now, 1)) return WORDS.yesterday;
  return at >= midnight(now, 6) ? WORDS.thisWeek : WORDS.earlier;
}

/**
 * When the day so many days ago began: by the calendar, since two days of the year have not 24 hours.
 * @param {number} now
 * @param {number} daysAgo
 */
function midnight(now, daysAgo) {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.setDate(day.getDate() - daysAgo);
}

/** @param {string} words */
export function dayLine(words) {
  const line = document.createElement("li");
  line.className = "session-day";
  line.textContent = words;
  return line;
}

/** @param {[string, boolean][]} parts */
export function hitLine(parts) {
  const line = document.createElement("span");
  line.className = "session-hit";
  for (const [text, isHit] of parts) {
    const piece = document.createElement(isHit ? "mark" : "span");
    piece.textContent = withoutMarks(text);
    line.append(piece);
  }
  return line;
}
