/** Marks on the page what was looked for. Loaded when somebody comes from a search. */

/** The name of the highlight in css/message.css. */
const NAME = "hit";

/**
 * Marks the words in a message.
 * @param {HTMLElement} message
 * @param {string[]} words
 * @returns {Element} where the first of them is; the message, where none is
 */
export function mark(message, words) {
  const ranges = rangesOf(message, words);
  if (ranges.length && "highlights" in CSS) CSS.highlights.set(NAME, new Highlight(...ranges));
  return ranges[0]?.startContainer.parentElement ?? message;
}

/** @param {HTMLElement} message @param {string[]} words */
function rangesOf(message, words) {
  const alternatives = words.map((word) => word.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&")).join("|");
  const wanted = new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, "giu");
  const ranges = [];
  for (const text of message.querySelectorAll(".question-text, .prose")) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (const { index, 0: found } of (node.nodeValue ?? "").matchAll(wanted)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + found.length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}
