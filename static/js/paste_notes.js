/** The dialog that takes a text as notes. */

import { find, part } from "./element.js";
import { nameFor } from "./note_name.js";

/** @param {(name: string, text: string) => void} onAdd */
export function askForNotes(onAdd) {
  const dialog = part("paste");
  if (!(dialog instanceof HTMLDialogElement)) throw new Error("Expected a dialog in #part-paste");
  const name = find(dialog, ".paste-name", HTMLInputElement);
  const field = find(dialog, ".paste-text", HTMLTextAreaElement);
  find(dialog, ".paste-cancel").addEventListener("click", () => dialog.close());
  find(dialog, "form").addEventListener("submit", () => onAdd(nameFor(field.value, name.value), field.value));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
}
