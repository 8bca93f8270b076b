/** How long until something, as one would say it. The card's button says the same: studyin/web/interval.py has the same rule. */

import { LOCALE } from "./locale.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * From how many milliseconds on something is said in which unit, and how long one is.
 * @type {[number, Intl.RelativeTimeFormatUnit, number][]}
 */
const UNITS = [
  [700 * DAY_MS, "year", 365 * DAY_MS],
  [60 * DAY_MS, "month", 30 * DAY_MS],
  [12 * HOUR_MS, "day", DAY_MS],
  [HOUR_MS, "hour", HOUR_MS],
  [-Infinity, "minute", MINUTE_MS],
];

/**
 * "in 10 minutes", "in 2 days".
 * @param {number} wait in milliseconds
 * @param {string} [language] the page's, if none is given
 */
export function inWords(wait, language = LOCALE) {
  const [, unit, length] = UNITS.find(([least]) => wait >= least) ?? UNITS[0];
  return new Intl.RelativeTimeFormat(language).format(Math.max(Math.round(wait / length), 1), unit);
}
