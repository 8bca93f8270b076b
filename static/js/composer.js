/** Where a question is written: grows with it, keeps it, sends it, and stops the answer. */

import { countPoints } from "./code_points.js";
import { Commands } from "./commands.js";
import { find, part } from "./element.js";
import { openMenu } from "./popover.js";
import { WORDS } from "./words.js";

/** From this share of the allowed length on, it says how much is left. */
const COUNT_FROM = 0.9;

export class Composer {
  #form;
  #input;
  #send;
  #stop;
  #count;
  #editing;
  #commands;
  #max;
  /** @type {{id: string, draft: string} | null} the question that is asked otherwise, and what was being written before */
  #edited = null;

  /**
   * @param {HTMLFormElement} form
   * @param {{maxChars: number}} limits in code points
   * @param {{
   *   onAsk: (content: string, edited?: string) => void, onEdit: (messageId: string | null) => void,
   *   onEditLast: () => void, onStop: () => void, onDraft: (text: string) => void,
   *   onChooseFiles: () => void, onPasteNotes: () => void,
   * }} owner
   */
  constructor(form, { maxChars }, owner) {
    this.#form = form;
    this.#input = find(form, ".composer-input", HTMLTextAreaElement);
    this.#send = find(form, ".composer-send", HTMLButtonElement);
    this.#stop = find(form, ".composer-stop", HTMLButtonElement);
    this.#count = find(form, ".composer-count");
    this.#editing = find(form, ".composer-editing");
    this.#commands = new Commands(this.#input, find(form, ".commands"), (text, isWhole) => {
      this.text = text;
      if (isWhole) form.requestSubmit();
      else this.#onInput();
    });
    this.#max = maxChars;
    this.owner = owner;
    form.addEventListener("submit", this.#onSubmit);
    form.addEventListener("click", this.#onClick);
    this.#input.addEventListener("input", this.#onInput);
    this.#input.addEventListener("keydown", this.#onKey);
    this.#stop.addEventListener("click", () => this.owner.onStop());
    find(form, ".editing-cancel").addEventListener("click", () => this.endEdit());
    const add = find(form, ".composer-add");
    add.addEventListener("click", () =>
      openMenu(add, part("add-menu"), (what) => (what === "paste" ? owner.onPasteNotes() : owner.onChooseFiles())),
    );
    // Where the longer words don't fit, a word of them would be cut.
    const narrow = window.matchMedia("(width < 36rem)");
    const [brief, roomy] = [this.#input.placeholder, this.#input.dataset.roomy ?? ""];
    const invite = () => (this.#input.placeholder = narrow.matches ? brief : roomy);
    narrow.addEventListener("change", invite);
    invite();
    this.#show();
  }

  get text() {
    return this.#input.value;
  }

  set text(text) {
    this.#input.value = text;
    this.#show();
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /**
   * Asks a question otherwise: the answers to it as it was are kept, as another branch.
   * @param {{id: string, text: string}} question
   */
  edit({ id, text }) {
    this.#edited = { id, draft: this.#edited?.draft ?? this.text };
    this.text = text;
    this.#showEdit();
    this.focus();
  }

  endEdit() {
    if (!this.#edited) return;
    this.text = this.#edited.draft;
    this.#edited = null;
    this.#showEdit();
    this.focus();
  }

  #showEdit() {
    this.#editing.hidden = this.#edited === null;
    this.owner.onEdit(this.#edited?.id ?? null);
  }

  /** Stop stands in place of Send while an answer runs. @param {boolean} isRunning */
  setRunning(isRunning) {
    const hadFocus = document.activeElement === this.#stop;
    this.#stop.hidden = !isRunning;
    this.#send.hidden = isRunning;
    if (hadFocus && !isRunning) this.focus();
  }

  #onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const content = this.text.trim();
    if (!content || countPoints(content) > this.#max) return;
    const edited = this.#edited?.id;
    if (edited) this.endEdit();
    else this.text = "";
    this.owner.onDraft(this.text);
    this.owner.onAsk(content, edited);
  };

  #onInput = () => {
    this.#show();
    this.#commands.update();
    if (!this.#edited) this.owner.onDraft(this.text);
  };

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (this.#commands.takeKey(event)) return;
    if (event.key === "Escape" && this.#edited) return this.endEdit();
    if (event.key === "ArrowUp" && !this.text && !event.isComposing) {
      event.preventDefault();
      return this.owner.onEditLast();
    }
    // Enter also ends a word in an input method; 229 is how Safari says so.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#form.requestSubmit();
  };

  /** The whole card takes a click, as the field itself would. */
  #onClick = (/** @type {MouseEvent} */ event) => {
    if (event.target === this.#form || (event.target instanceof Element && event.target.matches(".composer-bar"))) this.focus();
  };

  #show() {
    const left = this.#max - (this.text.length > this.#max * COUNT_FROM ? countPoints(this.text) : 0);
    this.#send.disabled = !this.text.trim() || left < 0;
    this.#count.hidden = left > this.#max * (1 - COUNT_FROM);
    this.#count.toggleAttribute("data-over", left < 0);
    this.#count.textContent = WORDS.charactersLeft(left);
    if (CSS.supports("field-sizing", "content")) return;
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }
}
