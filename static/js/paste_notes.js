/** The dialog that takes a text as notes. */

import { find, part } from "./element.js";
import { WORDS } from "./words.js";

/**
 * @param {string} text what the dialog begins with
 * @param {(name: string, text: string) => void} onAdd
 */
export function askForNotes(text, onAdd) {
  const dialog = part("paste");
  if (!(dialog instanceof HTMLDialogElement)) throw new Error("Expected a dialog in #part-paste");
  const name = find(dialog, ".paste-name", HTMLInputElement);
  const field = find(dialog, ".paste-text", HTMLTextAreaElement);
  field.value = text;
  find(dialog, ".paste-cancel").addEventListener("click", () => dialog.close());
  find(dialog, "form").addEventListener("submit", () => onAdd(fileName(name.value, field.value), field.value));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  name.focus();
}

/**
 * A name for pasted text: the one that was given, else its first heading or words.
 * @param {string} given
 * @param {string} text
 */
export function fileName(given, text) {
  const first = /\S.*/.exec(text)?.[0].replace(/^#+\s*/, "") ?? "";
  const name = given.trim() || first.slice(0, 60).trim() || WORDS.pastedNotes;
  return /\.(md|txt)$/i.test(name) ? name : `${name}.md`;
}
