/**
 * Draws Markdown's marks within a line, where the server has not: the line that is still being written, and passages.
 * It builds nodes, never HTML.
 */

const MARKS = /\*\*(?=\S)(.+?)(?<=\S)\*\*|\*(?=[^\s*])([^*]+?)(?<=\S)\*|`([^`]+)`|\[\[(\d{1,3})\]\]/g;

/**
 * @param {string} text
 * @returns {Node[]}
 */
export function inlineNodes(text) {
  /** @type {Node[]} */
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, strong, emphasis, code, citation] = match;
    if (match.index > done) nodes.push(document.createTextNode(text.slice(done, match.index)));
    if (strong) nodes.push(element("strong", strong));
    else if (emphasis) nodes.push(element("em", emphasis));
    else if (code) nodes.push(element("code", code));
    else nodes.push(element("span", citation, "citation"));
    done = match.index + whole.length;
  }
  if (done < text.length) nodes.push(document.createTextNode(text.slice(done)));
  return nodes;
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [className]
 */
function element(name, text, className = "") {
  const node = document.createElement(name);
  node.textContent = text;
  node.className = className;
  return node;
}
