/** Says calmly, above the composer, that there is no connection, what can be read without it, and what becomes of questions. */

import { find, part } from "./element.js";
import { LOCALE } from "./locale.js";
import { WORDS } from "./words.js";

/** Names of the machine that the browser runs on: there, who reads this can start the server. */
const HERE = /^(localhost|127\.|\[::1\])/;

export class OfflineNote {
  #tray;
  #kept;
  /** @type {HTMLElement | null} */
  #element = null;

  /**
   * @param {HTMLElement} tray
   * @param {string | undefined} kept where the page is a copy: when it was made, in milliseconds since 1970
   */
  constructor(tray, kept) {
    this.#tray = tray;
    this.#kept = Number(kept);
  }

  /** @param {boolean} isOffline */
  show(isOffline) {
    if (isOffline === (this.#element !== null)) return;
    this.#element?.remove();
    this.#element = null;
    if (!isOffline) return;
    this.#element = part("offline");
    find(this.#element, ".offline-words").textContent = this.#words();
    this.#tray.prepend(this.#element);
  }

  #words() {
    const isHere = HERE.test(location.hostname) && navigator.onLine;
    const why = isHere ? WORDS.notRunning : WORDS.offline;
    if (!this.#kept) return `${why} ${WORDS.offlineReading}`;
    const isToday = new Date(this.#kept).toDateString() === new Date().toDateString();
    const when = new Intl.DateTimeFormat(LOCALE, { ...(!isToday && { day: "numeric", month: "long" }), hour: "numeric", minute: "2-digit" });
    return `${why} ${WORDS.offlineCopy(when.format(this.#kept))}`;
  }
}
