/** The message that an address leads to, and the words in it that were looked for. */

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
