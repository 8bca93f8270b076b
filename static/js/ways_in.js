/** How notes come to the page: chosen as files, dropped anywhere, pasted as files or as text. */

import { DropZone } from "./drop_zone.js";
import { nameFor } from "./note_name.js";
import { offer } from "./offer.js";
import { WORDS } from "./words.js";

export class WaysIn {
  #picker;
  #uploads;

  /**
   * @param {{picker: HTMLInputElement, veil: HTMLElement, tray: HTMLElement}} elements
   * @param {import("./uploads.js").Uploads} uploads
   * @param {{onTaken: (text: string) => void}} owner a long text that was pasted as a question is among the notes instead
   */
  constructor({ picker, veil, tray }, uploads, owner) {
    this.#picker = picker;
    this.#uploads = uploads;
    picker.addEventListener("change", () => {
      uploads.addFiles(picker.files ?? []);
      picker.value = "";
    });
    new DropZone(veil, {
      onFiles: (files) => uploads.addFiles(files),
      onLongText: (text) =>
        offer(tray, {
          words: WORDS.longPaste,
          yes: WORDS.longPasteYes,
          no: WORDS.longPasteNo,
          onYes: () => {
            uploads.addText(nameFor(text), text);
            owner.onTaken(text.replace(/\r\n?/g, "\n"));
          },
        }),
    });
  }

  chooseFiles() {
    this.#picker.click();
  }

  async paste() {
    const { askForNotes } = await import("./paste_notes.js");
    askForNotes((name, text) => this.#uploads.addText(name, text));
  }
}
