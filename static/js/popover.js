/** Places a popover beside its button, and makes a list of choices usable with the arrow keys. */

const EDGE_PX = 8;
const GAP_PX = 6;

/**
 * Puts a popover above or below its button, wherever there is more room, inside the window. Call it before it shows.
 * @param {HTMLElement} popover
 * @param {HTMLElement} button
 * @param {number} width how wide it will be at most, in px
 */
export function placeBeside(popover, button, width) {
  const at = button.getBoundingClientRect();
  const isLow = at.top > window.innerHeight - at.bottom;
  const room = isLow ? at.top : window.innerHeight - at.bottom;
  const start = document.dir === "rtl" ? at.right - width : at.left;
  const left = Math.max(EDGE_PX, Math.min(start, window.innerWidth - width - EDGE_PX));
  popover.style.left = `${left}px`;
  popover.style.top = isLow ? "auto" : `${at.bottom + GAP_PX}px`;
  popover.style.bottom = isLow ? `${window.innerHeight - at.top + GAP_PX}px` : "auto";
  popover.style.maxHeight = `${room - GAP_PX - EDGE_PX}px`;
}

/**
 * Shows a menu for the click that is being handled on `button`; it goes when something is chosen, or anything else is.
 * @param {HTMLElement} button
 * @param {HTMLElement} menu its items have data-do
 * @param {(what: string) => void} onChoose
 */
export function openMenu(button, menu, onChoose) {
  if (!(button instanceof HTMLButtonElement) || button.popoverTargetElement) return; // the browser closes the open one
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[data-do]")]);
  menu.ariaLabel = button.ariaLabel; // it is known by what opened it
  document.body.append(menu);
  menu.style.display = "block"; // for as long as it is measured
  const width = menu.offsetWidth;
  menu.style.display = "";
  placeBeside(menu, button, width);
  button.popoverTargetElement = menu;
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") {
      // A moment after it shows: a quick hand may be on an item already.
      return menu.contains(document.activeElement) ? undefined : items[0]?.focus();
    }
    button.popoverTargetElement = null;
    menu.remove();
  });
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length)?.focus();
  });
  menu.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    if (!(item instanceof HTMLElement)) return;
    menu.hidePopover();
    onChoose(item.dataset.do ?? "");
  });
}
