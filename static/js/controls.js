/** How the student wants to be taught: mode, level, length, effort; the browser remembers it. */

import { find } from "./element.js";
import { placeBeside } from "./popover.js";

/**
 * @typedef {import("./types.js").Controls} Values
 * @typedef {import("./keep.js").Keep} Keep
 */

const KEY = "controls";
const WIDTH_PX = 416;

export class Controls {
  #form;
  #summary;
  #keep;

  /**
   * @param {HTMLElement} popover with the form in it
   * @param {HTMLButtonElement} button opens it
   * @param {HTMLElement} anchor what it stands beside
   * @param {HTMLElement} summary what is chosen, in a few words
   * @param {Keep} keep
   */
  constructor(popover, button, anchor, summary, keep) {
    const form = find(popover, "form", HTMLFormElement);
    this.#form = form;
    this.#summary = summary;
    this.#keep = keep;
    button.popoverTargetElement = popover;
    popover.addEventListener("beforetoggle", () => placeBeside(popover, anchor, Math.min(WIDTH_PX, window.innerWidth - 16)));
    popover.addEventListener("toggle", (event) => {
      button.setAttribute("aria-expanded", String(/** @type {ToggleEvent} */ (event).newState === "open"));
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      this.#keep.put(KEY, Object.fromEntries(new FormData(form)));
      this.#show();
    });
    this.#restore();
    this.#show();
  }

  /** @returns {Values} */
  get values() {
    const data = new FormData(this.#form);
    const effort = /** @type {import("./types.js").Effort | ""} */ (data.get("effort") ?? "");
    return {
      profile: /** @type {import("./types.js").Profile} */ (data.get("profile")),
      user_level: Number(data.get("user_level")),
      verbosity: /** @type {import("./types.js").Verbosity} */ (data.get("verbosity")),
      ...(effort && { effort }),
    };
  }

  #restore() {
    const kept = this.#keep.get(KEY);
    if (!kept || typeof kept !== "object") return;
    for (const [name, value] of Object.entries(kept)) {
      const radio = this.#form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(String(value))}"]`);
      if (radio instanceof HTMLInputElement) radio.checked = true;
    }
  }

  #show() {
    const chosen = (/** @type {string} */ name) =>
      this.#form.querySelector(`input[name="${name}"]:checked`)?.parentElement?.querySelector("span")?.textContent ?? "";
    this.#summary.textContent = `${chosen("profile")} · ${chosen("user_level")}`;
  }
}
