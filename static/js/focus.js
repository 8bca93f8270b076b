/** The keyboard's place on the page is never lost: what goes passes it on to what is beside it. */

/**
 * Those beside an item of a list, in the order in which they come next.
 * @param {Element} item
 */
export function heirsOf(item) {
  const all = [...(item.parentElement?.children ?? [])];
  const at = all.indexOf(item);
  return [...all.slice(at + 1), ...all.slice(0, at).reverse()];
}

/**
 * Takes something away. If the keyboard was in it, it is in what is beside it then, or else in what is named.
 * @param {Element} item
 * @param {() => void} takeAway
 * @param {HTMLElement | null} otherwise
 */
export function passFocus(item, takeAway, otherwise) {
  // After a tap or a click nobody looks for the focus, and a phone would open its keyboard for a field.
  const hadIt = item.querySelector(":focus-visible") !== null;
  const heirs = heirsOf(item);
  takeAway();
  if (!hadIt) return;
  const heir = heirs.find((each) => each.checkVisibility())?.querySelector("a[href], button:not([hidden])");
  const target = /** @type {HTMLElement | null} */ (heir ?? otherwise);
  target?.focus({ preventScroll: true });
}

/**
 * Changes what may hide the keyboard's place, or take it away: it is in what is named then.
 * @param {Element} place
 * @param {() => void} change
 * @param {HTMLElement | null} otherwise
 */
export function keepFocus(place, change, otherwise) {
  const at = place.matches(":focus-visible") ? place : place.querySelector(":focus-visible");
  change();
  if (at && !at.checkVisibility()) otherwise?.focus({ preventScroll: true });
}
