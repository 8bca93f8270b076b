/**
 * Keeps the page readable without the server: starts the service worker once the page stands, and tells it what is worth a
 * copy. Where a browser has no workers, as on a page over plain http from another machine, it does nothing.
 *
 * @typedef {import("./types.js").WorkerMessage} WorkerMessage
 */

import { appRoot } from "./socket_url.js";

/** A session is copied when nothing has changed in it for so long, or when it is left. */
const QUIET_MS = 3_000;
/** A new version that still waits after this is asked once more to take over: browsers have been seen to overlook it. */
const WAITING_MS = 5_000;
/** A copy that is no older than this is as good as the page. */
const YOUNG_MS = 60_000;
/** A page that is never idle is idle enough after this. */
const IDLE_MS = 3_000;

export class Offline {
  #root = appRoot();
  #timer = 0;
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;

  /**
   * @param {{onUpdate: () => void, onBehind: () => void}} owner onUpdate: the server has a newer version than this page;
   *   onBehind: the page is a copy, and the server may have more by now
   */
  constructor(owner) {
    this.owner = owner;
    if (!("serviceWorker" in navigator)) return;
    if (document.readyState === "complete") this.#startSoon();
    else window.addEventListener("load", this.#startSoon);
  }

  /** Something was said: the copy is behind. */
  changed() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(this.#keep, QUIET_MS);
  }

  /** A session is no more. @param {string} session */
  drop(session) {
    this.#tell({ type: "drop", path: `session/${encodeURIComponent(session)}` });
  }

  /** The login has ended. */
  forget() {
    this.#tell({ type: "forget" });
  }

  /** Somebody else has signed in: the page is begun anew, as theirs. */
  startOver() {
    this.forget();
    location.reload();
  }

  /**
   * The server answers. Where the page is an older copy it is loaded anew, unless that would tear something from the
   * student's hands.
   * @param {string | undefined} kept where the page is a copy: when it was made, in milliseconds since 1970
   * @param {boolean} isTyping
   * @returns {boolean} whether it goes
   */
  makesWay(kept, isTyping) {
    // A younger one was brought up to date by the very answer that was too late for it.
    if (!kept || Date.now() - Number(kept) < YOUNG_MS) return false;
    if (isTyping) this.owner.onBehind();
    else location.reload();
    return !isTyping;
  }

  /** The server was away, and may be another version now. */
  async lookForUpdate() {
    await this.#registration?.update().catch(() => {}); // it is away again
  }

  #startSoon = () => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.#start(), { timeout: IDLE_MS });
    else setTimeout(() => this.#start(), IDLE_MS);
  };

  async #start() {
    const { serviceWorker } = navigator;
    const wasKept = serviceWorker.controller !== null;
    serviceWorker.addEventListener("message", ({ data }) => {
      if (data?.type !== "version") return;
      this.#tell({ type: "renew" });
      if (versionIn(data.shell) !== versionIn(import.meta.url)) this.owner.onUpdate();
    });
    try {
      await serviceWorker.register(new URL("worker.js", this.#root), { scope: this.#root.pathname });
      this.#registration = await serviceWorker.ready;
    } catch {
      return; // refused by the browser or by a policy: the page works as before
    }
    const registration = this.#registration;
    const hurry = () => registration.waiting?.postMessage(/** @type {WorkerMessage} */ ({ type: "skip" }));
    registration.addEventListener("updatefound", () => setTimeout(hurry, WAITING_MS));
    hurry();
    document.addEventListener("visibilitychange", this.#onHidden);
    window.addEventListener("pagehide", this.#onHidden);
    // A page that begins with the end of its session is kept so; what is above it can't be fetched without the server.
    if (document.querySelector(".older")) this.changed();
    else if (!wasKept) this.#keep();
    this.#tell({ type: "renew" });
  }

  #onHidden = () => {
    if (this.#timer && document.visibilityState === "hidden") this.#keep();
  };

  #keep = () => {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#tell({ type: "keep", path: location.pathname.slice(this.#root.pathname.length) });
  };

  /** @param {WorkerMessage} message */
  #tell(message) {
    this.#registration?.active?.postMessage(message);
  }
}

/** The version in an address of static files; what follows it names their language. @param {string} address */
function versionIn(address) {
  return /static\/(\w+)/.exec(address)?.[1];
}
