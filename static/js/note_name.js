/** Names text that came without a file. */

import { WORDS } from "./words.js";

/**
 * A file name for pasted notes: the one that was given, else their first heading or words.
 * @param {string} text
 * @param {string} [given]
 */
export function nameFor(text, given = "") {
  const first = /\S.*/.exec(text)?.[0].replace(/^#+\s*/, "") ?? "";
  const name = given.trim() || first.slice(0, 60).trim() || WORDS.pastedNotes;
  return /\.(md|txt)$/i.test(name) ? name : `${name}.md`;
}
