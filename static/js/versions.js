/** The forms of one message: which there are, which is shown, and the way from one to the next. */

import { find } from "./element.js";

/** @param {HTMLElement} message @returns {string[]} the ids of all its forms, in the order they came; empty for one alone */
export function versionsOf(message) {
  return (message.dataset.siblings ?? "").split(" ").filter(Boolean);
}

/**
 * A message takes the place of another form of it.
 * @param {HTMLElement} message
 * @param {HTMLElement | null} old
 */
export function takePlaceOf(message, old) {
  const id = message.dataset.message ?? "";
  if (!old || old.dataset.role !== message.dataset.role || old.dataset.message === id) return;
  const known = versionsOf(old);
  const versions = [...new Set([...(known.length ? known : [old.dataset.message ?? ""]), id])];
  message.dataset.siblings = versions.join(" ");
  const at = versions.indexOf(id);
  find(message, ".branches").hidden = false;
  find(message, ".branch-count").textContent = `${at + 1}/${versions.length}`;
  lead(find(message, ".branch-back", HTMLAnchorElement), versions[at - 1]);
  lead(find(message, ".branch-on", HTMLAnchorElement), versions[at + 1]);
}

/**
 * A link that leads nowhere says that it is one, and that it does.
 * @param {HTMLAnchorElement} link
 * @param {string | undefined} id
 */
function lead(link, id) {
  const attributes = { href: id ? `?branch=${id}#message-${id}` : null, role: id ? null : "link", "aria-disabled": id ? null : "true" };
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) link.removeAttribute(name);
    else link.setAttribute(name, value);
  }
}

/** @param {HTMLElement} link @returns {string} the message that a link of `.branches` leads to, or nothing */
export function versionBehind(link) {
  return link.getAttribute("href")?.split("#message-")[1] ?? "";
}
