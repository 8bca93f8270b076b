/** Everything by name: sessions and actions in one list, for who would rather type than look. Loaded when it is wanted. */

import { ApiError, address, api } from "./api.js";
import { find, part } from "./element.js";
import { Listbox } from "./listbox.js";
import { WORDS } from "./words.js";

const ASK_AFTER_MS = 120;
const MOST_SESSIONS = 8;

/**
 * @param {HTMLDialogElement} dialog open already, perhaps with words in its field
 * @param {KeyboardEvent[]} early keys for the list that were pressed before this was loaded
 * @param {{onDo: (what: string) => void, onLeave: () => void, onProblem: (words: string) => void}} owner
 */
export function runPalette(dialog, early, owner) {
  const field = find(dialog, ".palette-field", HTMLInputElement);
  const list = find(dialog, ".palette-list");
  const actions = /** @type {HTMLElement[]} */ ([...list.children]);
  const nothing = find(dialog, ".palette-nothing");
  let asked = new AbortController();
  let timer = 0;

  const listbox = new Listbox(field, list, ({ dataset }) => {
    dialog.close(); // first, so that what is done finds the focus where it was
    if (dataset.do) return owner.onDo(dataset.do);
    owner.onLeave();
    location.assign(dataset.href ?? "");
  });

  const show = () => {
    listbox.open();
    nothing.hidden = listbox.isOpen;
  };

  const fetchSessions = async () => {
    const query = field.value.trim();
    try {
      const { sessions } = await api.sessions({ query, before: "", signal: asked.signal });
      for (const old of list.querySelectorAll("[data-session]")) old.remove();
      list.append(...sessions.slice(0, MOST_SESSIONS).map(sessionOption));
      show();
    } catch (error) {
      if (error instanceof ApiError) owner.onProblem(error.message);
    }
  };

  const showActions = () => {
    const words = field.value.trim().toLowerCase();
    for (const action of actions) action.hidden = !(action.textContent ?? "").toLowerCase().includes(words);
    show();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked.abort();
    asked = new AbortController();
    timer = window.setTimeout(fetchSessions, ASK_AFTER_MS);
    showActions();
  });
  field.addEventListener("keydown", (event) => listbox.takeKey(event));
  dialog.addEventListener("close", () => {
    asked.abort();
    clearTimeout(timer);
  });
  showActions();
  for (const event of early) if (dialog.open) listbox.takeKey(event);
  if (dialog.open) void fetchSessions();
}

/** @param {import("./types.js").Session} session */
function sessionOption({ id, title, hit }) {
  const option = part("palette-session");
  option.id = `palette-${id}`;
  option.dataset.session = id;
  option.dataset.href = address(`session/${encodeURIComponent(id)}`);
  find(option, ".palette-name").textContent = title || WORDS.newSession;
  find(option, ".palette-words").textContent = hit?.message_id ? hit.parts.map(([text]) => text).join("") : "";
  return option;
}
