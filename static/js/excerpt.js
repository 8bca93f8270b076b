/** Passages as plain words, where their Markdown is not drawn: in the margin, in search hits. */

/** What stands below a table's head, or across the text. */
const RULE = /^[ \t]*[|:-][ \t|:-]{2,}(?:\n|$)/gm;

/**
 * studyin/web/excerpt.py has the same rules in the same order, and one list of examples tests both.
 * @type {[RegExp, string | ((row: string, cells: string) => string)][]}
 */
const RULES = [
  [/^[ \t]*(?:```|~~~).*$/gm, ""],
  [RULE, ""],
  [/^[ \t]*\|(.*)$/gm, (_row, cells) => cells.split("|").map((cell) => cell.trim()).filter(Boolean).join(" · ")],
  [/^[ \t]*(?:#{1,6}|>)[ \t]+/gm, ""],
  [/^[ \t]*[*+][ \t]+/gm, "- "],
  [/\$\$|\\[()[\]]/g, ""],
  [/\$(?=\S)([^$\n]+?)(?<=\S)\$(?![0-9])/g, "$1"],
  [/(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1/g, "$2"],
  [/(?<![A-Za-z0-9_])(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?![A-Za-z0-9_])/g, "$2"],
  [/\*\*|`/g, ""],
];

/** A hit is cut anywhere, also between a mark and its partner: here marks go one by one. */
const LONE_MARKS = /\[\[\d{1,3}\]\]|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|__|`+|\$+(?!\d)|^[ \t]*(?:#{1,6}|>)[ \t]+|\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+/gm;

/** @param {string} passage */
export function excerpt(passage) {
  // One callable type for both kinds of replacement: `replace` is overloaded, and takes no union.
  return RULES.reduce((text, [mark, instead]) => text.replace(mark, /** @type {string} */ (instead)), passage).trim();
}

/** @param {string} passage */
export function withoutRules(passage) {
  return passage.replace(RULE, "");
}

/** @param {string} piece of a text that was cut anywhere */
export function withoutMarks(piece) {
  return piece.replace(LONE_MARKS, "").replace(/(^|\s)\|(?=\s|$)/g, "$1·");
}
