/** What can be asked of the coach in a word: a menu under “/” at the beginning of a question. */

import { address } from "./api.js";
import { Listbox } from "./listbox.js";

const BEGUN = /^\/(\p{L}*)$/u;

export class Commands {
  #field;
  #list;
  #listbox;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {HTMLElement} list
   * @param {(text: string, isWhole: boolean) => void} onChoose text: what the command says; isWhole: nothing is to be
   *   added to it
   */
  constructor(field, list, onChoose) {
    this.#field = field;
    this.#list = list;
    this.#listbox = new Listbox(field, list, ({ dataset }) => {
      this.#listbox.close();
      if (dataset.path) return location.assign(address(dataset.path));
      onChoose(dataset.text ?? "", dataset.whole !== undefined);
    });
    field.addEventListener("blur", () => this.#listbox.close());
  }

  /** The field's text has changed. */
  update() {
    const begun = BEGUN.exec(this.#field.value)?.[1].toLowerCase();
    for (const option of /** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll("[role=option]"))) {
      const names = option.dataset.names?.toLowerCase().split(" ") ?? [];
      option.hidden = begun === undefined || !names.some((name) => name.startsWith(begun));
    }
    this.#listbox.open();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was meant for the menu */
  takeKey(event) {
    if (event.key === "Escape" && this.#listbox.isOpen) {
      this.#listbox.close();
      return true;
    }
    return this.#listbox.takeKey(event);
  }
}
