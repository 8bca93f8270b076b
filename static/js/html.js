/** The one module that inserts HTML: what the server has rendered and cleaned. Everything else sets textContent. */

/**
 * Replaces the top-level blocks of `container` from number `block` on.
 * @param {Element} container
 * @param {number} block
 * @param {string} html
 */
export function replaceBlocks(container, block, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  while (container.children.length > block) container.lastElementChild?.remove();
  container.append(template.content);
}
