/** The panel that shows a cited passage where it stands in its document, with what the answer took from it marked. */

import { ApiError, api } from "./api.js";
import { find } from "./element.js";
import { withoutRules } from "./excerpt.js";
import { inlineNodes } from "./inline_text.js";
import { WORDS } from "./words.js";

/** Shorter pieces than this are in any text; marking them would say nothing. */
const SHORTEST_QUOTE = 12;

export class PassagePanel {
  #dialog;
  /** @type {HTMLElement | null} the source that is shown */
  #source = null;
  #wide = window.matchMedia("(width >= 76rem)");

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    find(dialog, ".passage-close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") dialog.close();
    });
    dialog.addEventListener("close", () => {
      this.#source?.removeAttribute("data-open");
      this.#source?.querySelector("button")?.focus({ preventScroll: true });
      this.#source = null;
    });
  }

  /**
   * @param {HTMLElement} source an item of a reply's list of sources
   * @param {string} quotedIn the text of the answer that cites it
   */
  async open(source, quotedIn) {
    this.#source?.removeAttribute("data-open");
    this.#source = source;
    source.toggleAttribute("data-open", true);
    const text = find(source, ".source-text").textContent ?? "";
    find(this.#dialog, ".passage-title").textContent = find(source, ".source-file").textContent;
    find(this.#dialog, ".passage-place").textContent = find(source, ".source-place").title;
    this.#fill(quotedPassage(text, quotedIn));
    // Where it stands beside the text the text stays usable; where it covers it, it is modal.
    if (!this.#dialog.open) this.#wide.matches ? this.#dialog.show() : this.#dialog.showModal();
    try {
      const { passage, before, after } = await api.passage(source.dataset.material ?? "", Number(source.dataset.position));
      if (this.#source !== source) return;
      this.#fill(around(before), quotedPassage(passage.content, quotedIn), around(after));
    } catch (error) {
      if (this.#source !== source) return;
      const isGone = error instanceof ApiError && error.status === 404;
      this.#fill(around(isGone ? WORDS.passageGone : WORDS.passageUnreachable), quotedPassage(text, quotedIn));
    }
  }

  /** @param {HTMLElement[]} pieces */
  #fill(...pieces) {
    const body = find(this.#dialog, ".passage-body");
    body.replaceChildren(...pieces);
    body.querySelector(".passage-marked")?.scrollIntoView({ block: "center" });
  }
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
 * The passage, with the sentences marked that the answer quotes.
 * @param {string} content
 * @param {string} quotedIn
 */
function quotedPassage(content, quotedIn) {
  const element = document.createElement("span");
  element.className = "passage-marked";
  for (const { text, isQuoted } of quotedParts(withoutRules(content), quotedIn)) {
    const piece = document.createElement(isQuoted ? "mark" : "span");
    piece.append(...inlineNodes(text));
    element.append(piece);
  }
  return element;
}

/**
 * Cuts a passage into sentences, and says of each whether the answer has it word for word.
 * @param {string} content
 * @param {string} quotedIn
 */
export function quotedParts(content, quotedIn) {
  const answer = plain(quotedIn);
  const sentences = [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(content)];
  return sentences.map(({ segment: text }) => {
    const sentence = plain(text);
    return { text, isQuoted: sentence.length >= SHORTEST_QUOTE && answer.includes(sentence) };
  });
}

/** Words alone: an answer's text has lost the Markdown marks that a passage still has. @param {string} text */
function plain(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
