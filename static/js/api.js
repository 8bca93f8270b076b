/** The server's HTTP interface, as the page uses it. */

import { appRoot } from "./socket_url.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("./types.js").Material} Material
 * @typedef {import("./types.js").Session} Session
 * @typedef {{
 *   passage: {id: string, position: number, page: number | null, heading: string, content: string},
 *   before: string, after: string, filename: string, marked: [number, number][], deleted: boolean,
 *   html: {before: string, passage: string, after: string} | null,
 * }} PassageInPlace
 */

const root = appRoot();

/** What the server, or the way to it, refused. status: the HTTP status, 0 where nothing answered. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{code?: string, status?: number}} [details]
   */
  constructor(message, { code = "unreachable", status = 0 } = {}) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** @param {string} path below the application's root */
export function address(path) {
  return new URL(path, root).href;
}

/**
 * @param {number} status
 * @param {unknown} body
 */
export function errorFrom(status, body) {
  const error = /** @type {{error?: {code?: string, message?: string}} | null} */ (body)?.error;
  return new ApiError(error?.message ?? WORDS.serverError, { code: error?.code ?? "server_error", status });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: object | File, keepalive?: boolean, signal?: AbortSignal}} [options]
 */
async function ask(method, path, { body, keepalive, signal } = {}) {
  const isFile = body instanceof Blob;
  try {
    return await fetch(address(path), {
      method,
      keepalive,
      signal,
      headers: { Accept: "application/json", ...(body && !isFile && { "Content-Type": "application/json" }) },
      body: isFile ? body : body && JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(WORDS.unreachable);
  }
}

/** @type {(...call: Parameters<typeof ask>) => Promise<{isNew: boolean, answer: any}>} isNew: it was made by that */
export async function made(...call) {
  const response = await ask(...call);
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw errorFrom(response.status, answer);
  return { isNew: response.status === 201, answer };
}

/** @type {(...call: Parameters<typeof ask>) => Promise<any>} */
export async function request(...call) {
  return (await made(...call)).answer;
}

const id = encodeURIComponent;

/** @param {string} session @param {string} [before] @param {number} [limit] */
function messagesOf(session, before, limit) {
  const query = new URLSearchParams({ ...(before && { before }), ...(limit && { limit: String(limit) }) });
  return `session/${id(session)}/messages?${query}`;
}

export const api = {
  /**
   * What leads to a message, or without one the end of the session, as the server draws it.
   * @param {string} session
   * @param {string} [before]
   * @param {number} [limit]
   */
  async messages(session, before, limit) {
    const response = await ask("GET", messagesOf(session, before, limit));
    if (!response.ok) throw errorFrom(response.status, null);
    return response.text();
  },
  /**
   * The same for a page that is about to be printed, which waits for nobody; empty where it can't be had.
   * @param {string} session
   * @param {string} before
   */
  messagesNow(session, before) {
    const request = new XMLHttpRequest();
    request.open("GET", address(messagesOf(session, before)), false);
    try {
      request.send();
    } catch {
      return "";
    }
    return request.status === 200 ? request.responseText : "";
  },
  /**
   * @param {{query: string, before: string, signal: AbortSignal}} page query: empty for all; before: the `next` of the
   *   page before, or empty
   * @returns {Promise<{sessions: Session[], next: string | null}>}
   */
  sessions: ({ query, before, signal }) =>
    request("GET", `api/sessions?query=${id(query)}${before && `&before=${id(before)}`}`, { signal }),
  /**
   * @param {string} session
   * @param {{title?: string, pinned?: boolean, shown?: string, controls?: object, material_ids?: string[]}} change
   */
  changeSession: (session, change) => request("PATCH", `api/sessions/${id(session)}`, { body: change }),
  /** @param {File} file @returns {Promise<import("./types.js").Imported>} */
  importSessions: (file) => request("POST", "api/sessions/import", { body: file }),
  /** @param {string} session */
  deleteSession: (session) => request("DELETE", `api/sessions/${id(session)}`, { keepalive: true }),
  /** @returns {Promise<{materials: Material[], next: string | null}>} */
  materials: () => request("GET", "api/materials?limit=200"),
  /**
   * @param {string} material
   * @returns {Promise<Material & {cited: {replies: number, sessions: object[]}}>}
   */
  material: (material) => request("GET", `api/materials/${id(material)}`),
  /**
   * @param {string} filename
   * @param {string} text
   * @returns {Promise<Material>}
   */
  addText: (filename, text) => request("POST", "api/materials", { body: { filename, text } }),
  /**
   * @param {string} name
   * @returns {Promise<Material>}
   */
  addSample: (name) => request("POST", `api/materials/samples/${id(name)}`),
  /** @param {string} material */
  deleteMaterial: (material) => request("DELETE", `api/materials/${id(material)}`, { keepalive: true }),
  /**
   * @param {string} material
   * @param {number} position
   * @param {string} reply
   * @param {number} [citation]
   * @returns {Promise<PassageInPlace>}
   */
  passage: (material, position, reply, citation) =>
    request(
      "GET",
      `api/materials/${id(material)}/passages/${position}?reply=${id(reply)}${citation === undefined ? "" : `&citation=${citation}`}`,
    ),
};
