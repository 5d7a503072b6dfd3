/**
 * Text from outside (frames, replay files, names in a scenario) that goes to a terminal. It must
 * not move the cursor, change colours, reorder the text around it, or break the line.
 */

// Control characters, line and paragraph separators, marks of text direction, lone surrogates.
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The text on one line, with harmful characters replaced, cut to `lengthMax` characters with an
 * ellipsis.
 */
export function printable(text: string, lengthMax = 400): string {
  // Cut first, because a frame may be huge. A character has at most two code units.
  const safe = text.slice(0, lengthMax * 2).replace(HARMFUL, '\ufffd');
  const characters = [...safe];
  if (characters.length <= lengthMax && text.length <= lengthMax * 2) return safe;
  return `${characters.slice(0, lengthMax - 1).join('')}…`;
}
