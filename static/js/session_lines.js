/** The lines of the list of sessions that are no sessions: the days, and where a search met one. */

import { withoutMarks } from "./excerpt.js";
import { WORDS } from "./words.js";

/** So many characters before a hit are shown: with more of them it could be below the last line there is room for. */
const MOST_BEFORE_HIT = 44;

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
    const plain = withoutMarks(text);
    piece.textContent = isHit || line.hasChildNodes() ? plain : lastWords(plain);
    line.append(piece);
  }
  return line;
}

/** The end of what leads to a hit, from the beginning of a word. @param {string} text */
function lastWords(text) {
  const points = [...text];
  if (points.length <= MOST_BEFORE_HIT) return text;
  return `…${points.slice(-MOST_BEFORE_HIT).join("").replace(/^\S*\s+(?=\S)/, "")}`;
}
