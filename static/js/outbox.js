/**
 * Questions that the server has not accepted yet, and text that is still being typed: both survive a reload.
 * A question leaves only when the server has accepted it, or shows it in the session.
 *
 * @typedef {import("./types.js").Controls} Controls
 * @typedef {import("./keep.js").Keep} Keep
 * @typedef {{session_id: string | null, content: string, controls: Controls, parent_id?: string}} Question
 *   parent_id: the question that it takes the place of
 * @typedef {Question & {client_id: string, tab: string, at: number}} Waiting
 */

/** After so long, a question that another tab wrote for a session that never began is given back as a draft. */
const ORPHAN_MS = 60_000;

export class Outbox {
  #keep;
  #tab;
  #now;

  /**
   * @param {Keep} keep
   * @param {string} tab names this browser tab; stays the same when it reloads
   * @param {() => number} [now] milliseconds
   */
  constructor(keep, tab, now = Date.now) {
    this.#keep = keep;
    this.#tab = tab;
    this.#now = now;
  }

  /**
   * @param {Question} question
   * @returns {Waiting}
   */
  add(question) {
    const waiting = { client_id: newId(), ...question, tab: this.#tab, at: this.#now() };
    this.#keep.put(`outbox:${waiting.client_id}`, waiting);
    return waiting;
  }

  /** @param {string | null | undefined} clientId */
  drop(clientId) {
    if (clientId) this.#keep.drop(`outbox:${clientId}`);
  }

  /**
   * The questions that wait for this session, oldest first. One written for a session that does not exist yet belongs to
   * the tab that wrote it: two tabs that sent it would begin two sessions.
   * @param {string | null} sessionId
   */
  waiting(sessionId) {
    return this.#all().filter((item) => item.session_id === sessionId && (sessionId !== null || item.tab === this.#tab));
  }

  /**
   * Gives a new session's name to the questions this tab wrote before it had one.
   * @param {string} sessionId
   */
  moveTo(sessionId) {
    for (const item of this.waiting(null)) this.#keep.put(`outbox:${item.client_id}`, { ...item, session_id: sessionId });
  }

  /** Takes back a question whose tab is gone before its session began; null where there is none. */
  takeOrphan() {
    const old = this.#now() - ORPHAN_MS;
    const orphan = this.#all().find((item) => item.session_id === null && item.tab !== this.#tab && item.at < old);
    if (orphan) this.drop(orphan.client_id);
    return orphan ?? null;
  }

  /** @param {string | null} sessionId */
  draft(sessionId) {
    const text = this.#keep.get(`draft:${sessionId ?? "new"}`);
    return typeof text === "string" ? text : "";
  }

  /**
   * @param {string | null} sessionId
   * @param {string} text
   */
  keepDraft(sessionId, text) {
    const key = `draft:${sessionId ?? "new"}`;
    if (text) this.#keep.put(key, text);
    else this.#keep.drop(key);
  }

  /** @returns {Waiting[]} */
  #all() {
    return this.#keep
      .keys("outbox:")
      .map((key) => /** @type {Waiting | null} */ (this.#keep.get(key)))
      .filter((item) => item !== null)
      .sort((one, other) => one.at - other.at);
  }
}

/** A UUID; crypto.randomUUID is missing on pages served over plain http from another machine. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
