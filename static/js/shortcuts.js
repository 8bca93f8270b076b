/** Keys that work anywhere on the page, and what they open. */

import { find, part } from "./element.js";

const FIELDS = "input, textarea, select, [contenteditable]";

/**
 * @param {{write: () => void, [name: string]: () => void}} actions what can be done, by its name in the palette
 * @param {{onLeave: () => void, onProblem: (words: string) => void}} owner
 * @returns {(what: string) => void} does what has that name
 */
export function listenForShortcuts(actions, owner) {
  /** @type {(what: string) => void} */
  const onDo = (what) => (what === "keys" ? showKeys() : actions[what]?.());
  const showPalette = async () => {
    const { openPalette } = await import("./palette.js");
    openPalette({ onDo, ...owner });
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !event.shiftKey && event.key.toLowerCase() === "k") return take(event, showPalette);
    const isWriting = event.target instanceof Element && event.target.matches(FIELDS);
    if (isCommand || isWriting) return;
    if (event.key === "?") take(event, showKeys);
    else if (event.key === "/") take(event, actions.write);
  });
  return onDo;
}

/**
 * One dialog at a time: behind an open one the page's keys are out of reach, as its buttons are.
 * @param {KeyboardEvent} event
 * @param {() => void} act
 */
function take(event, act) {
  event.preventDefault();
  if (!document.querySelector("dialog:modal")) act();
}

function showKeys() {
  const sheet = part("keys");
  if (!(sheet instanceof HTMLDialogElement)) throw new Error("Expected a dialog in #part-keys");
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
  find(sheet, "button").focus();
}
