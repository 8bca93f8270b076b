/** The sidebar as a drawer, on screens too narrow to show it always. */

/** So far towards its own edge closes it. It is never drawn out of the edge: there the system has gestures of its own. */
const SWIPE_PX = 48;

export class Drawer {
  #element;
  #rest;
  #opener;

  /**
   * @param {HTMLElement} element the sidebar
   * @param {HTMLElement} rest what is behind it, and out of reach while it is open
   * @param {HTMLElement} opener
   * @param {HTMLElement} closer
   */
  constructor(element, rest, opener, closer) {
    this.#element = element;
    this.#rest = rest;
    this.#opener = opener;
    element.toggleAttribute("data-script", true); // from here on the address (#sidebar) has no say
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    closer.setAttribute("role", "button");
    for (const [button, open] of /** @type {[HTMLElement, boolean][]} */ ([[opener, true], [closer, false]])) {
      button.addEventListener("click", (event) => this.#toggle(event, open));
      // A link that says it is a button has to take the space bar too.
      button.addEventListener("keydown", (event) => event.key === " " && this.#toggle(event, open));
    }
    rest.addEventListener("pointerdown", (event) => {
      if (this.isOpen) this.#toggle(event, false);
    });
    this.#listenForSwipes();
    element.addEventListener("keydown", (event) => {
      const isSearching = event.target instanceof HTMLInputElement && event.target.type === "search" && event.target.value;
      if (event.key === "Escape" && !event.defaultPrevented && !isSearching) this.close();
    });
  }

  get isOpen() {
    return this.#element.hasAttribute("data-open");
  }

  /** Where it is one, and not always there. */
  open() {
    if (this.#opener.checkVisibility()) this.#set(true);
  }

  close() {
    if (this.isOpen) this.#set(false);
  }

  /** It follows the finger back to its own edge; let go of far enough, it is closed. What scrolls its lists moves nothing. */
  #listenForSwipes() {
    const element = this.#element;
    let from = { x: 0, y: 0 };
    const end = () => {
      element.style.transform = "";
      element.toggleAttribute("data-dragged", false);
    };
    const isSwipe = (/** @type {Touch} */ { clientX, clientY }, least = 0) =>
      (from.x - clientX) * (document.dir === "rtl" ? -1 : 1) > Math.max(least, 2 * Math.abs(from.y - clientY));
    element.addEventListener("touchstart", ({ touches: [{ clientX, clientY }] }) => (from = { x: clientX, y: clientY }), { passive: true });
    element.addEventListener(
      "touchmove",
      ({ touches: [touch] }) => {
        if (!this.isOpen || !isSwipe(touch)) return end();
        element.toggleAttribute("data-dragged", true);
        element.style.transform = `translateX(${touch.clientX - from.x}px)`;
      },
      { passive: true },
    );
    element.addEventListener("touchend", ({ changedTouches: [touch] }) => {
      end();
      if (isSwipe(touch, SWIPE_PX)) this.close();
    });
    element.addEventListener("touchcancel", end);
  }

  /**
   * @param {Event} event
   * @param {boolean} open
   */
  #toggle(event, open) {
    event.preventDefault();
    this.#set(open);
  }

  /** @param {boolean} open */
  #set(open) {
    this.#element.toggleAttribute("data-open", open);
    // The title stays in reach: it is the page's only first-level heading.
    for (const child of this.#rest.querySelectorAll(":scope > :not(header)")) child.toggleAttribute("inert", open);
    this.#opener.setAttribute("aria-expanded", String(open));
    if (open) this.#element.querySelector("a")?.focus();
    else this.#opener.focus();
  }
}
