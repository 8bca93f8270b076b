/**
 * What was said before that what the page begins with: comes on the way up, and all that anyone reads in one go as soon as
 * somebody may look for something in it. On paper there is all of it.
 */

import { within } from "./element.js";
import { drawn } from "./html.js";

/** Once the reader has turned back, what is above is fetched when they are so near to it. */
const AHEAD = "2400px 0px 0px";
/** So many messages come in one step on the way up, which none of them may be seen to interrupt. */
const STEP = 20;
/** With so many there is enough on the page to look for something in it. */
const ENOUGH = 200;
/** What did not come is asked for again after this, if the reader still goes up. */
const AGAIN_MS = 2_000;
/** With Ctrl or ⌘: find, find again, select all. */
const WHOLE = ["f", "g", "a"];

export class Earlier {
  #element;
  #place;
  #observer;
  #isBack = false;
  #failedAt = 0;
  /** @type {Promise<boolean> | null} */
  #coming = null;

  /**
   * @param {HTMLElement} element the messages, before them a link to what is older
   * @param {HTMLElement} scroller
   * @param {import("./reading_place.js").ReadingPlace} place
   * @param {{
   *   onOlder: (before: string, limit?: number) => Promise<string>,
   *   onOlderNow: (before: string) => string,
   *   onCame: () => void,
   * }} owner all that leads to a message, as the server has drawn it; or empty, where it can't be had
   */
  constructor(element, scroller, place, owner) {
    this.#element = element;
    this.#place = place;
    this.owner = owner;
    // Until the reader turns back nothing is fetched that the window does not show: they may have come for the end.
    this.#observer = this.#observerWith(scroller, "0px");
    place.onUp = () => {
      if (!this.#isBack) this.#observer = this.#observerWith(scroller, AHEAD);
      else if (!this.#failedAt || Date.now() - this.#failedAt < AGAIN_MS) return;
      this.#isBack = true;
      this.#failedAt = 0;
      this.watch();
    };
    scroller.addEventListener("keydown", ({ key, target }) => {
      if (key !== "Home" || target !== scroller || this.#isEnough) return;
      void this.fill().then(() => scroller.scrollTo({ top: 0 }));
    });
    document.addEventListener("keydown", (event) => {
      const isSearch = event.key === "F3" || ((event.ctrlKey || event.metaKey) && WHOLE.includes(event.key));
      if (isSearch && (event.key !== "a" || !within(event, "input, textarea"))) void this.fill();
    });
    // A browser's own menu, with its search, takes the focus from the page.
    window.addEventListener("blur", () => void this.fill());
    window.addEventListener("beforeprint", () => this.#fetchAllNow());
  }

  /** Looks out for the link that there is now. */
  watch() {
    this.#observer.disconnect();
    if (this.#link) this.#observer.observe(this.#link);
  }

  /** Fetches what is needed to search in the page. */
  async fill() {
    await this.until(() => this.#isEnough);
  }

  /**
   * Fetches what is older until there is enough of it, or no more.
   * @param {() => boolean} isEnough
   */
  async until(isEnough) {
    while (!isEnough() && (await this.#fetch()));
  }

  get #link() {
    return this.#element.querySelector(".older");
  }

  get #isEnough() {
    return this.#element.querySelectorAll(".message").length >= ENOUGH;
  }

  /** @param {HTMLElement} root @param {string} rootMargin */
  #observerWith(root, rootMargin) {
    this.#observer?.disconnect();
    const onSeen = (/** @type {IntersectionObserverEntry[]} */ [{ isIntersecting }]) => {
      if (isIntersecting) void this.#fetch(STEP);
    };
    return new IntersectionObserver(onSeen, { root, rootMargin });
  }

  /**
   * @param {number} [limit]
   * @returns {Promise<boolean>} whether something came: more than one may wait for it
   */
  async #fetch(limit) {
    this.#coming ??= this.#fetchOnce(limit).finally(() => (this.#coming = null));
    return this.#coming;
  }

  /** @param {number} [limit] */
  async #fetchOnce(limit) {
    const link = this.#link;
    if (!link) return false;
    const html = await this.owner.onOlder(firstBehind(link), limit);
    // It may have come otherwise, or another branch be shown.
    if (!link.isConnected) return this.#link !== null;
    if (html) this.#put(link, html);
    else this.#failedAt = Date.now(); // the link is left, which does the same
    return Boolean(html);
  }

  #fetchAllNow() {
    for (let link = this.#link; link; link = this.#link) {
      const html = this.owner.onOlderNow(firstBehind(link));
      if (!html) return;
      this.#put(link, html);
    }
  }

  /** @param {Element} link @param {string} html */
  #put(link, html) {
    const first = link.nextElementSibling;
    if (link.contains(document.activeElement)) this.#place.takeFocus();
    this.#place.keep(first, () => {
      link.replaceWith(drawn(html));
      return first;
    });
    this.owner.onCame();
    this.watch();
  }
}

/** The message that what is older leads to. @param {Element} link */
function firstBehind(link) {
  const first = link.nextElementSibling;
  return (first instanceof HTMLElement && first.dataset.message) || "";
}
