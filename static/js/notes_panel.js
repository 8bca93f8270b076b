/** The panel that shows notes beside the sheet. It comes when it is first wanted, and anew where it did not come. */

import { find } from "./element.js";

/** @type {Promise<import("./passage.js").PassagePanel> | null} */
let panel = null;

export function notesPanel() {
  panel ??= load();
  panel.catch(() => (panel = null));
  return panel;
}

async function load() {
  const { PassagePanel } = await import("./passage.js");
  return new PassagePanel(find(document, ".passage", HTMLDialogElement));
}
