/** Takes answers and code along by the clipboard. */

import { find, part } from "./element.js";
import { WORDS } from "./words.js";

/**
 * Copies a text, and says so.
 * @param {string} text
 * @param {(() => string) | undefined} otherwise the same in a form that may be wanted instead
 * @param {{
 *   onTold: (words: string, more?: {action: string, onAction: () => void}) => void,
 *   onProblem: (words: string) => void,
 * }} owner
 */
export async function copyAloud(text, otherwise, owner) {
  try {
    await navigator.clipboard.writeText(text); // missing where the page came over plain http
    const again = () => void copyAloud(otherwise?.() ?? "", undefined, owner);
    owner.onTold(WORDS.copied, otherwise && { action: WORDS.copyAsText, onAction: again });
  } catch {
    owner.onProblem(WORDS.copyFailed);
  }
}

/**
 * An answer as it reads, without its marks and the numbers of its sources.
 * @param {HTMLElement} prose
 */
export function plainText(prose) {
  const words = /** @type {HTMLElement} */ (prose.cloneNode(true));
  for (const other of words.querySelectorAll(".citation, .code-copy")) other.remove();
  words.className = "visually-hidden";
  document.body.append(words); // lines and tables are known only to what is laid out
  const text = words.innerText;
  words.remove();
  return text.trim();
}

/** Gives every piece of code its button. @param {ParentNode} root */
export function offerCopies(root) {
  for (const figure of root.querySelectorAll("figure.code:not(:has(> .code-copy))")) figure.prepend(part("code-copy"));
}

/** @param {HTMLElement} button of offerCopies */
export function codeOf(button) {
  return find(/** @type {HTMLElement} */ (button.parentElement), "code").textContent ?? "";
}
