/** How the student wants to be taught, and from which notes; the session keeps it. */

import { ApiError, api } from "./api.js";
import { find, part } from "./element.js";
import { placeBeside } from "./popover.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./types.js").Controls} Values
 * @typedef {{controls: object, material_ids: string[]}} Chosen as a session keeps it
 */

/** What was chosen for a session that has not begun. */
const NEXT = "next-controls";
const WIDTH_PX = 416;
/** From so many notes on, one looks for a name instead of reading all. */
const SEARCH_FROM = 8;

export class Controls {
  #form;
  #summary;
  #popover;
  #keep;
  /** @type {string | null} */
  #session;
  /** The ids of the notes that the session is limited to; none: all of them. @type {Set<string>} */
  #chosen;
  /** @type {import("./types.js").Material[]} */
  #offered = [];

  /**
   * @param {HTMLElement} popover with the form in it
   * @param {HTMLButtonElement} button opens it
   * @param {HTMLElement} anchor what it stands beside
   * @param {HTMLElement} summary what is chosen, in a few words
   * @param {{
   *   keep: import("./keep.js").Keep, session: string | null, onProblem: (words: string) => void,
   * }} owner session: null while it has not begun
   */
  constructor(popover, button, anchor, summary, { keep, session, onProblem }) {
    const form = find(popover, "form", HTMLFormElement);
    this.#form = form;
    this.#summary = summary;
    this.#keep = keep;
    this.#session = session;
    this.owner = { onProblem };
    this.#popover = popover;
    this.#chosen = new Set(popover.dataset.chosen?.split(" ").filter(Boolean));
    button.popoverTargetElement = popover;
    const isSheet = window.matchMedia("(width < 40rem)");
    popover.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "closed") return;
      // What is chosen stands first, or a long list would hide it.
      this.#draw([...this.#offered].sort((one, other) => this.#has(other.id) - this.#has(one.id)));
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
      if (target !== this.#search) this.#save();
    });
    this.#search.addEventListener("input", () => this.#filter());
    const next = /** @type {Chosen | null} */ (session === null ? keep.get(NEXT) : null);
    if (next) this.follow(next);
    this.#show();
  }

  /** The session has begun, as this says. @param {string} session */
  begin(session) {
    this.#session = session;
    this.#keep.drop(NEXT);
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

  #save() {
    const { material_ids = [], ...controls } = this.values;
    const chosen = { controls, material_ids };
    if (this.#session === null) return this.#keep.put(NEXT, chosen);
    const tell = (/** @type {unknown} */ error) =>
      this.owner.onProblem(error instanceof ApiError ? error.message : WORDS.serverError);
    api.changeSession(this.#session, chosen).catch(tell);
  }

  /**
   * Shows what was chosen elsewhere, unless the student is choosing here.
   * @param {Partial<Chosen>} session
   */
  follow({ controls, material_ids }) {
    if (!controls || this.#popover.matches(":popover-open")) return;
    for (const [name, value] of Object.entries(controls)) {
      const radio = this.#form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(String(value ?? ""))}"]`);
      if (radio instanceof HTMLInputElement) radio.checked = true;
    }
    this.#chosen = new Set(material_ids);
    this.#show();
  }

  /** The notes to choose among, newest first. @param {import("./types.js").Material[]} materials */
  offer(materials) {
    this.#offered = materials;
    // What was chosen long ago for a session that never began may be gone; a session's own choice the server tends.
    if (this.#session === null) {
      const there = new Set(materials.map(({ id }) => id));
      this.#chosen = new Set([...this.#chosen].filter((id) => there.has(id)));
    }
    this.#draw(materials);
  }

  /** @param {import("./types.js").Material[]} materials */
  #draw(materials) {
    const known = new Map(this.#picks.map((pick) => [pick.dataset.material, pick]));
    const picks = materials.map(({ id, filename }) => {
      const pick = known.get(id) ?? part("pick");
      pick.dataset.material = id;
      find(pick, ".pick-name").textContent = filename;
      return pick;
    });
    const focused = document.activeElement;
    find(this.#form, ".pick-list").replaceChildren(...picks);
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
    return /** @type {HTMLElement[]} */ ([...this.#form.querySelectorAll("[data-material]")]);
  }

  /** @param {string} id */
  #has(id) {
    return Number(this.#chosen.has(id));
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
      find(pick, "input", HTMLInputElement).checked = this.#chosen.has(material ?? "");
    }
    find(this.#form, ".pick-all", HTMLInputElement).checked = !this.#chosen.size;
    const chosen = (/** @type {string} */ name) =>
      this.#form.querySelector(`input[name="${name}"]:checked`)?.parentElement?.querySelector("span")?.textContent ?? "";
    const from = this.#chosen.size ? ` · ${WORDS.chosen(this.#chosen.size)}` : "";
    this.#summary.textContent = `${chosen("profile")} · ${chosen("user_level")}${from}`;
  }
}
