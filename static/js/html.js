/** The one module that inserts HTML: what the server has rendered and cleaned. Everything else sets textContent. */

/**
 * Replaces the top-level blocks of `container` from number `block` on.
 * @param {Element} container
 * @param {number} block
 * @param {string} html
 */
export function replaceBlocks(container, block, html) {
  const blocks = drawn(html);
  while (container.children.length > block) container.lastElementChild?.remove();
  container.append(blocks);
}

/**
 * A piece of the page, as the server has drawn it.
 * @param {string} html
 */
export function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
