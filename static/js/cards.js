/** Puts the practice page together: the cards that are due, and the list of all cards. */

import { ApiError, request } from "./api.js";
import { editCard } from "./card_editor.js";
import { CARD_WORDS } from "./card_words.js";
import { Deletions } from "./deletions.js";
import { find, within } from "./element.js";
import { passFocus } from "./focus.js";
import { replaceBlocks } from "./html.js";
import { Keep, browserStorage } from "./keep.js";
import { figures } from "./locale.js";
import { PassagePanel } from "./passage.js";
import { Practice } from "./practice.js";
import { appRoot } from "./socket_url.js";
import { Toasts } from "./toasts.js";
import { inWords } from "./when.js";
import { WORDS } from "./words.js";

/** @typedef {{id: string, front: string, back: string, front_html: string, back_html: string, due: number}} Card */

const toasts = new Toasts(find(document, ".toasts"), find(document, ".dock"));
const problem = (/** @type {string} */ words) => void toasts.show(words, { kind: "error" });
const deletions = new Deletions({ onOffer: (words, ways) => toasts.show(words, ways), onProblem: problem });
const path = (/** @type {string} */ id) => `api/cards/${encodeURIComponent(id)}`;
const passage = new PassagePanel(find(document, ".passage", HTMLDialogElement), (_material, _position, card) =>
  request("GET", `${path(card)}/passage`),
);
const editor = find(document, ".editor", HTMLDialogElement);
const file = find(document, ".card-file", HTMLInputElement);
const keep = new Keep(appRoot().pathname, browserStorage("sessionStorage"));

/**
 * Asks the server, and says what it refused.
 * @template T
 * @param {Promise<T>} asked
 * @returns {Promise<T | null>}
 */
async function told(asked) {
  try {
    return await asked;
  } catch (error) {
    problem(error instanceof ApiError ? error.message : WORDS.serverError);
    return null;
  }
}

// ---------------------------------------------------------------- practice

const practice = new Practice(find(document, ".slips"), {
  onRate: async ({ id, review }, rating) => {
    const card = await told(request("POST", `${path(id)}/review`, { body: { rating, review } }));
    if (!card) return false;
    find(document, ".practice-news").textContent = CARD_WORDS.comesBack(inWords(card.due - card.last_review));
    for (const item of sameCard(id, ".deck-card")) showDue(item, card.due);
    count(-1);
    return true;
  },
  onEnd: () => void end(),
});

/** @param {number} change of the cards that are due */
function count(change) {
  const left = find(document, ".practice-count");
  showCount(Math.max(Number(left.dataset.due) + change, 0));
}

/** @param {number} due */
function showCount(due) {
  const left = find(document, ".practice-count");
  left.dataset.due = String(due);
  left.textContent = WORDS.due(due);
}

/** None is left here: there may be more than the page had, and the next one comes at some time. */
async function end() {
  const now = await told(request("GET", "api/cards/due?limit=1"));
  if (!now) return;
  if (now.due) return location.reload();
  showCount(0);
  find(document, ".practice-empty").hidden = false;
  find(document, ".practice-empty .button").focus({ preventScroll: true });
  const next = document.querySelector(".practice-next time");
  if (next instanceof HTMLElement && now.next_due) {
    next.dataset.at = String(now.next_due);
    find(document, ".practice-next").hidden = false;
    tellTimes();
    comeBack(now.next_due);
  }
}

/** Shows the next card when it is due, to who waits for it. @param {number} at milliseconds since 1970 */
function comeBack(at) {
  const wait = at - Date.now() + 500;
  if (at && wait < 3_600_000) setTimeout(() => practice.left || editor.open || location.reload(), Math.max(wait, 1_000));
}

function tellTimes() {
  for (const time of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("time[data-at]"))) {
    if (time.dataset.at) time.textContent = inWords(Number(time.dataset.at) - Date.now());
  }
}

/**
 * @param {Element} item
 * @param {number} due
 */
function showDue(item, due) {
  const words = item.querySelector(".deck-due > :first-child");
  if (words) words.textContent = inWords(due - Date.now());
  words?.classList.remove("deck-now");
}

// ---------------------------------------------------------------- each card

/**
 * @param {string} id
 * @param {string} [among]
 */
function sameCard(id, among = "") {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`${among}[data-card="${CSS.escape(id)}"]`));
}

document.addEventListener("click", (event) => {
  const item = within(event, "[data-card]");
  const source = within(event, ".card-source");
  if (source) void passage.open(source, item?.dataset.card ?? "");
  else if (item && within(event, ".card-edit")) edit(item);
  else if (item && within(event, ".card-delete")) remove(item.dataset.card ?? "");
  else if (within(event, ".card-new")) write();
  else if (within(event, ".card-import")) file.click();
});

/** @param {HTMLElement} item */
function edit(item) {
  const [front, back] = [find(item, "[data-front]"), find(item, "[data-back]")];
  const sides = { front: front.dataset.front ?? "", back: back.dataset.back ?? "" };
  editCard(editor, { title: CARD_WORDS.editCard, ...sides }, async (changed) => {
    const id = item.dataset.card ?? "";
    /** @type {Card | null} */
    const card = await told(request("PATCH", path(id), { body: changed }));
    for (const same of card ? sameCard(id) : []) {
      const [one, other] = [find(same, "[data-front]"), find(same, "[data-back]")];
      one.dataset.front = card?.front;
      other.dataset.back = card?.back;
      replaceBlocks(one, 0, card?.front_html ?? "");
      replaceBlocks(other, 0, card?.back_html ?? "");
    }
    return card !== null;
  });
}

function write() {
  editCard(editor, { title: CARD_WORDS.newCard, front: "", back: "" }, async (sides) => {
    const isSaved = (await told(request("POST", "api/cards", { body: sides }))) !== null;
    if (isSaved) location.reload();
    return isSaved;
  });
}

/** It goes from the page at once, and from the server when there is no way back any more. @param {string} id */
function remove(id) {
  const items = [...sameCard(id)];
  const isDue = items.some((item) => item.matches(".slip"));
  const show = (/** @type {boolean} */ isShown) => {
    for (const item of items) item.hidden = !isShown;
    if (isDue) count(isShown ? 1 : -1);
    const all = find(document, ".deck-count");
    all.dataset.all = String(Number(all.dataset.all) + (isShown ? 1 : -1));
    all.textContent = figures(Number(all.dataset.all));
  };
  const focused = items.find((item) => item.contains(document.activeElement)) ?? items[0];
  const isSlip = focused.matches(".slip");
  passFocus(focused, () => {
    show(false);
    if (isDue && !practice.left) find(document, ".practice-empty").hidden = false;
  }, find(document, isSlip ? ".practice-empty .button" : ".card-new"));
  deletions.offer(id, CARD_WORDS.deleted, {
    restore: () => {
      find(document, ".practice-empty").hidden = practice.left > 0 || isDue;
      show(true);
    },
    send: () => request("DELETE", path(id), { keepalive: true }),
  });
  if (isSlip && practice.left) practice.goOn();
}

file.addEventListener("change", async () => {
  const [chosen] = file.files ?? [];
  file.value = "";
  const count = chosen && (await told(request("POST", "api/cards/import", { body: chosen })));
  if (!count) return;
  keep.put("imported", CARD_WORDS.imported(count));
  location.reload();
});

// ---------------------------------------------------------------- from one page to the next

// Leaving the page makes deletions final; on the next one they may still be on their way.
window.addEventListener("pagehide", () => keep.put("deleted cards", deletions.commitAll()));
for (const id of /** @type {string[]} */ (keep.get("deleted cards") ?? [])) {
  for (const item of sameCard(id)) item.remove();
}
const imported = keep.get("imported");
keep.drop("imported");
if (imported) toasts.show(String(imported));
if (!practice.left) find(document, ".practice-empty").hidden = false;
if (document.body.dataset.kept) find(document, ".practice-news").textContent = CARD_WORDS.offline;
tellTimes();
comeBack(Number(document.body.dataset.nextDue));
