/**
 * The connection to the coach, for as long as the page is open. It knows nothing of turns: it opens, notices when the
 * line is dead, waits, and opens again; what to say when it is open is its owner's business.
 *
 * @typedef {import("./types.js").ServerFrame} ServerFrame
 * @typedef {import("./types.js").ClientFrame} ClientFrame
 * @typedef {"idle" | "connecting" | "ready" | "reconnecting" | "closed" | "offline" | "auth_error" | "error"} State
 *   idle: not started; connecting: the first attempt; ready: the server has spoken; reconnecting: after a drop;
 *   closed: the page let go of it; offline: the browser has no network; auth_error: signed out, does not try again;
 *   error: it keeps failing, and the page says why
 * @typedef {{code: number, reason: string, spoke: boolean}} Closed spoke: whether the server had sent a frame
 */

import { delayBefore } from "./backoff.js";
import { CLOSE, isExplained } from "./protocol.js";

const OPEN_DEADLINE_MS = 10_000;
const PING_EVERY_MS = 20_000;
const PONG_DEADLINE_MS = 3_000;
/** A connection that lasts so long was a good one: the next wait starts from the shortest again. */
const STEADY_MS = 5_000;
const CLOSE_LEAVING = 1000;
/** Ours, in the range that applications may use. */
const CLOSE_SILENT = 4000;

export class StudySocket {
  /** @type {State} */
  #state = "idle";
  /** @type {WebSocket | null} */
  #socket = null;
  #spoke = false;
  #wasReady = false;
  #isAway;
  #account;
  #attempt = 0;
  /** One timer each: to try again, to give up on an opening, to ping, to give up on a pong, to call it steady. */
  #timers = { retry: 0, opening: 0, ping: 0, pong: 0, steady: 0 };

  /**
   * @param {string} url an absolute ws: or wss: URL
   * @param {{
   *   onState: (state: State, before: State) => void,
   *   onReady: (restored: boolean) => void,
   *   onFrame: (frame: ServerFrame) => void,
   *   onClosed: (closed: Closed) => void,
   *   onStranger?: () => void,
   * }} owner onStranger: the browser is another account's than `account`; nothing was sent, and it does not try again
   * @param {{isAway?: boolean, account?: string}} [start] isAway: the server did not answer when the page was opened;
   *   account: whose page it is
   */
  constructor(url, owner, { isAway = false, account } = {}) {
    this.url = url;
    this.owner = owner;
    this.#isAway = isAway;
    this.#account = account;
  }

  get state() {
    return this.#state;
  }

  get ready() {
    return this.#state === "ready";
  }

  /** Begins, and stays at it until stop(). */
  start() {
    window.addEventListener("online", this.#wake);
    window.addEventListener("offline", this.#probe);
    window.addEventListener("pageshow", this.#onPageShow);
    window.addEventListener("pagehide", this.stop);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#connect();
  }

  /** Lets go of the connection, until the page is shown again. */
  stop = () => {
    const socket = this.#takeOff();
    // Closed while it opens, it would only make the browser complain.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(CLOSE_LEAVING);
    else socket?.close(CLOSE_LEAVING, "the page is leaving");
    this.#clear("retry");
    this.#setState("closed");
  };

  /**
   * @param {ClientFrame} frame
   * @returns {boolean} whether it was handed to an open connection
   */
  send(frame) {
    if (!this.ready || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Tries again now, whatever the clock says; a page that is signed out has to be reloaded first. */
  retry() {
    if (this.#state === "auth_error") return;
    this.#attempt = 0;
    this.#clear("retry");
    if (!this.#socket) this.#connect();
  }

  /** The page knows why it keeps failing, and shows it: says so until the connection stands. */
  fail() {
    if (!this.ready && this.#state !== "auth_error" && this.#state !== "closed") this.#setState("error");
  }

  #connect() {
    this.#clear("retry");
    const nextStatus = this.#wasReady ? "reconnecting" : "connecting";
    console.log("[WS] Creating new WebSocket connection", { wsUrl: this.url, nextStatus });
    if (this.#state !== "error" && !(this.#isAway && this.#state === "offline")) this.#setState(nextStatus);
    this.#spoke = false;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.#set("opening", OPEN_DEADLINE_MS, () => this.#giveUp("no answer while opening"));
    socket.onopen = () => console.log("[WS] onopen fired", { reconnecting: this.#wasReady });
    socket.onmessage = (event) => this.#onMessage(event.data);
    socket.onclose = ({ code, reason, wasClean }) => {
      console.log("[WS] onclose fired", { code, reason, wasClean });
      this.#onClose(code, reason);
    };
  }

  /** @param {unknown} data */
  #onMessage(data) {
    this.#clear("pong");
    this.#set("ping", PING_EVERY_MS, this.#ping);
    /** @type {ServerFrame | null} */
    let frame = null;
    try {
      frame = JSON.parse(String(data));
    } catch {
      // whatever it is, it is not this protocol
    }
    if (frame?.type === "info" && this.#account && frame.user_id !== this.#account) return this.#onStranger();
    if (!this.#spoke) this.#onFirstWord();
    if (frame) this.owner.onFrame(frame);
  }

  /** The page is one account's, and the browser another's by now: nothing of the one is sent as the other. */
  #onStranger() {
    this.stop();
    this.owner.onStranger?.();
  }

  /**
   * Ready is when the server has spoken, not when the socket is open: a refused page is let in only to be told why.
   */
  #onFirstWord() {
    this.#spoke = true;
    this.#isAway = false;
    this.#clear("opening");
    this.#set("steady", STEADY_MS, () => (this.#attempt = 0));
    const restored = this.#wasReady;
    this.#wasReady = true;
    this.#setState("ready");
    this.owner.onReady(restored);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #onClose(code, reason) {
    const spoke = this.#spoke;
    this.#forget();
    if (!isExplained({ code, reason }) && /** @type {readonly number[]} */ (CLOSE.SIGN_IN).includes(code)) {
      this.#setState("auth_error");
    } else {
      if (!navigator.onLine || this.#isAway) this.#setState("offline");
      else if (this.#state !== "error") this.#setState("reconnecting");
      this.#set("retry", delayBefore(this.#attempt), () => this.#connect());
      this.#attempt += 1;
    }
    this.owner.onClosed({ code, reason, spoke });
  }

  /** Goes on at once when there is reason to think that it works now; asks for a sign of life where it seems to. */
  #wake = () => {
    if (this.#state === "auth_error") return;
    if (this.#state === "closed") return this.#connect();
    if (this.#socket) return this.#probe();
    this.retry();
  };

  #onPageShow = (/** @type {PageTransitionEvent} */ event) => {
    if (event.persisted || this.#state === "closed") this.#wake();
  };

  #onVisible = () => {
    if (document.visibilityState === "visible") this.#wake();
  };

  #probe = () => {
    if (this.ready) this.#ping();
    else if (!navigator.onLine && !this.#socket) this.#setState("offline");
  };

  #ping = () => {
    if (!this.send({ type: "ping" }) || this.#timers.pong) return;
    this.#set("pong", PONG_DEADLINE_MS, () => this.#giveUp("no answer to a ping"));
  };

  /** @param {string} reason */
  #giveUp(reason) {
    // A dead line never finishes its closing handshake, so its close event would come minutes late.
    this.#takeOff()?.close(CLOSE_SILENT, reason);
    console.log("[WS] onclose fired", { code: CLOSE_SILENT, reason, wasClean: false });
    this.#onClose(CLOSE_SILENT, reason);
  }

  /** The socket, without its handlers: whatever still happens to it is of no interest. */
  #takeOff() {
    const socket = this.#socket;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    this.#forget();
    return socket;
  }

  #forget() {
    this.#socket = null;
    for (const name of /** @type {const} */ (["opening", "ping", "pong", "steady"])) this.#clear(name);
  }

  /** @param {State} state */
  #setState(state) {
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    this.owner.onState(state, before);
  }

  /**
   * @param {"retry" | "opening" | "ping" | "pong" | "steady"} name
   * @param {number} ms
   * @param {() => void} then
   */
  #set(name, ms, then) {
    this.#clear(name);
    this.#timers[name] = window.setTimeout(() => {
      this.#timers[name] = 0;
      then();
    }, ms);
  }

  /** @param {"retry" | "opening" | "ping" | "pong" | "steady"} name */
  #clear(name) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = 0;
  }
}
