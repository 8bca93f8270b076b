/** Takes files that are dropped anywhere on the page, or pasted into it; a long pasted text may be meant as notes too. */

/** A pasted text from this length on is more likely notes than a question. */
const LONG_TEXT = 2_000;

export class DropZone {
  #veil;
  #depth = 0;

  /**
   * @param {HTMLElement} veil shown while files are over the page
   * @param {{onFiles: (files: File[]) => void, onLongText: (text: string) => void}} owner
   */
  constructor(veil, owner) {
    this.#veil = veil;
    this.owner = owner;
    document.addEventListener("dragenter", (event) => this.#over(event, 1));
    document.addEventListener("dragleave", (event) => this.#over(event, -1));
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("drop", this.#onDrop);
    document.addEventListener("paste", this.#onPaste);
  }

  /**
   * Entering and leaving is told for every element on the way, so only their sum says whether files are over the page.
   * @param {DragEvent} event
   * @param {1 | -1} step
   */
  #over(event, step) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#depth = Math.max(0, this.#depth + step);
    this.#veil.hidden = this.#depth === 0;
  }

  #onDrop = (/** @type {DragEvent} */ event) => {
    this.#depth = 0;
    this.#veil.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#take(event.dataTransfer);
  };

  #onPaste = (/** @type {ClipboardEvent} */ event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      return this.#take(event.clipboardData);
    }
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const isQuestion = event.target instanceof Element && event.target.matches(".composer-input");
    if (isQuestion && text.length >= LONG_TEXT) this.owner.onLongText(text);
  };

  /** @param {DataTransfer | null} transfer */
  #take(transfer) {
    const files = [...(transfer?.files ?? [])];
    if (files.length) this.owner.onFiles(files);
  }
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
