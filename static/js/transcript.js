/**
 * The conversation on the sheet: puts messages where they belong, draws the running reply by its own clock, and follows
 * the text only while the reader is at its end.
 *
 * @typedef {import("./types.js").Message} Message
 */

import { find, part, within } from "./element.js";
import { ReplyView } from "./reply_view.js";

/** At most 20 layouts a second, however fast tokens come. */
const DRAW_EVERY_MS = 50;
/** So close to the end counts as reading the end. */
const NEAR_END_PX = 40;

export class Transcript {
  #element;
  #scroller;
  #newText;
  #timer = 0;
  #follows = true;
  #lastTop = 0;
  /** @type {ReplyView | null} */
  #live = null;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} scroller
   * @param {HTMLElement} newText the button that leads to text below
   * @param {{
   *   onSource: (source: HTMLElement, quotedIn: string) => void,
   *   onAgain: (messageId: string) => void,
   *   onCopy: (reply: ReplyView) => void,
   *   onTakeBack: (clientId: string) => void,
   *   onSave: (reply: HTMLElement, what: "card" | "insight") => void,
   *   onKeep: (proposal: HTMLElement, messageId: string) => void,
   *   onChange: () => void,
   * }} owner
   */
  constructor(element, scroller, newText, owner) {
    this.#element = element;
    this.#scroller = scroller;
    this.#newText = newText;
    this.owner = owner;
    element.addEventListener("click", this.#onClick);
    scroller.addEventListener("scroll", this.#onScroll, { passive: true });
    newText.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#follow()).observe(scroller);
    const running = element.querySelector('.reply[data-status="streaming"]');
    if (running instanceof HTMLElement) this.#live = new ReplyView(running);
    this.toEnd();
  }

  /** The running reply. */
  get live() {
    return this.#live;
  }

  get isEmpty() {
    return this.#element.childElementCount === 0;
  }

  /** The last message that is finished, as `open` tells the server. */
  get lastFinished() {
    const finished = this.#element.querySelectorAll('.message:not([data-pending], [data-status="streaming"])');
    const last = finished[finished.length - 1];
    return (last instanceof HTMLElement && last.dataset.message) || null;
  }

  /** @param {string} messageId */
  has(messageId) {
    return this.#find("message", messageId) !== null;
  }

  /**
   * A question that waits to be accepted.
   * @param {{client_id: string, content: string}} question
   */
  addWaiting({ client_id, content }) {
    if (this.#find("client", client_id)) return;
    const element = part("question");
    element.dataset.client = client_id;
    element.toggleAttribute("data-pending", true);
    find(element, ".question-text").textContent = content;
    this.#element.append(element);
    this.owner.onChange();
    this.toEnd();
  }

  /**
   * Says what a waiting question waits for.
   * @param {string} clientId
   * @param {string} words empty: nothing worth saying
   */
  markWaiting(clientId, words) {
    const element = this.#find("client", clientId);
    if (!element) return;
    find(element, ".question-words").textContent = words;
    find(element, ".question-state").hidden = !words;
    this.#follow();
  }

  /** @param {string} clientId */
  dropWaiting(clientId) {
    this.#find("client", clientId)?.remove();
    this.owner.onChange();
  }

  /**
   * The server has stored this question.
   * @param {string | null} clientId
   * @param {string} messageId
   */
  accept(clientId, messageId) {
    const element = clientId && this.#find("client", clientId);
    if (!element) return;
    element.removeAttribute("data-pending");
    element.id = `message-${messageId}`;
    element.dataset.message = messageId;
    find(element, ".question-state").hidden = true;
    const waiting = this.#firstWaiting();
    if (waiting && element.compareDocumentPosition(waiting) & Node.DOCUMENT_POSITION_PRECEDING) waiting.before(element);
  }

  /**
   * Puts a new, silent reply below its question; what stood there was another branch.
   * @param {{turn_id: string, message_id: string, parent_id?: string | null}} turn
   */
  begin({ turn_id, message_id, parent_id }) {
    const known = this.#find("message", message_id);
    if (known) return this.#goLive(new ReplyView(known));
    this.#cutAfter(parent_id ?? null);
    const reply = ReplyView.begin({ turn_id, message_id });
    this.#append(reply.element);
    return this.#goLive(reply);
  }

  /**
   * Puts a stored message where it belongs, or brings the one that is there up to date.
   * @param {Message} message
   */
  put(message) {
    if (message.role === "user") this.#putQuestion(message);
    else this.#putReply(message);
    this.owner.onChange();
    this.#follow();
  }

  /** The running reply has changed: draws it when the clock allows. */
  drawSoon() {
    this.#timer ||= window.setTimeout(() => requestAnimationFrame(() => this.#draw()), DRAW_EVERY_MS);
  }

  /** The running reply has ended. */
  settle() {
    this.#live = null;
    this.#follow();
  }

  toEnd() {
    this.#follows = true;
    this.#follow();
  }

  /** @param {ReplyView} reply */
  #goLive(reply) {
    this.#live = reply;
    this.owner.onChange();
    this.#follow();
    return reply;
  }

  /** @param {Message} message */
  #putQuestion({ id, client_id, content, parent_id }) {
    if (this.#find("message", id)) return;
    if (client_id && this.#find("client", client_id)) return this.accept(client_id, id);
    this.#cutAfter(parent_id);
    const element = part("question");
    element.id = `message-${id}`;
    element.dataset.message = id;
    element.dataset.client = client_id ?? "";
    find(element, ".question-text").textContent = content;
    this.#append(element);
  }

  /** @param {Message} message */
  #putReply(message) {
    const known = this.#find("message", message.id);
    const reply = this.#live?.messageId === message.id ? this.#live : known && new ReplyView(known);
    if (reply) {
      reply.fill(message);
      if (reply === this.#live) this.settle();
      return;
    }
    this.#cutAfter(message.parent_id);
    const fresh = ReplyView.begin({ turn_id: message.turn_id ?? message.id, message_id: message.id });
    this.#append(fresh.element);
    fresh.fill(message);
  }

  /**
   * Only one branch is on the page: a new child takes the place of what followed its parent.
   * @param {string | null} parentId null: a new beginning
   */
  #cutAfter(parentId) {
    const parent = parentId === null ? null : this.#find("message", parentId);
    if (parentId !== null && !parent) return;
    let next = parent ? parent.nextElementSibling : this.#element.firstElementChild;
    while (next) {
      const following = next.nextElementSibling;
      if (!next.hasAttribute("data-pending")) next.remove();
      next = following;
    }
    if (this.#live && !this.#live.element.isConnected) this.#live = null;
  }

  /** @param {HTMLElement} element */
  #append(element) {
    this.#element.insertBefore(element, this.#firstWaiting());
  }

  #firstWaiting() {
    return this.#element.querySelector(".question[data-pending]");
  }

  /**
   * @param {"message" | "client"} name
   * @param {string} value
   * @returns {HTMLElement | null}
   */
  #find(name, value) {
    return value ? this.#element.querySelector(`.message[data-${name}="${CSS.escape(value)}"]`) : null;
  }

  #draw() {
    this.#timer = 0;
    if (!this.#live) return;
    this.#live.draw();
    this.#follow();
  }

  #follow() {
    if (this.#follows) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#newText.hidden = this.#follows || !this.#live;
  }

  #onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const isNearEnd = scrollHeight - clientHeight - scrollTop < NEAR_END_PX;
    // Up is the reader's wish to stay; down to the end is the wish to follow again.
    if (scrollTop < this.#lastTop - 1 && scrollHeight - clientHeight - scrollTop > 2) this.#follows = false;
    else if (isNearEnd) this.#follows = true;
    this.#lastTop = scrollTop;
    this.#newText.hidden = this.#follows || !this.#live;
  };

  /** @param {MouseEvent} event */
  #onClick = (event) => {
    const reply = within(event, ".reply");
    const source = reply && this.#source(event, reply);
    if (source) {
      event.preventDefault();
      const quotedIn = within(event, ".prose > *")?.textContent ?? find(/** @type {HTMLElement} */ (reply), ".prose").textContent ?? "";
      this.owner.onSource(source, quotedIn);
    } else if (reply && within(event, ".message-again")) {
      this.owner.onAgain(reply.dataset.message ?? "");
    } else if (reply && within(event, ".message-copy")) {
      this.owner.onCopy(new ReplyView(reply));
    } else if (reply && within(event, ".message-card, .message-insight")) {
      this.owner.onSave(reply, within(event, ".message-card") ? "card" : "insight");
    } else if (reply && within(event, ".proposal-keep")) {
      this.owner.onKeep(/** @type {HTMLElement} */ (within(event, ".proposal")), reply.dataset.message ?? "");
    } else if (within(event, ".question-take-back")) {
      this.owner.onTakeBack(within(event, ".question")?.dataset.client ?? "");
    }
  };

  /**
   * The source that was clicked, in the margin or by its number in the text.
   * @param {Event} event
   * @param {HTMLElement} reply
   */
  #source(event, reply) {
    const inMargin = within(event, ".source");
    if (inMargin) return inMargin;
    const number = Number(within(event, ".prose .citation")?.textContent);
    const item = number > 0 ? reply.querySelectorAll(".source")[number - 1] : null;
    return item instanceof HTMLElement ? item : null;
  }
}
