/**
 * The conversation on the sheet: puts messages where they belong, and draws the running reply by its own clock.
 *
 * @typedef {import("./types.js").Message} Message
 */

import { offerCopies } from "./copying.js";
import { find, part } from "./element.js";
import { Earlier } from "./earlier.js";
import { drawn } from "./html.js";
import { asked } from "./message_actions.js";
import { ReadingPlace } from "./reading_place.js";
import { ReplyView } from "./reply_view.js";
import { takePlaceOf } from "./versions.js";

/** At most 20 layouts a second, however fast tokens come. */
const DRAW_EVERY_MS = 50;

export class Transcript {
  #element;
  #place;
  #earlier;
  #timer = 0;
  /** @type {ReplyView | null} */
  #live = null;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} scroller
   * @param {HTMLElement} newText the button that leads to text below
   * @param {{
   *   onOlder: (before: string, limit?: number) => Promise<string>,
   *   onOlderNow: (before: string) => string,
   *   onChange: () => void,
   * }} owner
   */
  constructor(element, scroller, newText, owner) {
    this.#element = element;
    this.#place = new ReadingPlace(scroller, element, newText);
    this.owner = owner;
    this.#earlier = new Earlier(element, scroller, this.#place, { ...owner, onCame: () => offerCopies(element) });
    this.#takeUp();
    this.#place.toEnd();
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

  /** The last question that was asked, and may be asked otherwise. */
  get lastQuestion() {
    const questions = this.#element.querySelectorAll(".question:not([data-pending])");
    const last = questions[questions.length - 1];
    return last instanceof HTMLElement ? asked(last) : null;
  }

  /** @param {string} messageId */
  has(messageId) {
    return this.#find("message", messageId) !== null;
  }

  /** Has a message of this branch on the page, where there is one. @param {string} messageId */
  async bring(messageId) {
    await this.#earlier.until(() => this.has(messageId));
    return this.has(messageId);
  }

  /** Marks the question that is being asked otherwise, or none. @param {string | null} messageId */
  markEdited(messageId) {
    this.#element.querySelector("[data-edited]")?.removeAttribute("data-edited");
    if (messageId) this.#find("message", messageId)?.toggleAttribute("data-edited", true);
  }

  /**
   * Goes to a message, however long ago it was said, and marks words in it.
   * @param {{message: string, words: string[]}} hit
   */
  async goTo({ message, words }) {
    const found = (await this.bring(message)) && this.#find("message", message);
    if (!found) return;
    this.#place.toElement(found);
    if (!words.length) return;
    const marks = await import("./marks.js").catch(() => null); // found all the same
    if (marks) this.#place.toElement(marks.mark(found, words));
  }

  /**
   * Another branch is shown: the whole conversation anew. What stays, or takes the place of what was, keeps its place.
   * @param {string} html the messages as the server has drawn them
   * @param {string | null} focus a message of it
   */
  show(html, focus) {
    const element = focus && this.#find("message", focus);
    this.#place.hasNew = false;
    const stood = element || this.#element.querySelector(`[data-siblings~="${CSS.escape(focus ?? "")}"]`);
    this.#place.keep(stood, () => {
      for (const child of this.#element.querySelectorAll(":scope > :not([data-pending])")) child.remove();
      this.#element.prepend(drawn(html));
      return this.#find("message", focus ?? "");
    });
    this.#takeUp();
    /** @type {HTMLElement | undefined | null} */ (this.#find("message", focus ?? "")?.querySelector(".branches a[href]"))?.focus({
      preventScroll: true,
    });
    this.owner.onChange();
  }

  /**
   * A question that waits to be accepted.
   * @param {{client_id: string, content: string, parent_id?: string}} question
   */
  addWaiting({ client_id, content, parent_id }) {
    if (this.#find("client", client_id)) return;
    const element = part("question");
    element.dataset.client = client_id;
    element.dataset.edits = parent_id ?? "";
    element.toggleAttribute("data-pending", true);
    find(element, ".question-text").textContent = content;
    this.#element.append(element);
    this.owner.onChange();
    this.#place.toTop(element);
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
    this.#place.follow();
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
    element.id = `message-${messageId}`;
    element.dataset.message = messageId;
    find(element, ".question-state").hidden = true;
    const edited = this.#find("message", element.dataset.edits ?? "");
    if (edited) {
      takePlaceOf(element, edited);
      this.#cutFrom(edited);
    }
    element.removeAttribute("data-pending");
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
    const reply = ReplyView.begin({ turn_id, message_id });
    this.#putAfter(parent_id ?? null, reply.element);
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
    this.#place.follow();
  }

  /** The running reply has changed: draws it when the clock allows. */
  drawSoon() {
    this.#timer ||= window.setTimeout(() => requestAnimationFrame(() => this.#draw()), DRAW_EVERY_MS);
  }

  /** The running reply has ended. */
  settle() {
    this.#live = null;
    this.#place.isGrowing = false;
    this.#place.follow();
  }

  /** @param {ReplyView} reply */
  #goLive(reply) {
    this.#live = reply;
    this.#place.isGrowing = true;
    this.owner.onChange();
    this.#place.follow();
    return reply;
  }

  /** @param {Message} message */
  #putQuestion({ id, client_id, content, parent_id }) {
    if (this.#find("message", id)) return;
    if (client_id && this.#find("client", client_id)) return this.accept(client_id, id);
    const element = part("question");
    element.id = `message-${id}`;
    element.dataset.message = id;
    element.dataset.client = client_id ?? "";
    find(element, ".question-text").textContent = content;
    this.#putAfter(parent_id, element);
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
    const fresh = ReplyView.begin({ turn_id: message.turn_id ?? message.id, message_id: message.id });
    this.#putAfter(message.parent_id, fresh.element);
    fresh.fill(message);
  }

  /**
   * Only one branch is on the page: a new child takes the place of what followed its parent.
   * @param {string | null} parentId null: a new beginning
   * @param {HTMLElement} element
   */
  #putAfter(parentId, element) {
    const parent = parentId === null ? null : this.#find("message", parentId);
    const next = parent ? parent.nextElementSibling : this.#element.querySelector(":scope > .message");
    if ((parentId === null || parent) && next instanceof HTMLElement && !next.hasAttribute("data-pending")) {
      takePlaceOf(element, next);
      this.#cutFrom(parentId === null ? this.#element.firstElementChild : next);
    }
    this.#element.insertBefore(element, this.#firstWaiting());
  }

  /** Takes a message and all that follow it off the page. @param {Element | null} first */
  #cutFrom(first) {
    const focused = this.#element.querySelector(":focus-visible");
    let next = first;
    while (next) {
      const following = next.nextElementSibling;
      if (!next.hasAttribute("data-pending")) next.remove();
      next = following;
    }
    if (focused && !focused.isConnected) this.#place.takeFocus();
    if (this.#live && !this.#live.element.isConnected) this.settle();
  }

  /** Takes up what the server has drawn: a running reply, a link to what is older. */
  #takeUp() {
    offerCopies(this.#element);
    const running = this.#element.querySelector('.reply[data-status="streaming"]');
    this.#live = running instanceof HTMLElement ? new ReplyView(running) : null;
    this.#place.isGrowing = this.#live !== null;
    this.#earlier.watch();
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
    this.#place.follow();
  }
}
