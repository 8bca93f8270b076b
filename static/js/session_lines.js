/** The lines of the list of sessions that are no sessions: the days, and where a search met one. */

import { withoutMarks } from "./excerpt.js";
import { WORDS } from "./words.js";

const DAY_MS = 86_400_000;
/** So many characters before a hit are shown: with more of them it could be below the last line there is room for. */
const MOST_BEFORE_HIT = 44;

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
