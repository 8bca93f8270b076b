/** Numbers, sizes and plurals, as the page's language writes them. */

const { lang } = document.documentElement;

/**
 * The page's language, in the student's own kind of it where the browser has one: clocks and dates differ in those.
 * Numbers are written as the server writes them, which knows the language alone.
 */
export const LOCALE = navigator.languages.find((each) => each.split("-")[0] === lang) ?? lang;

const numbers = new Intl.NumberFormat(lang);
const plurals = new Intl.PluralRules(lang);

/** @param {number} number */
export function figures(number) {
  return numbers.format(number);
}

/**
 * The form that goes with a number.
 * @param {number} number
 * @param {{one: string, other: string} & Partial<Record<Intl.LDMLPluralRule, string>>} forms
 */
export function counted(number, forms) {
  return forms[plurals.select(number)] ?? forms.other;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  const size = bytes / 2 ** 20;
  const options = { style: "unit", unit: "megabyte", maximumFractionDigits: size < 10 ? 1 : 0 };
  return new Intl.NumberFormat(lang, /** @type {Intl.NumberFormatOptions} */ (options)).format(size);
}
