/** Ranges of a sorted set: by rank, by score, by member. */
import { compareTexts, firstByte, untilZero, withoutFirstByte } from './bytes.ts';
import { integer, span, SYNTAX, word } from './command.ts';
import { parseDouble } from './numbers/doubles.ts';
import { fail } from './reply.ts';
import type { Scored, SortedSet } from './sorted-set.ts';

export type By = 'RANK' | 'SCORE' | 'LEX';
/**
 * Returns the members of an order that are in the range, from the one at `offset` on. A range by
 * rank has no offset.
 */
export type Selection = (order: readonly Scored[], offset?: number) => readonly Scored[];
type Bound = (scored: Scored) => boolean;

const NONE: readonly Scored[] = [];

const withoutBlanks = (text: string): string => text.replace(/^[ \t-\r]+/, '');

/**
 * Parses `5`, `(5` or `-inf`. As in Redis, blanks may come first, and an empty text is 0.
 */
function scoreBound(text: string, isLow: boolean): Bound {
  const isOpen = text.startsWith('(');
  const digits = untilZero(isOpen ? text.slice(1) : text);
  const at = digits === '' ? 0 : parseDouble(withoutBlanks(digits));
  if (Number.isNaN(at)) fail('ERR min or max is not a float');
  if (isLow) return ({ score }) => (isOpen ? score > at : score >= at);
  return ({ score }) => (isOpen ? score < at : score <= at);
}

/** Parses `[a`, `(a`, `-` or `+`. */
function memberBound(text: string, isLow: boolean): Bound {
  if (text === '-') return () => isLow;
  if (text === '+') return () => !isLow;
  const first = firstByte(text);
  if (first !== '(' && first !== '[') fail('ERR min or max not valid string range item');
  const isOpen = first === '(';
  const at = withoutFirstByte(text);
  return ({ member }) => {
    const order = isLow ? compareTexts(member, at) : compareTexts(at, member);
    return isOpen ? order > 0 : order >= 0;
  };
}

/** Parses the bounds of a range. `isReverse`: it selects from an order with the highest first. */
export function selectionOf(by: By, low = '', high = '', isReverse = false): Selection {
  if (by === 'RANK') {
    const [first, last] = [integer(low), integer(high)];
    return (order) => order.slice(...span(first, last, order.length));
  }
  const bound = by === 'SCORE' ? scoreBound : memberBound;
  const [notBelow, notAbove] = [bound(low, true), bound(high, false)];
  const [isReached, isInside] = isReverse ? [notAbove, notBelow] : [notBelow, notAbove];
  return (order, offset = 0) => {
    // As in Redis, the range is contiguous, even if scores differ and members are unsorted.
    const [first, last] = isReverse ? [order.at(-1), order[0]] : [order[0], order.at(-1)];
    if (first === undefined || last === undefined || !notBelow(last) || !notAbove(first)) return NONE;
    let start = 0;
    while (start < order.length && !isReached(order[start] as Scored)) start += 1;
    const begin = order[start];
    if (begin === undefined || !isInside(begin)) return NONE;
    // What the offset skips may be outside.
    start += offset;
    let end = start;
    while (end < order.length && isInside(order[end] as Scored)) end += 1;
    return order.slice(start, end);
  };
}

export interface RangeOptions {
  /** Null when the parameters choose it, as those of ZRANGE do. */
  readonly by: By | null;
  readonly isReverse: boolean | null;
  readonly mayShowScores: boolean;
}

export interface Range {
  readonly withScores: boolean;
  select(set: SortedSet | undefined): readonly Scored[];
}

/** Parses `start`, `end` and the options of ZRANGE and the commands that it replaces. */
export function rangeOf([start, end, ...rest]: readonly string[], options: RangeOptions): Range {
  let { by, isReverse } = options;
  let [offset, limit] = [0, -1];
  let withScores = false;
  for (let index = 0; index < rest.length; index += 1) {
    const option = word(rest[index]);
    if (option === 'WITHSCORES' && options.mayShowScores) withScores = true;
    else if (option === 'LIMIT' && index + 2 < rest.length)
      [offset, limit] = [integer(rest[(index += 1)]), integer(rest[(index += 1)])];
    else if (option === 'REV' && isReverse === null) isReverse = true;
    else if ((option === 'BYSCORE' || option === 'BYLEX') && by === null) by = option === 'BYLEX' ? 'LEX' : 'SCORE';
    else fail(SYNTAX);
  }
  by ??= 'RANK';
  if (limit !== -1 && by === 'RANK')
    fail('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  if (withScores && by === 'LEX') fail('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  const isSwapped = by !== 'RANK' && isReverse === true;
  const selection = isSwapped ? selectionOf(by, end, start, true) : selectionOf(by, start, end);
  const select = (set: SortedSet | undefined): readonly Scored[] => {
    const order = set?.order ?? NONE;
    const ordered = isReverse === true ? order.toReversed() : order;
    // A range by rank ignores LIMIT 0 -1 or the like.
    if (by === 'RANK') return selection(ordered);
    if (offset < 0) return NONE;
    const found = selection(ordered, offset);
    return limit < 0 ? found : found.slice(0, limit);
  };
  return { withScores, select };
}
