/**
 * Brings notes to the server, and says how far that is: one line each above the composer, from the first byte until the
 * text can be asked about. What failed stays until it is read.
 *
 * @typedef {import("./types.js").Material} Material
 */

import { ApiError, address, api, errorFrom } from "./api.js";
import { find, part } from "./element.js";
import { keepFocus, passFocus } from "./focus.js";
import { megabytes } from "./locale.js";
import { WORDS } from "./words.js";

const GONE_AFTER_MS = 4_000;

export class Uploads {
  #tray;
  #maxBytes;
  /** One file travels at a time, so that the first is readable soonest. */
  #queue = Promise.resolve();
  /** @type {Map<string, HTMLElement>} lines by the material they wait for */
  #reading = new Map();
  /**
   * What the socket told while a file was on its way: it may be read before its own upload is answered.
   * @type {Map<string, Material>}
   */
  #news = new Map();
  /** How many are not with the server yet, as far as it has told. */
  #waiting = 0;

  /**
   * @param {HTMLElement} tray
   * @param {{maxBytes: number}} limits
   * @param {{onMaterial: (material: Material) => void}} owner
   */
  constructor(tray, { maxBytes }, owner) {
    this.#tray = tray;
    this.#maxBytes = maxBytes;
    this.owner = owner;
  }

  get underWay() {
    return this.#waiting > 0;
  }

  /** @param {Iterable<File>} files */
  addFiles(files) {
    for (const file of files) {
      const line = this.#line(file.name);
      if (file.size > this.#maxBytes) this.#fail(line, WORDS.uploadTooLarge(megabytes(this.#maxBytes)));
      else if (file.size === 0) this.#fail(line, WORDS.uploadEmpty);
      else this.#later(line, () => send(file, (sent, total) => showProgress(line, sent, total)));
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  addText(name, text) {
    this.#later(this.#line(name), () => api.addText(name, text));
  }

  /**
   * @param {string} name
   * @param {string} title
   */
  addSample(name, title) {
    this.#later(this.#line(title), () => api.addSample(name));
  }

  /** The server has come further with a material. @param {Material} material */
  update(material) {
    this.#news.set(material.id, material);
    const line = this.#reading.get(material.id);
    if (!line) return;
    showPages(line, material);
    line.dataset.status = material.status;
    if (material.status === "failed") return this.#fail(line, material.error ?? WORDS.readFailed);
    const isReady = material.status === "ready";
    if (!isReady) return say(line, material.status === "queued" ? WORDS.queued : WORDS.reading(material));
    this.#reading.delete(material.id);
    say(line, material.notice ?? WORDS.ready(material.passages ?? 0));
    if (!material.notice) setTimeout(() => this.#remove(line), GONE_AFTER_MS);
  }

  /** The material was deleted while it was read. @param {string} id */
  forget(id) {
    const line = this.#reading.get(id);
    if (line) this.#remove(line);
    this.#reading.delete(id);
  }

  /**
   * @param {HTMLElement} line
   * @param {() => Promise<Material>} bring
   */
  #later(line, bring) {
    say(line, WORDS.uploadNext);
    this.#waiting += 1;
    this.#queue = this.#queue.then(() => this.#bring(line, bring));
  }

  /**
   * @param {HTMLElement} line
   * @param {() => Promise<Material>} bring
   */
  async #bring(line, bring) {
    this.#news.clear();
    try {
      const answer = await bring();
      const material = this.#news.get(answer.id) ?? answer;
      this.#reading.set(material.id, line);
      this.owner.onMaterial(material);
      this.update(material);
    } catch (error) {
      const isOurs = error instanceof ApiError;
      const mayWork = isOurs && (error.status === 0 || error.status >= 500);
      this.#fail(line, isOurs ? error.message : WORDS.serverError, mayWork ? () => this.#later(line, bring) : undefined);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** @param {string} name */
  #line(name) {
    const line = part("upload");
    find(line, ".upload-name").textContent = name;
    find(line, ".upload-close").addEventListener("click", () => this.#remove(line));
    this.#tray.append(line);
    return line;
  }

  /** @param {HTMLElement} line */
  #remove(line) {
    passFocus(line, () => line.remove(), this.#tray.parentElement?.querySelector("textarea") ?? null);
  }

  /**
   * @param {HTMLElement} line
   * @param {string} words
   * @param {() => void} [again] what may be worth a second try
   */
  #fail(line, words, again) {
    line.dataset.status = "failed";
    find(line, ".upload-progress").hidden = true;
    say(line, words);
    const retry = find(line, ".upload-again", HTMLButtonElement);
    retry.hidden = !again;
    retry.onclick = () => {
      line.dataset.status = "sending";
      keepFocus(retry, () => (retry.hidden = true), find(line, ".upload-close"));
      again?.();
    };
  }
}

/**
 * Sends one file; XMLHttpRequest, because fetch does not tell how far an upload is.
 * @param {File} file
 * @param {(sent: number, total: number) => void} onProgress in bytes
 * @returns {Promise<Material>}
 */
function send(file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", address("api/materials"));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onerror = () => reject(new ApiError(WORDS.uploadCut));
    request.onload = () => {
      if (request.status < 400 && request.response) resolve(request.response);
      else reject(errorFrom(request.status, request.response));
    };
    request.send(body);
  });
}

/**
 * @param {HTMLElement} line
 * @param {number} sent bytes
 * @param {number} total
 */
function showProgress(line, sent, total) {
  const progress = find(line, ".upload-progress", HTMLProgressElement);
  progress.hidden = false;
  progress.value = sent / total;
  say(line, sent < total ? WORDS.uploading(megabytes(sent), megabytes(total)) : WORDS.queued);
}

/** @param {HTMLElement} line @param {Material} material */
function showPages(line, { status, pages, pages_read: read }) {
  const progress = find(line, ".upload-progress", HTMLProgressElement);
  progress.hidden = status !== "reading" || !pages;
  if (pages) progress.value = (read ?? 0) / pages;
}

/**
 * @param {HTMLElement} line
 * @param {string} words
 */
function say(line, words) {
  find(line, ".upload-state").textContent = words;
}
