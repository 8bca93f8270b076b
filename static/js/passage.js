/** The panel that shows a cited passage where it stands in its document, with what the answer took from it marked; or a
    document from its beginning. */

import { ApiError, api } from "./api.js";
import { find } from "./element.js";
import { withoutRules } from "./excerpt.js";
import { drawn } from "./html.js";
import { inlineNodes } from "./inline_text.js";
import { WORDS } from "./words.js";

export class PassagePanel {
  #dialog;
  /** @type {HTMLElement | null} the source that is shown */
  #source = null;
  /** @type {Element | null} what had the focus before, such as the citation that was followed */
  #from = null;
  #wide = window.matchMedia("(width >= 76rem)");

  /**
   * @param {HTMLDialogElement} dialog
   * @param {typeof api.passage} ask for the passage in its place
   */
  constructor(dialog, ask = api.passage) {
    this.#dialog = dialog;
    this.ask = ask;
    find(dialog, ".passage-close").addEventListener("click", () => this.#close());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    // Such as a phone's way back.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
  }

  /** The focus goes back now: in the event of closing, a moment later, a quick hand may have it elsewhere already. */
  #close() {
    this.#dialog.close();
    this.#source?.removeAttribute("data-open");
    const back = this.#from?.isConnected ? this.#from : this.#source?.querySelector("button");
    /** @type {HTMLElement | null | undefined} */ (back)?.focus({ preventScroll: true });
    this.#source = null;
  }

  /**
   * @param {HTMLElement} source an item of a reply's list of sources
   * @param {string} reply the id of that reply
   * @param {number} [citation] which of the reply's citations of it, from 0; without one, all of them
   */
  async open(source, reply, citation) {
    const text = find(source, ".source-text").textContent ?? "";
    this.#show(source, find(source, ".source-file").textContent ?? "", find(source, ".source-place").title);
    this.#fill(quotedPassage(text));
    try {
      const { material = "", position } = source.dataset;
      const shown = await this.ask(material, Number(position), reply, citation);
      if (this.#source !== source) return;
      const { html } = shown;
      const quoted = html ? prose("passage-marked", html.passage) : quotedPassage(shown.passage.content, shown.marked);
      if (shown.deleted) this.#fill(around(WORDS.passageGone), quoted);
      else if (html) this.#fill(prose("passage-around", html.before), quoted, prose("passage-around", html.after));
      else this.#fill(around(shown.before), quoted, around(shown.after));
    } catch (error) {
      if (this.#source !== source) return;
      const isGone = error instanceof ApiError && error.status === 404;
      this.#fill(around(isGone ? WORDS.passageGone : WORDS.passageUnreachable), quotedPassage(text));
    }
  }

  /**
   * A document from its beginning on.
   * @param {HTMLElement} item of the shelf
   * @param {{id: string, filename: string}} material
   */
  async read(item, { id, filename }) {
    this.#show(item, filename, "");
    this.#fill();
    const { readOn } = await import("./reading.js");
    await readOn(find(this.#dialog, ".passage-body"), id, () => this.#source === item);
  }

  /**
   * @param {HTMLElement} source what is shown
   * @param {string} title
   * @param {string} place
   */
  #show(source, title, place) {
    this.#source?.removeAttribute("data-open");
    this.#source = source;
    this.#from = document.activeElement?.closest("a, button") ?? null;
    source.toggleAttribute("data-open", true);
    find(this.#dialog, ".passage-title").textContent = title;
    find(this.#dialog, ".passage-place").textContent = place;
    // Where it stands beside the text the text stays usable; where it covers it, it is modal.
    if (!this.#dialog.open) this.#wide.matches ? this.#dialog.show() : this.#dialog.showModal();
  }

  /** @param {HTMLElement[]} pieces */
  #fill(...pieces) {
    const body = find(this.#dialog, ".passage-body");
    body.replaceChildren(...pieces);
    (body.querySelector(".passage-marked mark") ?? body.querySelector(".passage-marked"))?.scrollIntoView({ block: "center" });
  }
}

/**
 * What the server has drawn.
 * @param {string} name
 * @param {string} html
 */
function prose(name, html) {
  const element = document.createElement("div");
  element.classList.add(name, "prose");
  element.append(drawn(html));
  return element;
}

/** @param {string} text */
function around(text) {
  const element = document.createElement("span");
  element.className = "passage-around";
  for (const [line, , heading] of withoutRules(text.trim()).matchAll(/(^#{1,6}\s+(.*)$\n?)|[^\n]*\n?/gm)) {
    const piece = document.createElement(heading ? "strong" : "span");
    piece.append(...inlineNodes(heading ? `${heading}\n` : line));
    element.append(piece);
  }
  return element;
}

/**
 * The passage, with the parts marked that the answer stands on.
 * @param {string} content
 * @param {[number, number][]} [marked] from where to where, in code points and in order
 */
function quotedPassage(content, marked = []) {
  const element = document.createElement("span");
  element.className = "passage-marked";
  const points = [...content];
  const add = (/** @type {string} */ name, /** @type {number} */ start, /** @type {number} */ end) => {
    const piece = document.createElement(name);
    piece.append(...inlineNodes(withoutRules(points.slice(start, end).join(""))));
    element.append(piece);
  };
  let upto = 0;
  for (const [start, end] of marked) {
    add("span", upto, start);
    add("mark", start, end);
    upto = end;
  }
  add("span", upto, points.length);
  return element;
}
