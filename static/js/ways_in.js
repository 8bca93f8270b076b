/** How notes come to the page: chosen as files, dropped anywhere, pasted as files or as text. So do sessions. */

import { DropZone } from "./drop_zone.js";
import { nameFor } from "./note_name.js";
import { offer } from "./offer.js";
import { WORDS } from "./words.js";

/** Files with sessions that were taken along; a ZIP archive can't be notes. */
const SESSIONS = /\.zip$|^(sessions|conversations([-_]\d+)?)\.json$/i;
/** How one session begins that was taken along, and bears its own name: as studyin/web/export.py writes it. */
const SESSION = /^\s*\{\s*"format":\s*"studyin-session"/;

export class WaysIn {
  #picker;
  #uploads;

  /**
   * @param {{picker: HTMLInputElement, veil: HTMLElement, tray: HTMLElement}} elements
   * @param {import("./uploads.js").Uploads} uploads
   * @param {{onTaken: (text: string) => void, onNews: (words: string) => void, onProblem: (words: string) => void}} owner
   *   onTaken: a long text that was pasted as a question is among the notes instead
   */
  constructor({ picker, veil, tray }, uploads, owner) {
    this.#picker = picker;
    this.#uploads = uploads;
    this.owner = owner;
    picker.addEventListener("change", () => {
      this.#take([...(picker.files ?? [])]);
      picker.value = "";
    });
    new DropZone(veil, {
      onFiles: (files) => this.#take(files),
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

  async chooseSessions() {
    const { chooseSessions } = await import("./import_sessions.js");
    chooseSessions(this.owner);
  }

  /** @param {File[]} files */
  async #take(files) {
    const sessions = new Set();
    for (const file of files) if (await isOfSessions(file)) sessions.add(file);
    this.#uploads.addFiles(files.filter((file) => !sessions.has(file)));
    if (!sessions.size) return;
    const { importSessions } = await import("./import_sessions.js");
    await importSessions(sessions, this.owner);
  }
}

/** @param {File} file */
async function isOfSessions(file) {
  if (SESSIONS.test(file.name)) return true;
  return /\.json$/i.test(file.name) && SESSION.test(await file.slice(0, 100).text().catch(() => ""));
}
