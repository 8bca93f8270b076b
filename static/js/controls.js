/** How the student wants to be taught, and from which notes; the session keeps it, main.js brings it there. */

import { find, part } from "./element.js";
import { placeBeside } from "./popover.js";
import { WORDS } from "./words.js";

/** @typedef {import("./types.js").Controls} Values */

const WIDTH_PX = 416;
/** From so many notes on, one looks for a name instead of reading all. */
const SEARCH_FROM = 8;

export class Controls {
  #form;
  #summary;
  #popover;
  /** The ids of the notes that the session is limited to; none: all of them. @type {Set<string>} */
  #chosen;

  /**
   * @param {HTMLElement} popover with the form in it
   * @param {HTMLButtonElement} button opens it
   * @param {HTMLElement} anchor what it stands beside
   * @param {HTMLElement} summary what is chosen, in a few words
   * @param {{onChange: (session: {controls: object, material_ids: string[]}) => void}} owner
   */
  constructor(popover, button, anchor, summary, owner) {
    const form = find(popover, "form", HTMLFormElement);
    this.#form = form;
    this.#summary = summary;
    this.#popover = popover;
    this.#chosen = new Set(popover.dataset.chosen?.split(" ").filter(Boolean));
    button.popoverTargetElement = popover;
    const isSheet = window.matchMedia("(width < 40rem)");
    popover.addEventListener("beforetoggle", () => {
      if (isSheet.matches) popover.removeAttribute("style");
      else placeBeside(popover, anchor, Math.min(WIDTH_PX, window.innerWidth - 16));
    });
    popover.addEventListener("toggle", (event) => {
      const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
      button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) find(form, "input:checked").focus({ preventScroll: true });
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.closest(".picks")) this.#pick(target);
      this.#show();
      if (target !== this.#search) owner.onChange(this.#ofSession);
    });
    this.#search.addEventListener("input", () => this.#filter());
    this.#show();
  }

  /** As a question carries it. @returns {Values} */
  get values() {
    const data = new FormData(this.#form);
    const effort = /** @type {import("./types.js").Effort | null} */ (data.get("effort") || null);
    return {
      profile: /** @type {import("./types.js").Profile} */ (data.get("profile")),
      user_level: Number(data.get("user_level")),
      verbosity: /** @type {import("./types.js").Verbosity} */ (data.get("verbosity")),
      effort,
      material_ids: [...this.#chosen],
    };
  }

  /** As the session keeps it. */
  get #ofSession() {
    const { material_ids = [], ...controls } = this.values;
    return { controls, material_ids };
  }

  /**
   * Shows what was chosen elsewhere, unless the student is choosing here.
   * @param {{controls: object, material_ids: string[]}} session
   */
  follow({ controls, material_ids }) {
    if (this.#popover.matches(":popover-open")) return;
    for (const [name, value] of Object.entries(controls)) {
      const radio = this.#form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(String(value ?? ""))}"]`);
      if (radio instanceof HTMLInputElement) radio.checked = true;
    }
    this.#chosen = new Set(material_ids);
    this.#show();
  }

  /** The notes to choose among, newest first. @param {import("./types.js").Material[]} materials */
  offer(materials) {
    const [all] = this.#picks;
    const focused = document.activeElement;
    const kept = new Map(this.#picks.map((pick) => [pick.dataset.material, pick]));
    const picks = materials.map(({ id, filename }) => {
      const pick = kept.get(id) ?? part("pick");
      pick.dataset.material = id;
      find(pick, ".pick-name").textContent = filename;
      return pick;
    });
    find(this.#form, ".pick-list").replaceChildren(all, ...picks);
    if (focused instanceof HTMLElement && this.#form.contains(focused)) focused.focus({ preventScroll: true });
    find(this.#form, ".picks").hidden = !materials.length;
    this.#search.hidden = materials.length < SEARCH_FROM;
    this.#filter();
    this.#show();
  }

  /** These notes are gone. @param {string} id */
  drop(id) {
    if (this.#chosen.delete(id)) this.#show();
  }

  get #search() {
    return find(this.#form, ".picks-search", HTMLInputElement);
  }

  get #picks() {
    return /** @type {HTMLElement[]} */ ([...this.#form.querySelectorAll(".pick")]);
  }

  /** @param {HTMLInputElement} box */
  #pick(box) {
    const id = box.closest("label")?.dataset.material;
    if (id && box.checked) this.#chosen.add(id);
    else if (id) this.#chosen.delete(id);
    else if (box !== this.#search) this.#chosen.clear();
  }

  #filter() {
    const wanted = this.#search.hidden ? "" : this.#search.value.trim().toLowerCase();
    for (const pick of this.#picks) pick.hidden = !pick.textContent?.toLowerCase().includes(wanted);
  }

  #show() {
    for (const pick of this.#picks) {
      const { material } = pick.dataset;
      find(pick, "input", HTMLInputElement).checked = material ? this.#chosen.has(material) : !this.#chosen.size;
    }
    const chosen = (/** @type {string} */ name) =>
      this.#form.querySelector(`input[name="${name}"]:checked`)?.parentElement?.querySelector("span")?.textContent ?? "";
    const from = this.#chosen.size ? ` · ${WORDS.chosen(this.#chosen.size)}` : "";
    this.#summary.textContent = `${chosen("profile")} · ${chosen("user_level")}${from}`;
  }
}
