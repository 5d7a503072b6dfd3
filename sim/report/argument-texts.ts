/** The arguments of an operation, as its line shows them. */

/** A text that needs no quotes. */
const WORD = /^[\w.:@#/+-]+$/;

/**
 * `stayMs=1203`, `token="valid for too long"`: one for each argument. Values are cut to
 * `valueLengthMax` characters, so that a line has more than its first argument.
 */
export function argumentTexts(given: Readonly<Record<string, unknown>>, valueLengthMax: number): string[] {
  return Object.entries(given).map(([name, value]) => {
    const text = valueText(value);
    return `${name}=${text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text}`;
  });
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  return typeof value === 'string' && WORD.test(value) ? value : JSON.stringify(value);
}
