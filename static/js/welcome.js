/** The sheet before the first question; on the page of a session where something was said there is nothing on it. */

import { find, part, within } from "./element.js";
import { keepFocus } from "./focus.js";
import { STARTERS, WORDS } from "./words.js";

/** @typedef {import("./types.js").Material} Material */

const LONGEST_TITLE = 80;

export class Welcome {
  #element;

  /**
   * @param {HTMLElement} element
   * @param {{
   *   onAsk: (question: string) => void, onChooseFiles: () => void, onPasteNotes: () => void,
   *   onSample: (name: string, title: string) => void,
   * }} owner
   */
  constructor(element, owner) {
    this.#element = element;
    element.addEventListener("click", (event) => {
      const sample = within(event, ".sample");
      const starter = within(event, ".starter");
      if (sample) owner.onSample(sample.dataset.sample ?? "", sample.textContent?.trim() ?? "");
      else if (starter) owner.onAsk(find(starter, ".starter-question").textContent ?? "");
      else if (within(event, ".ask-cards")) owner.onAsk(WORDS.askCards);
      else if (within(event, ".choose-files")) owner.onChooseFiles();
      else if (within(event, ".paste-notes")) owner.onPasteNotes();
    });
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#change(() => (this.#element.hidden = !isShown));
  }

  /** @param {Material[]} materials that can be asked about, newest first */
  offer(materials) {
    const starters = STARTERS.slice(0, materials.length && STARTERS.length).map(({ name, question }, index) => {
      const item = part("starter");
      find(item, ".starter-name").textContent = name;
      find(item, ".starter-question").textContent = question(topicOf(materials[index % materials.length]));
      return item;
    });
    this.#change(() => {
      this.#element.toggleAttribute("data-has-notes", materials.length > 0);
      this.#element.querySelector(".starters")?.replaceChildren(...starters);
    });
  }

  /** What was pressed here may go with that: the next thing is to write. @param {() => void} change */
  #change(change) {
    keepFocus(this.#element, change, find(document, ".composer-input"));
  }
}

/**
 * What notes call themselves; where that is nothing, or a whole sentence, the name of their file as one would say it.
 * @param {Material} material
 */
export function topicOf({ title, filename }) {
  if (title && title.length <= LONGEST_TITLE) return title;
  return filename.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_-]+/g, " ").trim();
}
