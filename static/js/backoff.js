/** How long to wait before the next attempt to connect: longer each time, and never in step with other pages. */

export const SHORTEST_MS = 500;
export const LONGEST_MS = 15_000;

/**
 * @param {number} attempt 0 for the first attempt after a drop
 * @param {() => number} [random] from 0 to 1
 * @returns {number} milliseconds, from SHORTEST_MS to LONGEST_MS
 */
export function delayBefore(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(attempt + 1, 16));
  return SHORTEST_MS + random() * (ceiling - SHORTEST_MS);
}
