/**
 * The service worker: answers from the network, and from its copies where that does not answer. Pages are never older than
 * the network has them; files with a version in their address are taken from the copies at once.
 *
 * The server puts `self.STUDYIN` in front of it: what is in the version it belongs to, and how much to keep.
 */

/** @typedef {import("./types.js").FetchEvent} FetchEvent */

import { KeptPages } from "./kept_pages.js";
import { Shell } from "./shell.js";

/** After so long a copy is better than waiting; the answer, when it comes, is kept. */
const DEADLINE_MS = 3_000;
/** Nothing is waited for any longer: a worker with work left holds up the version after it. */
const LONGEST_MS = 20_000;
/** What a proxy says for a server that is gone. */
const GONE = [502, 503, 504];
/** The pages that are ours: below a root may lie others, with which this has nothing to do. */
const PAGES = /^(?:|session\/[^/]+|cards|account|sign-in)$/;
const KEPT = /^(?:|session\/[^/]+|cards)$/;
/** What ends a login, or begins another one. */
const LEAVING = ["sign-out", "sign-out-everywhere", "sign-in", "invitation"];

const worker = /** @type {import("./types.js").Worker} */ (/** @type {unknown} */ (self));
const { STUDYIN: given, registration } = worker;
const root = new URL(registration.scope).pathname;
const shell = new Shell(root, given);
const pages = new KeptPages(root, given);

worker.addEventListener("install", (event) => event.waitUntil(shell.fill().then(() => worker.skipWaiting())));

worker.addEventListener("activate", (event) => {
  const takeOver = async () => {
    await shell.dropOthers();
    await registration.navigationPreload?.enable();
    await worker.clients.claim();
    for (const client of await worker.clients.matchAll()) client.postMessage({ type: "version", shell: given.shell });
  };
  event.waitUntil(takeOver());
});

worker.addEventListener("message", (event) => {
  const { type, path } = event.data;
  if (type === "keep" && KEPT.test(path)) event.waitUntil(atMost(keep(path)));
  if (type === "renew") event.waitUntil(atMost(renew()));
  if (type === "drop") event.waitUntil(pages.drop(path));
  if (type === "forget") event.waitUntil(pages.forget());
  if (type === "skip") event.waitUntil(worker.skipWaiting());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || !pathname.startsWith(root)) return;
  const path = pathname.slice(root.length);
  if (request.method === "POST" && LEAVING.includes(path)) event.waitUntil(pages.forget());
  if (request.method !== "GET") return;
  if (path.startsWith("static/")) event.respondWith(shell.answer(request, path));
  else if (request.mode === "navigate") event.respondWith(PAGES.test(path) ? open(event, path) : asked(event));
});

/** The network's answer: the browser may have asked already, while this script was starting. @param {FetchEvent} event */
async function asked(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/**
 * A page of ours, or what can stand in for it.
 * @param {FetchEvent} event
 * @param {string} path
 */
async function open(event, path) {
  const take = pages.expect(path);
  const isWhole = KEPT.test(path) && !new URL(event.request.url).search;
  const coming = asked(event);
  const taken = coming.then((answer) => (isWhole || isLeaving(path, answer) ? take(answer.clone()) : undefined));
  event.waitUntil(atMost(taken.catch(() => {})));
  const copy = await pages.find(path);
  const late = new Promise((resolve) => copy && setTimeout(resolve, DEADLINE_MS));
  const answer = await Promise.race([coming.catch(() => undefined), late]);
  if (answer && !GONE.includes(answer.status)) return answer;
  // A server that says in its own words why it can't answer has more to say than a screen of ours.
  return copy ?? (answer?.status === 503 ? answer : shell.screen());
}

/** @param {Promise<void>} work */
function atMost(work) {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, LONGEST_MS))]);
}

/**
 * The page for signing in is shown to nobody else than who is signed out.
 * @param {string} path
 * @param {Response} answer
 */
function isLeaving(path, answer) {
  return path === "sign-in" && answer.status === 200;
}

/** Keeps a page that was not opened by its address, with more of its session than it begins with. @param {string} path */
async function keep(path) {
  const take = pages.expect(path);
  const headers = { Accept: "text/html", "Studyin-Copy": "1" };
  const answer = await fetch(root + path, { redirect: "manual", headers }).catch(() => null);
  if (answer) await take(answer);
}

/** Copies that an earlier version has drawn are drawn anew, one after the other. */
async function renew() {
  for (const path of await pages.outdated()) await keep(path);
}
