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
    // Open at once: what is typed while its module is on the way is meant for it.
    const dialog = open("palette");
    const field = find(dialog, "input");
    /** @type {KeyboardEvent[]} */
    const early = [];
    const keep = (/** @type {KeyboardEvent} */ event) => {
      if (!["ArrowDown", "ArrowUp", "Enter", "Tab"].includes(event.key) || event.isComposing) return;
      event.preventDefault();
      early.push(event);
    };
    field.addEventListener("keydown", keep);
    try {
      const { runPalette } = await import("./palette.js");
      field.removeEventListener("keydown", keep);
      if (dialog.open) runPalette(dialog, early, { onDo, ...owner });
    } catch (error) {
      dialog.close();
      throw error;
    }
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
  find(open("keys"), "button").focus();
}

/** @param {string} name of its template */
function open(name) {
  const dialog = part(name);
  if (!(dialog instanceof HTMLDialogElement)) throw new Error(`Expected a dialog in #part-${name}`);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
