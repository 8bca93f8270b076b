/** What a student saves of a reply: a quoted sentence as a card, an excerpt as an insight. Loaded when it is asked for. */

import { ApiError, made, request } from "./api.js";
import { find, part } from "./element.js";
import { passFocus } from "./focus.js";
import { figures } from "./locale.js";
import { WORDS } from "./words.js";

/** @typedef {{words: string, kind: "news" | "error", action?: string, onAction?: () => void}} Told what came of it */

/**
 * @param {() => Promise<string>} work
 * @returns {Promise<Told>}
 */
async function told(work) {
  try {
    return { words: await work(), kind: "news" };
  } catch (error) {
    return { words: error instanceof ApiError ? error.message : WORDS.serverError, kind: "error" };
  }
}

/** What is selected in a reply. @param {HTMLElement} reply */
function selected(reply) {
  const selection = window.getSelection();
  const prose = find(reply, ".prose");
  const isHere = selection && !selection.isCollapsed && prose.contains(selection.anchorNode) && prose.contains(selection.focusNode);
  return isHere ? { text: selection.toString().trim(), at: selection.anchorNode } : { text: "", at: null };
}

/** What a piece of a reply says, without the numbers of its sources. @param {Element} piece */
function said(piece) {
  const copy = /** @type {Element} */ (piece.cloneNode(true));
  for (const mark of copy.querySelectorAll(".citation")) mark.remove();
  return copy.textContent?.trim() ?? "";
}

/**
 * Makes a card of the quotation that is selected, else of the first one.
 * @param {HTMLElement} reply
 */
export function saveCard(reply) {
  return told(async () => {
    const quotes = [...reply.querySelectorAll(".prose blockquote")].filter((quote) => quote.querySelector(".citation"));
    const { text, at } = selected(reply);
    const quote = quotes.find((each) => at && each.contains(at)) ?? quotes[0];
    const citation = quote.querySelector(".citation");
    const quotation = (quote.contains(at) && text) || said(quote);
    const body = { message_id: reply.dataset.message, source: Number(citation?.textContent), quotation };
    const { isNew, answer: card } = await made("POST", "api/cards", { body });
    // It may be what is proposed below, which then is kept with it.
    const proposal = reply.querySelector(`.proposal[data-number="${card.proposal}"]`);
    proposal?.toggleAttribute("data-kept", true);
    return isNew ? WORDS.cardSaved(card.front) : WORDS.cardKnown;
  });
}

/**
 * Saves what is selected, else what is quoted, else how the reply begins.
 * @param {HTMLElement} reply
 * @param {string} session
 */
export async function saveInsight(reply, session) {
  /** @type {HTMLElement | null} */
  let saved = null;
  const end = await told(async () => {
    const first = reply.querySelector(".prose blockquote") ?? reply.querySelector(".prose > *");
    const content = selected(reply).text || (first ? said(first) : "");
    const body = { message_id: reply.dataset.message, content };
    const insight = await request("POST", `api/sessions/${encodeURIComponent(session)}/insights`, { body });
    const list = find(document, ".insight-list");
    saved = list.querySelector(`[data-insight="${CSS.escape(insight.id)}"]`);
    if (saved) return WORDS.insightKnown;
    const item = part("insight");
    item.dataset.insight = insight.id;
    find(item, ".insight-text").textContent = insight.content;
    find(item, ".insight-place").setAttribute("href", `?branch=${insight.message_id}#message-${insight.message_id}`);
    list.append(item);
    saved = item;
    count();
    return WORDS.insightSaved;
  });
  return saved ? { ...end, action: WORDS.show, onAction: () => showInsights(saved) } : end;
}

/** Opens the list of insights. @param {HTMLElement | null} [item] the one that is looked for; without one, the first */
export function showInsights(item) {
  const list = find(document, ".insights", HTMLDetailsElement);
  list.open = true;
  const shown = item?.isConnected ? item : list.querySelector(".insight");
  const link = shown?.querySelector("a");
  link?.focus({ preventScroll: true });
  (item ? shown : list)?.scrollIntoView({ block: item ? "center" : "start" });
}

/**
 * @param {HTMLElement} item
 * @param {string} session
 * @returns {{restore: () => void, send: () => Promise<unknown>}} the ways back, and out of the server
 */
export function deleteInsight(item, session) {
  const path = `api/sessions/${encodeURIComponent(session)}/insights/${encodeURIComponent(item.dataset.insight ?? "")}`;
  const list = find(document, ".insight-list");
  const next = item.nextElementSibling;
  passFocus(item, () => item.remove(), document.querySelector(".scroller"));
  count();
  const restore = () => {
    list.insertBefore(item, next?.isConnected ? next : null);
    count();
  };
  return { restore, send: () => request("DELETE", path, { keepalive: true }) };
}

function count() {
  const number = find(document, ".insight-list").children.length;
  for (const place of document.querySelectorAll(".insights-count, .insights-number")) place.textContent = figures(number);
  for (const name of [".insights", ".insights-link"]) find(document, name).hidden = !number;
}
