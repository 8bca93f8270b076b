/** The two sides of a card in a dialog, to be written or changed. */

import { find } from "./element.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {{title: string, front: string, back: string}} card
 * @param {(sides: {front: string, back: string}) => Promise<boolean>} onSave whether it was saved: if not, it stays open
 */
export function editCard(dialog, { title, front, back }, onSave) {
  const form = find(dialog, "form", HTMLFormElement);
  const [one, other] = form.querySelectorAll("textarea");
  find(dialog, ".editor-title").textContent = title;
  one.value = front;
  other.value = back;
  form.onsubmit = (event) => {
    event.preventDefault();
    void onSave({ front: one.value, back: other.value }).then((isSaved) => isSaved && dialog.close());
  };
  find(dialog, ".editor-cancel").onclick = () => dialog.close();
  dialog.showModal();
}
