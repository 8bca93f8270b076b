/**
 * The list of sessions: by day, searched, renamed in place, pinned, deleted with a way back.
 *
 * @typedef {import("./types.js").Session} Session
 */

import { ApiError, address, api } from "./api.js";
import { find, part, within } from "./element.js";
import { heirsOf } from "./focus.js";
import { addressOfHit } from "./hit.js";
import { openMenu } from "./popover.js";
import { dayLine, dayOf, hitLine } from "./session_lines.js";
import { WORDS } from "./words.js";

const SEARCH_AFTER_MS = 180;
/** Older sessions are fetched when so much of the list is left below. */
const FETCH_AHEAD_PX = 400;

export class Sidebar {
  #element;
  #list;
  #search;
  #searchTimer = 0;
  #asked = new AbortController();
  /** Where the list goes on, and where the hits of a search do; empty where it ends. */
  #next = { all: "", found: "" };
  /** @type {Session[]} */
  #found = [];
  #isFetching = false;
  /** @type {Map<string, Session>} */
  #sessions = new Map();
  /** Deleted here, and not yet on the server. @type {Set<string>} */
  #deleting = new Set();
  #current;

  /**
   * @param {HTMLElement} element
   * @param {string | null} current the session that is shown
   * @param {{
   *   onDeleted: (session: Session, ways: {restore: () => void, send: () => Promise<unknown>}) => void,
   *   onLeave: () => void,
   *   onMenu: (what: string) => void,
   *   onProblem: (words: string) => void,
   * }} owner
   */
  constructor(element, current, owner) {
    this.#element = element;
    this.#list = find(element, ".session-list", HTMLUListElement);
    this.#search = find(element, ".search-field", HTMLInputElement);
    this.#current = current;
    this.owner = owner;
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll(".session-item"))) {
      const session = read(item);
      this.#sessions.set(session.id, session);
    }
    this.#next.all = this.#list.dataset.next ?? "";
    const more = find(element, ".sessions-more");
    more.addEventListener("click", () => openMenu(more, part("sessions-menu"), owner.onMenu));
    this.#list.addEventListener("click", this.#onClick);
    this.#list.addEventListener("scroll", this.#onScroll, { passive: true });
    this.#search.addEventListener("input", this.#onSearch);
    this.#draw();
  }

  search() {
    this.#search.select();
  }

  /** @param {string} sessionId */
  setCurrent(sessionId) {
    this.#current = sessionId;
    this.#draw();
  }

  /**
   * A session was made, renamed, answered, pinned or deleted, in this tab or another.
   * @param {import("./types.js").SessionFrame} frame
   */
  update({ session_id, title, updated_at, pinned, deleted }) {
    if (deleted) this.#sessions.delete(session_id);
    else if (!this.#deleting.has(session_id)) this.#sessions.set(session_id, { id: session_id, title, updated_at, pinned });
    this.#draw();
  }

  /** A deletion that was made final when the last page was left may still be on its way. @param {string} sessionId */
  forget(sessionId) {
    this.#sessions.delete(sessionId);
    this.#deleting.add(sessionId);
    this.#draw();
  }

  #draw() {
    if (this.#query) return; // the hits stay until the search ends
    const sessions = [...this.#sessions.values()].sort(
      (one, other) => Number(other.pinned) - Number(one.pinned) || other.updated_at - one.updated_at,
    );
    this.#fill(sessions, true);
    find(this.#element, ".sessions-empty").hidden = sessions.length > 0;
  }

  /**
   * @param {Session[]} sessions
   * @param {boolean} byDay
   */
  #fill(sessions, byDay) {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const focused = active?.closest(".session-item");
    const heirs = focused ? [focused, ...heirsOf(focused)].map((item) => item.getAttribute("data-session")) : [];
    const renaming = this.#list.querySelector(".session-rename");
    if (renaming) return; // a name is being typed
    const days = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".session-day")]);
    let day = "";
    /** @type {HTMLElement[]} */
    const lines = [];
    for (const session of sessions) {
      const itsDay = session.pinned ? WORDS.pinned : dayOf(session.updated_at);
      if (byDay && itsDay !== day) lines.push(days.find((line) => line.textContent === itsDay) ?? dayLine(itsDay));
      day = itsDay;
      lines.push(this.#item(session));
    }
    // What stays where it is keeps its focus, and a menu its button.
    for (const [index, line] of lines.entries()) {
      if (this.#list.children[index] !== line) this.#list.insertBefore(line, this.#list.children[index] ?? null);
    }
    while (this.#list.children.length > lines.length) this.#list.lastElementChild?.remove();
    if (focused?.isConnected && active !== document.activeElement) active?.focus({ preventScroll: true });
    else if (focused && !focused.isConnected) this.#focus(...heirs);
  }

  /** The keyboard goes to the first of these that is still listed. @param {(string | null)[]} ids */
  #focus(...ids) {
    const item = ids.map((id) => id && this.#find(id)).find((found) => found);
    const target = (item && item.querySelector("a")) || this.#search;
    target.focus({ preventScroll: true });
  }

  /** @param {Session} session */
  #item({ id, title, updated_at, pinned, hit }) {
    const item = this.#find(id) ?? part("session");
    const link = find(item, ".session-link", HTMLAnchorElement);
    item.dataset.session = id;
    item.dataset.updated = String(updated_at);
    item.toggleAttribute("data-pinned", pinned);
    item.toggleAttribute("data-current", id === this.#current);
    link.href = address(`session/${encodeURIComponent(id)}${hit ? addressOfHit(hit) : ""}`);
    if (id === this.#current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    find(item, ".session-title").textContent = title || WORDS.newSession;
    if (hit?.parts.length) find(item, ".session-title").append(hitLine(hit.parts));
    return item;
  }

  /** @param {string} id @returns {HTMLElement | null} */
  #find(id) {
    return this.#list.querySelector(`[data-session="${CSS.escape(id)}"]`);
  }

  #onSearch = () => {
    clearTimeout(this.#searchTimer);
    this.#asked.abort();
    this.#asked = new AbortController();
    this.#isFetching = false;
    this.#found = [];
    this.#next.found = "";
    if (!this.#query) return this.#draw();
    this.#searchTimer = window.setTimeout(() => this.#fetch(), SEARCH_AFTER_MS);
  };

  get #query() {
    return this.#search.value.trim();
  }

  #onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    const isNearEnd = scrollHeight - clientHeight - scrollTop < FETCH_AHEAD_PX;
    if (isNearEnd && (this.#query ? this.#next.found : this.#next.all)) void this.#fetch();
  };

  /** The next page of the list, or of the hits. */
  async #fetch() {
    const query = this.#query;
    if (this.#isFetching) return;
    this.#isFetching = true;
    const { signal } = this.#asked;
    try {
      const { sessions, next } = await api.sessions({ query, before: query ? this.#next.found : this.#next.all, signal });
      if (query) this.#showFound(sessions, next ?? "");
      else this.#addOlder(sessions, next ?? "");
    } catch (error) {
      if (error instanceof ApiError) this.owner.onProblem(error.message);
    } finally {
      if (!signal.aborted) this.#isFetching = false;
    }
  }

  /**
   * @param {Session[]} sessions
   * @param {string} next
   */
  #showFound(sessions, next) {
    if (!this.#found.length) this.#list.scrollTop = 0;
    this.#found.push(...sessions.filter(({ id }) => !this.#deleting.has(id)));
    this.#next.found = next;
    this.#fill(this.#found, false);
    if (!this.#found.length) this.#list.replaceChildren(dayLine(WORDS.nothingFound));
  }

  /**
   * @param {Session[]} sessions
   * @param {string} next
   */
  #addOlder(sessions, next) {
    this.#next.all = next;
    for (const session of sessions) {
      if (!this.#sessions.has(session.id) && !this.#deleting.has(session.id)) this.#sessions.set(session.id, session);
    }
    this.#draw();
  }

  /** @param {MouseEvent} event */
  #onClick = (event) => {
    const item = within(event, ".session-item");
    if (!item) return;
    if (within(event, ".session-link")) return this.owner.onLeave();
    const more = within(event, ".session-more");
    if (!more) return;
    const menu = part("session-menu");
    const session = this.#sessions.get(item.dataset.session ?? "") ?? read(item);
    find(menu, ".pin-words").textContent = session.pinned ? WORDS.unpin : WORDS.pin;
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (menu.querySelectorAll("[data-format]"))) {
      link.href = address(`api/sessions/${encodeURIComponent(session.id)}/export?format=${link.dataset.format}`);
    }
    openMenu(more, menu, (what) => {
      if (what === "rename") this.#rename(item, session);
      else if (what === "pin") void this.#change(session, { pinned: !session.pinned });
      else if (what === "delete") this.#delete(session);
    });
  };

  /**
   * @param {HTMLElement} item
   * @param {Session} session
   */
  #rename(item, session) {
    const [link, field] = [find(item, ".session-link"), document.createElement("input")];
    field.className = "session-rename";
    field.value = session.title;
    field.maxLength = 200;
    field.dir = "auto";
    field.setAttribute("aria-label", WORDS.sessionName);
    let ended = false; // taking it away is a blur too
    const end = (/** @type {boolean} */ keep, isByKey = true) => {
      if (ended) return;
      ended = true;
      const title = field.value.trim();
      field.replaceWith(link);
      this.#draw();
      if (isByKey) this.#focus(session.id);
      if (keep && title && title !== session.title) void this.#change(session, { title });
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) end(true);
      if (event.key !== "Escape") return;
      event.preventDefault(); // or the drawer, too, would close
      end(false);
    });
    field.addEventListener("blur", () => end(true, false));
    link.replaceWith(field);
    field.select();
  }

  /**
   * @param {Session} session
   * @param {{title?: string, pinned?: boolean}} change
   */
  async #change(session, change) {
    this.#sessions.set(session.id, { ...session, ...change });
    this.#draw();
    try {
      await api.changeSession(session.id, change);
    } catch (error) {
      this.#sessions.set(session.id, session);
      this.#draw();
      this.owner.onProblem(error instanceof ApiError ? error.message : WORDS.serverError);
    }
  }

  /** It goes from the list at once, and from the server when there is no way back any more. @param {Session} session */
  #delete(session) {
    this.#sessions.delete(session.id);
    this.#deleting.add(session.id);
    this.#draw();
    const restore = () => {
      this.#deleting.delete(session.id);
      this.#sessions.set(session.id, session);
      this.#draw();
    };
    this.owner.onDeleted(session, { restore, send: () => api.deleteSession(session.id) });
  }
}

/** @param {HTMLElement} item @returns {Session} */
function read(item) {
  return {
    id: item.dataset.session ?? "",
    title: find(item, ".session-title").textContent ?? "",
    updated_at: Number(item.dataset.updated),
    pinned: item.hasAttribute("data-pinned"),
  };
}
