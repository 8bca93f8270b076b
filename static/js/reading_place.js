/**
 * Where the reader is in the conversation: follows the text only while they are at its end, puts their question at the top
 * when it is sent, and keeps the line they read where it is when something comes in above it.
 */

import { keepFocus } from "./focus.js";

/** So close to the end counts as reading the end. */
const NEAR_END_PX = 40;

export class ReadingPlace {
  #scroller;
  #content;
  #newText;
  #follows = true;
  #lastTop = 0;
  /** @type {HTMLElement | null} what was asked last: it may go up to the top, with room below it for the answer */
  #asked = null;
  /** Whether text is coming that the button could lead to. */
  isGrowing = false;
  /** Whether some has come that the reader has not been at the end of. */
  hasNew = false;
  /** The reader goes up. */
  onUp = () => {};

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content what it scrolls
   * @param {HTMLElement} newText the button that leads to text below
   */
  constructor(scroller, content, newText) {
    this.#scroller = scroller;
    this.#content = content;
    this.#newText = newText;
    scroller.addEventListener("scroll", this.#onScroll, { passive: true });
    newText.addEventListener("click", () => this.toEnd());
    const sizes = new ResizeObserver(() => this.follow());
    sizes.observe(scroller);
    sizes.observe(content);
  }

  toEnd() {
    this.#follows = true;
    this.follow();
  }

  /** @param {HTMLElement} question */
  toTop(question) {
    this.#asked = question;
    this.toEnd();
  }

  /** @param {Element} element is what the reader came for */
  toElement(element) {
    this.#follows = false;
    element.scrollIntoView({ block: "center" });
    this.#lastTop = this.#scroller.scrollTop;
  }

  /** What had the focus is gone: the keyboard goes on in the conversation. */
  takeFocus() {
    this.#scroller.focus({ preventScroll: true });
  }

  /** Something has changed: keeps the end in sight, if that is what the reader looks at. */
  follow() {
    // Where nothing is said yet, one reads from the top.
    if (this.#follows && this.#content.firstElementChild) {
      this.#makeRoom();
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }
    this.#offerNewText();
  }

  /**
   * Changes something above or around an element, which stays where it is on the screen.
   * @param {Element | null} element
   * @param {() => Element | null} change returns the element it is then, or null where there is none any more
   */
  keep(element, change) {
    const before = element?.getBoundingClientRect().top ?? 0;
    const after = change();
    this.#follows = false;
    if (element && after) this.#scroller.scrollTop += after.getBoundingClientRect().top - before;
    this.#lastTop = this.#scroller.scrollTop;
    this.#onScroll();
  }

  /** With so much room below the text, its end is reached when the question is at the top. */
  #makeRoom() {
    if (!this.#asked?.isConnected) return;
    const { style } = this.#content;
    const sheet = /** @type {HTMLElement} */ (this.#content.parentElement);
    const { paddingTop, paddingBottom } = getComputedStyle(sheet);
    const last = this.#content.lastElementChild?.getBoundingClientRect().bottom ?? 0;
    const used = last - this.#asked.getBoundingClientRect().top + parseFloat(paddingTop) + parseFloat(paddingBottom);
    const room = `${Math.max(0, Math.floor(this.#scroller.clientHeight - used))}px`;
    if (style.paddingBottom !== room) style.paddingBottom = room;
  }

  #onScroll = () => {
    const { scrollTop } = this.#scroller;
    const below = this.#below();
    // Up is the reader's wish to stay; down to the end is the wish to follow again.
    if (scrollTop < this.#lastTop - 1 && below > 2) {
      this.#follows = false;
      this.onUp();
    } else if (below < NEAR_END_PX) this.#follows = true;
    this.#lastTop = scrollTop;
    this.#offerNewText();
  };

  #offerNewText() {
    this.hasNew = !this.#follows && (this.hasNew || this.isGrowing) && this.#below() > 2;
    keepFocus(this.#newText, () => (this.#newText.hidden = !this.hasNew), this.#scroller);
  }

  /** How much there is below what is in sight, in px. */
  #below() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop;
  }
}
