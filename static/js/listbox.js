/** A list of choices beside a field that keeps the focus: arrow keys go through it, Enter takes one. */

export class Listbox {
  #field;
  #list;
  #onChoose;
  /** @type {HTMLElement | null} */
  #active = null;

  /**
   * @param {HTMLElement} field
   * @param {HTMLElement} list its items have role=option, an id, and may be hidden
   * @param {(option: HTMLElement) => void} onChoose
   */
  constructor(field, list, onChoose) {
    this.#field = field;
    this.#list = list;
    this.#onChoose = onChoose;
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option instanceof HTMLElement) onChoose(option);
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Shows the list, if anything is in it, with the first of its choices ready to be taken. */
  open() {
    this.#list.hidden = !this.#options.length;
    this.#activate(this.#options[0] ?? null);
  }

  close() {
    this.#list.hidden = true;
    this.#activate(null);
  }

  /**
   * @param {KeyboardEvent} event in the field
   * @returns {boolean} whether it was meant for the list
   */
  takeKey(event) {
    if (!this.isOpen || event.isComposing || event.shiftKey || !this.#active) return false;
    const options = this.#options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#activate(options[(options.indexOf(this.#active) + step + options.length) % options.length]);
    else if (event.key === "Enter" || event.key === "Tab") this.#onChoose(this.#active);
    else return false;
    event.preventDefault();
    return true;
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll("[role=option]:not([hidden])")]);
  }

  /** @param {HTMLElement | null} option */
  #activate(option) {
    this.#active?.removeAttribute("aria-selected");
    this.#active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
    if (this.#field.role === "combobox") this.#field.setAttribute("aria-expanded", String(this.isOpen));
  }
}
