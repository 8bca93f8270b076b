/**
 * Why the socket does not open while the page's HTTP works: asks `GET api/chat/check`, and says which hop fails.
 *
 * @typedef {import("./socket.js").Closed} Closed
 * @typedef {{code: string, message: string, fix?: string | null}} Problem
 * @typedef {{ok: boolean, problems: Problem[], headers?: Record<string, string>}} Check
 * @typedef {{kind: "down" | "upgrade" | "origin" | "host" | "full" | "signIn", title: string, words: string,
 *   fixes: {name: string, lines: string}[], isGuess: boolean}} Diagnosis isGuess: the server itself finds nothing wrong
 */

import { CLOSE, isExplained } from "./protocol.js";
import { checkUrl } from "./socket_url.js";
import { DIAGNOSES } from "./words.js";

const CHECK_DEADLINE_MS = 4_000;

const NGINX = `location / {
    proxy_pass http://127.0.0.1:8000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header Host $http_host;
    proxy_read_timeout 1h;
}`;

const CADDY = `study.example.org {
    reverse_proxy 127.0.0.1:8000
}`;

/** Codes of the check's problems, as the page's own kinds. @type {Record<string, Diagnosis["kind"]>} */
const KINDS = {
  origin_not_allowed: "origin",
  host_not_allowed: "host",
  too_many_connections: "full",
  upgrade_required: "upgrade",
};

/**
 * @param {string} wsUrl
 * @param {Closed} closed how the last attempt ended
 * @returns {Promise<Diagnosis>}
 */
export async function diagnose(wsUrl, closed) {
  if (closed.code === CLOSE.FULL) return make("full", DIAGNOSES.full.words);
  if (isExplained(closed)) return make(/HOSTS/.test(closed.reason) ? "host" : "origin", closed.reason);
  return fromCheck(await check(wsUrl), wsUrl);
}

/** The student is signed out. @returns {Diagnosis} */
export function signedOut() {
  return make("signIn", DIAGNOSES.signIn.words);
}

/**
 * @param {Check | null} answer null: nothing answered
 * @param {string} wsUrl
 * @returns {Diagnosis}
 */
export function fromCheck(answer, wsUrl) {
  if (!answer) return make("down", DIAGNOSES.down.words);
  const problem = answer.problems.find(({ code }) => code in KINDS);
  const kind = problem ? KINDS[problem.code] : "upgrade";
  if (kind === "upgrade") {
    const fixes = [
      { name: "nginx", lines: NGINX },
      { name: "Caddy", lines: CADDY },
    ];
    return { ...make(kind, DIAGNOSES.upgrade.words, fixes), isGuess: !problem };
  }
  if (kind === "origin") return make(kind, DIAGNOSES.origin.words(location.origin), fixOf(problem));
  if (kind === "host") return make(kind, DIAGNOSES.host.words(new URL(wsUrl).host), fixOf(problem));
  return make("full", DIAGNOSES.full.words);
}

/** @param {string} wsUrl @returns {Promise<Check | null>} */
async function check(wsUrl) {
  const address = `${checkUrl(wsUrl)}?origin=${encodeURIComponent(location.origin)}`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(CHECK_DEADLINE_MS), cache: "no-store" });
    return await response.json();
  } catch {
    return null;
  }
}

/** @param {Problem | undefined} problem */
function fixOf(problem) {
  return problem?.fix ? [{ name: DIAGNOSES.fix, lines: problem.fix }] : [];
}

/**
 * @param {Diagnosis["kind"]} kind
 * @param {string} words
 * @param {Diagnosis["fixes"]} [fixes]
 * @returns {Diagnosis}
 */
function make(kind, words, fixes = []) {
  return { kind, title: DIAGNOSES[kind].title, words, fixes, isGuess: false };
}
