/**
 * One reply on the page, from its first word to its end. Frames only change what it holds; draw() brings the page up to
 * it, when the transcript's clock says so.
 *
 * @typedef {import("./types.js").Chunk} Chunk
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").MessageStatus} MessageStatus
 * @typedef {import("./types.js").Notice} Notice
 */

import { countPoints, unitsAfter } from "./code_points.js";
import { offerCopies } from "./copying.js";
import { find, part } from "./element.js";
import { excerpt } from "./excerpt.js";
import { replaceBlocks } from "./html.js";
import { inlineNodes } from "./inline_text.js";
import { WORDS } from "./words.js";

/** A line that begins so says nothing until it is rendered: a table's, a fence's, a formula's, a bare mark. */
const MARKS_ONLY = /^\s*(\||```|~~~|\$\$|#{1,6}\s*$|[-*+>]\s*$)/;
/** A line that begins so starts a block of its own: list, heading, quotation. */
const BLOCK_START = /^\s*([-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|>)/;
const FENCE = /^ {0,3}(```|~~~)/gm;

export class ReplyView {
  /** The Markdown so far; what of it the rendered blocks cover, in code points and in UTF-16 units. */
  #text = "";
  #points = 0;
  #rendered = { points: 0, units: 0 };
  #thinking = "";
  /** Its place among the questions that wait to be answered; 0 when it is answered. */
  place = 0;
  /** @type {{block: number, html: string}[]} */
  #renders = [];
  /** @type {HTMLElement | null} */
  #tail = null;

  /** @param {HTMLElement} element an article.reply, from the server or from the template */
  constructor(element) {
    this.element = element;
    this.prose = find(element, ".prose");
    this.#text = element.dataset.source ?? "";
    this.#points = countPoints(this.#text);
    this.#rendered = { points: this.#points, units: this.#text.length };
    this.#thinking = element.querySelector(".thinking-text")?.textContent ?? "";
    element.toggleAttribute("data-silent", this.streaming && !this.#text);
  }

  /** @param {{turn_id: string, message_id: string}} turn */
  static begin({ turn_id, message_id }) {
    const element = part("reply");
    element.id = `message-${message_id}`;
    element.dataset.message = message_id;
    element.dataset.turn = turn_id;
    return new ReplyView(element);
  }

  get turnId() {
    return this.element.dataset.turn ?? this.messageId;
  }

  get messageId() {
    return this.element.dataset.message ?? "";
  }

  get status() {
    return /** @type {MessageStatus} */ (this.element.dataset.status);
  }

  get streaming() {
    return this.status === "streaming";
  }

  /** How much of the reply the page holds, in code points. */
  get upto() {
    return this.#points;
  }

  get text() {
    return this.#text;
  }

  /**
   * The server goes on from here: what the page holds beyond it is dropped.
   * @param {number} upto
   */
  goOnFrom(upto) {
    if (upto >= this.#points) return;
    this.#text = this.#text.slice(0, unitsAfter(this.#text, upto));
    this.#points = upto;
    if (this.#rendered.points > upto) this.#rendered = { points: upto, units: this.#text.length };
  }

  /** @param {string} value */
  addToken(value) {
    this.#text += value;
    this.#points += countPoints(value);
  }

  /** @param {{block: number, html: string, upto: number}} render */
  addRender({ block, html, upto }) {
    // What a later one replaces need not be drawn: a page in the background draws nothing for as long as it is there.
    this.#renders = [...this.#renders.filter((earlier) => earlier.block < block), { block, html }];
    const { points, units } = this.#rendered;
    this.#rendered =
      upto >= points
        ? { points: upto, units: unitsAfter(this.#text, upto - points, units) }
        : { points: upto, units: unitsAfter(this.#text, upto) };
  }

  /**
   * @param {string} value
   * @param {number} upto how long the thinking is with it
   */
  addThinking(value, upto) {
    const goesOn = upto - countPoints(value) === countPoints(this.#thinking);
    this.#thinking = goesOn ? this.#thinking + value : value;
  }

  /** @param {Chunk[]} chunks */
  showContext(chunks) {
    find(this.element, ".source-list", HTMLOListElement).replaceChildren(...chunks.map(sourceItem));
    find(this.element, ".sources").hidden = chunks.length === 0;
  }

  /** @param {Notice[]} notices */
  addNotices(notices) {
    const list = find(this.element, ".notices", HTMLUListElement);
    for (const { code, message } of notices) {
      if ([...list.children].some((item) => item.textContent === message)) continue;
      const item = document.createElement("li");
      item.className = "notice";
      item.dataset.code = code;
      item.textContent = message;
      list.append(item);
    }
    list.hidden = list.children.length === 0;
  }

  /** Brings the page up to what this holds. */
  draw() {
    this.#tail?.remove();
    this.#tail = null;
    for (const { block, html } of this.#renders.splice(0)) replaceBlocks(this.prose, block, html);
    this.#drawTail();
    this.#drawThinking();
    this.element.toggleAttribute("data-silent", this.streaming && !this.#text);
  }

  /**
   * @param {{
   *   html: string | null, status: MessageStatus, byline?: string, notices?: Notice[], message: string,
   *   cards?: import("./types.js").Proposal[],
   * }} end
   */
  finish({ html, status, byline = "", notices = [], message, cards = [] }) {
    this.#text = message;
    this.#renders = [];
    this.#tail = null;
    if (html !== null) replaceBlocks(this.prose, 0, html);
    find(this.element, ".byline").textContent = byline;
    this.addNotices(notices);
    if (cards.length) void this.#propose(cards);
    this.#end(status);
  }

  /** @param {{message: string, byline?: string}} end why it failed */
  fail({ message, byline = "" }) {
    this.draw();
    find(this.element, ".error-message").textContent = message;
    find(this.element, ".byline").textContent = byline;
    this.#end("failed");
  }

  /** It ended where nobody told how. */
  interrupt() {
    this.draw();
    this.#end("interrupted");
  }

  /** @param {Message} message the reply as it is stored */
  fill(message) {
    this.showContext(message.context);
    this.#thinking = message.thinking ?? "";
    if (message.error) find(this.element, ".error-message").textContent = message.error.message;
    this.finish({ ...message, message: message.content });
  }

  /** @param {import("./types.js").Proposal[]} cards that may be kept */
  async #propose(cards) {
    const { showCards } = await import("./proposals.js");
    showCards(this.element, cards);
  }

  /** @param {MessageStatus} status */
  #end(status) {
    this.element.dataset.source = this.#text;
    this.element.dataset.status = status;
    this.element.removeAttribute("data-silent");
    offerCopies(this.prose);
    this.#drawThinking();
  }

  #drawThinking() {
    // One that was stored without has no room for either, and needs none.
    const details = this.element.querySelector("details.thinking");
    details?.toggleAttribute("hidden", !this.#thinking);
    if (details && this.#thinking) find(details, ".thinking-text").textContent = this.#thinking;
    const waiting = this.element.querySelector(".waiting-words");
    if (!waiting) return;
    const words = this.#thinking ? WORDS.thinking : WORDS.lookingUp;
    waiting.textContent = this.place ? WORDS.inLine(this.place) : words;
  }

  /**
   * The unfinished line goes where its rendered form will stand, so that nothing jumps when that comes: on in the last
   * paragraph or item, into an open code block, or as a paragraph of its own.
   */
  #drawTail() {
    const text = this.#text.slice(this.#rendered.units);
    const before = this.#text.slice(0, this.#rendered.units);
    const isInCode = (before.match(FENCE)?.length ?? 0) % 2 === 1;
    if (!text.trim() || (!isInCode && MARKS_ONLY.test(text))) return;
    const isNewBlock = before.endsWith("\n\n") || BLOCK_START.test(text);
    const home = isInCode || !isNewBlock ? lastLine(this.prose) : null;
    this.#tail = document.createElement(home ? "span" : "p");
    this.#tail.className = "tail";
    if (isInCode) this.#tail.textContent = text;
    else this.#tail.append(home ? " " : "", ...inlineNodes(text.trimStart()));
    (home ?? this.prose).append(this.#tail);
  }
}

/**
 * Where a line that goes on would go on: the innermost last paragraph, item or code of the rendered blocks.
 * @param {Element} prose
 * @returns {Element | null}
 */
function lastLine(prose) {
  let last = prose.lastElementChild;
  while (last?.matches("ul, ol, li, blockquote, figure, pre")) {
    const inner = last.lastElementChild;
    if (last.matches("li") && !inner?.matches("p, ul, ol, blockquote, figure")) return last;
    last = inner;
  }
  return last?.matches("p, code") ? last : null;
}

/**
 * @param {Chunk} chunk
 * @param {number} index
 */
function sourceItem(chunk, index) {
  const item = part("source");
  const { material_id, position, heading, page } = chunk.metadata;
  item.dataset.material = material_id ?? "";
  item.dataset.position = String(position ?? chunk.chunk_index);
  find(item, ".citation").textContent = String(index + 1);
  find(item, ".source-file").textContent = chunk.filename;
  const place = find(item, ".source-place");
  const rest = page ? [WORDS.page(page)] : [];
  place.title = [heading, ...rest].filter(Boolean).join(" · ");
  place.textContent = [heading?.split(" › ").at(-1), ...rest].filter(Boolean).join(" · ");
  find(item, ".source-text").textContent = excerpt(chunk.content);
  return item;
}
