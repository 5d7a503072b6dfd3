/**
 * Text that comes from outside (frames, replay files, what a scenario names) on its way to a terminal: nothing in it may move the
 * cursor, change colours, reorder what stands beside it, or break the line.
 */

// Control characters, line and paragraph separators, marks that change the direction of text, and halves of surrogate pairs.
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text on one line, every harmful character replaced; cut at `lengthMax` characters, with an ellipsis for the rest. */
export function printable(text: string, lengthMax = 400): string {
  // Cut first: a frame may be huge, and at most two units make one character.
  const safe = text.slice(0, lengthMax * 2).replace(HARMFUL, '\ufffd');
  const characters = [...safe];
  if (characters.length <= lengthMax && text.length <= lengthMax * 2) return safe;
  return `${characters.slice(0, lengthMax - 1).join('')}…`;
}
