/** The lines of the list of sessions that are no sessions: the days, and where a search met one. */

import { withoutMarks } from "./excerpt.js";
import { WORDS } from "./words.js";

const DAY_MS = 86_400_000;

/** @param {number} at milliseconds since 1970 */
export function dayOf(at) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (at >= today) return WORDS.today;
  if (at >= today - DAY_MS) return WORDS.yesterday;
  return at >= today - 6 * DAY_MS ? WORDS.thisWeek : WORDS.earlier;
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
