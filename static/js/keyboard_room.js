/**
 * Keeps the composer above a phone's keyboard. Most browsers shrink the page for it, as the viewport's meta element asks;
 * iOS lays the keyboard over the page, and tells only by the visual viewport.
 */

/** No browser bar is so high, and every keyboard is higher. */
const KEYBOARD_PX = 120;

export function keepAboveKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const { style } = document.documentElement;
  const fit = () => {
    const isCovered = seen.scale === 1 && window.innerHeight - seen.height > KEYBOARD_PX;
    if (isCovered) style.setProperty("--visible-height", `${seen.height}px`);
    else style.removeProperty("--visible-height");
    if (isCovered) window.scrollTo(0, 0); // iOS has scrolled the page to the field, which now needs no scrolling
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
}
