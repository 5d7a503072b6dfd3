/**
 * The names in a text, such as `client-2` or `stream:AAPL`. A report uses them to find the records
 * that concern a failure.
 */

/** Longer texts are cut: a frame may be huge, and names come early. */
const TEXT_LENGTH_MAX = 500;
const NAME_LENGTH_MIN = 3;

/** Whitespace, commas, semicolons, brackets and quotes. `"say" (client-2)` → say, client-2 */
const BETWEEN_WORDS = /[\s,;()"']+/;

/**
 * Colons and slashes, which separate the parts of keys and labels. `conn:client-2` → conn, client-2
 */
const BETWEEN_PARTS = /[:/]/;

/**
 * A word that begins with a letter (`AAPL`, `timer`), or has a digit or one of `-` `:` `#` after a
 * letter (`2a-b`). Numbers (`11.2`, `-5`) and signs (`->`) are not names.
 */
const NAME_LIKE = /[a-z].*[-\d:#]|^[a-z]/i;

/**
 * Words and parts of words that look like names, in order, duplicates included. Words of fewer than
 * three characters are left out: they would concern every record.
 */
export function nameWords(text: string): string[] {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .split(BETWEEN_WORDS)
    .flatMap((word) => [word, ...word.split(BETWEEN_PARTS)])
    .filter(isName);
}

function isName(word: string): boolean {
  return word.length >= NAME_LENGTH_MIN && NAME_LIKE.test(word);
}

/** Whole words that look like names, without the punctuation at their ends. */
export function wholeWords(text: string): string[] {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .split(BETWEEN_WORDS)
    .map((word) => word.replace(/[.:!?]+$/, ''))
    .filter(isName);
}

/** Whitespace and the punctuation of JSON. */
const BETWEEN_VALUES = /[\s,;()"'{}[\]\\]+/;

/** A word that has a letter and a digit, such as `client-2:1`. */
const IDENTIFIER = /(?=.*[a-z]).*\d/i;

/** Names that have a digit: a text has them only on purpose. `says "note-7"` → note-7 */
export function identifiersIn(text: string): string[] {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .split(BETWEEN_VALUES)
    .filter((word) => word.length >= NAME_LENGTH_MIN && IDENTIFIER.test(word));
}
