/** The screen for a page of which there is no copy: lists what can be read, and opens the page when the server is back. */

import { find } from "./element.js";
import { drawn } from "./html.js";
import { KeptPages } from "./kept_pages.js";
import { appRoot } from "./socket_url.js";

const LOOK_EVERY_MS = 5_000;
const root = appRoot();
const list = find(document, ".offline-list");
const form = find(list, "template", HTMLTemplateElement);

async function show() {
  const pages = new KeptPages(root.pathname, { sessions: 0, days: Number(list.dataset.days), shell: "" });
  const sessions = (await pages.list()).filter(({ path }) => path.startsWith("session/"));
  for (const { path, title } of sessions) {
    const item = /** @type {DocumentFragment} */ (form.content.cloneNode(true));
    const link = find(item, "a", HTMLAnchorElement);
    link.href = new URL(path, root).href;
    link.textContent = (drawn(title).textContent ?? "").replace(/ · Studyin$/, "");
    list.append(item);
  }
  find(document, ".offline-readable").hidden = sessions.length === 0;
}

void show();
const again = () => location.reload();
find(document, ".offline-again").addEventListener("click", again);
window.addEventListener("online", again);
setInterval(async () => {
  if (document.visibilityState === "hidden") return;
  const answer = await fetch(new URL("healthz", root), { cache: "no-store" }).catch(() => null);
  if (answer?.ok) again();
}, LOOK_EVERY_MS);
