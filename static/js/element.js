/** Finds elements that must be there, and cuts new ones from the templates in the page. */

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  const kind = type ?? /** @type {new () => T} */ (/** @type {unknown} */ (HTMLElement));
  if (!(element instanceof kind)) throw new Error(`Expected ${selector} in the page, got ${element ?? "nothing"}`);
  return element;
}

/**
 * A copy of the one element in `<template id="part-…">`.
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(name) {
  const template = find(document, `#part-${name}`, HTMLTemplateElement);
  // A template's content is a document of its own, at about:blank: its copies would have their addresses from there.
  const element = template.content.firstElementChild && document.importNode(template.content.firstElementChild, true);
  if (!(element instanceof HTMLElement)) throw new Error(`Expected one element in #part-${name}`);
  return element;
}

/**
 * The element that an event happened in, if it is inside one that matches.
 * @param {Event} event
 * @param {string} selector
 */
export function within(event, selector) {
  const element = event.target instanceof Element ? event.target.closest(selector) : null;
  return element instanceof HTMLElement ? element : null;
}
