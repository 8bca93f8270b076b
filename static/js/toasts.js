/** Short messages in the corner. A piece of news leaves by itself; an error stays until it is read. */

import { find, part } from "./element.js";
import { passFocus } from "./focus.js";

const NEWS_MS = 3_500;
const ACTION_MS = 7_000;
const MOST = 3;

export class Toasts {
  #element;
  /** @type {HTMLElement | null} where the keyboard was before it came here */
  #from = null;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} dock what they stand above where there is no free corner; the style sheet is told both heights
   */
  constructor(element, dock) {
    this.#element = element;
    const { style } = document.documentElement;
    const measure = new ResizeObserver(() => {
      style.setProperty("--toasts-height", `${element.offsetHeight}px`);
      style.setProperty("--dock-height", `${dock.offsetHeight}px`);
    });
    element.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !element.contains(relatedTarget)) this.#from = relatedTarget;
    });
    measure.observe(element);
    measure.observe(dock);
  }

  /**
   * @param {string} words
   * @param {{
   *   kind?: "news" | "error", action?: string, onAction?: () => void, onGone?: () => void, more?: Promise<string>,
   * }} [options] onGone runs once, when the toast left without its action; more: words that come later, perhaps none
   * @returns {() => void} takes it away before its time; neither of the two runs
   */
  show(words, { kind = "news", action, onAction, onGone, more } = {}) {
    const toast = part("toast");
    toast.dataset.kind = kind;
    if (kind === "error") toast.setAttribute("role", "alert");
    find(toast, ".toast-words").textContent = words;
    more?.then((later) => find(toast, ".toast-words").append(" ", later), () => {});
    // What is said again is said once.
    const errors = /** @type {NodeListOf<HTMLElement>} */ (this.#element.querySelectorAll('.toast[data-kind="error"]'));
    const same = kind === "error" && [...errors].find((each) => find(each, ".toast-words").textContent === words);
    if (same) find(same, ".toast-close").click();
    let gone = false;
    const leave = (/** @type {(() => void) | undefined} */ then) => {
      if (gone) return;
      gone = true;
      clearTimeout(timer);
      const back = toast.querySelector(":focus-visible") && this.#from?.isConnected ? this.#from : null;
      passFocus(toast, () => toast.remove(), document.querySelector(".scroller"));
      back?.focus({ preventScroll: true });
      then?.();
    };
    // Whoever reads it, or is on the way to its button, has all the time they need.
    const expire = () => {
      if (toast.matches(":hover, :focus-within")) timer = setTimeout(expire, NEWS_MS);
      else leave(onGone);
    };
    let timer = kind === "error" ? 0 : setTimeout(expire, action ? ACTION_MS : NEWS_MS);
    find(toast, ".toast-close").addEventListener("click", () => leave(onGone));
    if (action) {
      const button = find(toast, ".toast-action");
      button.hidden = false;
      button.textContent = action;
      button.addEventListener("click", () => leave(onAction));
    }
    this.#element.append(toast);
    const news = this.#element.querySelectorAll('.toast[data-kind="news"]');
    if (news.length > MOST) /** @type {HTMLElement} */ (news[0].querySelector(".toast-close")).click();
    return () => leave(undefined);
  }
}
