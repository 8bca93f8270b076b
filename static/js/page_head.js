/** The page's address and its title. */

import { address } from "./api.js";
import { find } from "./element.js";
import { WORDS } from "./words.js";

/** @param {string} sessionId */
export function moveToSession(sessionId) {
  // The page's own links, those in its head too, are relative to the address it came from; "?…" is to stay on this page.
  const links = document.querySelectorAll("a:not([href^='#'], [href^='?']), link:is([rel='icon'], [rel='manifest'], [rel='apple-touch-icon'])");
  for (const link of /** @type {NodeListOf<HTMLAnchorElement | HTMLLinkElement>} */ (links)) link.href = link.href;
  history.replaceState(history.state, "", address(`session/${encodeURIComponent(sessionId)}`));
}

/** @param {string} title */
export function showTitle(title) {
  find(document, ".topbar-title").textContent = title || WORDS.newSession;
  document.title = title ? `${title} · Studyin` : "Studyin";
}
