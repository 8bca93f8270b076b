/** The message that an address leads to, and the words in it that were looked for. */

/** The name of the highlight in css/message.css. */
const NAME = "hit";

/**
 * @param {Location} address session/…?branch=<message>&mark=<words>#message-<message>
 * @returns {{message: string, branch: string, words: string[]} | null}
 */
export function hitIn(address) {
  const message = /^#message-([\w-]+)$/.exec(address.hash)?.[1];
  const query = new URLSearchParams(address.search);
  return message ? { message, branch: query.get("branch") ?? "", words: query.getAll("mark") } : null;
}

/**
 * The end of the address of a session, for a message that a search has found in it.
 * @param {import("./types.js").Hit} hit
 */
export function addressOfHit({ message_id, parts }) {
  if (!message_id) return "";
  const words = [...new Set(parts.filter(([, isHit]) => isHit).map(([word]) => word))];
  const query = new URLSearchParams([["branch", message_id], ...words.map((word) => ["mark", word])]);
  return `?${query}#message-${message_id}`;
}

/**
 * Marks the words in a message.
 * @param {HTMLElement} message
 * @param {string[]} words
 * @returns {Element} where the first of them is; the message, where none is
 */
export function mark(message, words) {
  const ranges = words.length ? rangesOf(message, words) : [];
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
