/** Counts text as the server does, in Unicode code points; JavaScript strings count UTF-16 units. */

/**
 * How many code points a text has.
 * @param {string} text
 */
export function countPoints(text) {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}

/**
 * The UTF-16 index after `points` code points, counted from index `from`; the end of the text where it is shorter.
 * @param {string} text
 * @param {number} points
 * @param {number} [from]
 */
export function unitsAfter(text, points, from = 0) {
  let index = from;
  for (let left = points; left > 0 && index < text.length; left -= 1) {
    index += /** @type {number} */ (text.codePointAt(index)) > 0xffff ? 2 : 1;
  }
  return index;
}
