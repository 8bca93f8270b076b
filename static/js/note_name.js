/** Names text that came without a file. */

import { WORDS } from "./words.js";

const LONGEST = 60;

/**
 * A file name for pasted notes: the one that was given, else their first heading or words.
 * @param {string} text
 * @param {string} [given]
 */
export function nameFor(text, given = "") {
  const first = /\S.*/.exec(text)?.[0].replace(/^#+\s*/, "") ?? "";
  const name = given.trim() || start(first) || WORDS.pastedNotes;
  return /\.(md|txt)$/i.test(name) ? name : `${name}.md`;
}

/** As much of a line as a name may have: whole words, where there are any. @param {string} line */
function start(line) {
  const characters = Array.from(line);
  if (characters.length <= LONGEST) return line.trim();
  const cut = characters.slice(0, LONGEST + 1).join("");
  const end = cut.search(/\s+\S*$/);
  return end > 0 ? cut.slice(0, end) : characters.slice(0, LONGEST).join("");
}
