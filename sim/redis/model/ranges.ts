/** Ranges of a sorted set: by rank, by score, by member. */
import { float, integer, span, SYNTAX, word } from './command.ts';
import { fail } from './reply.ts';
import type { Scored, SortedSet } from './sorted-set.ts';

type By = 'RANK' | 'SCORE' | 'LEX';
type Bound = (scored: Scored) => boolean;

/** Parses `5`, `(5` or `-inf`. The bound tests that a score is not below it, or not above it. */
function scoreBound(text: string | undefined, isLow: boolean): Bound {
  const isOpen = text?.startsWith('(') === true;
  const at = float(isOpen ? text?.slice(1) : text, 'ERR min or max is not a float');
  if (isLow) return ({ score }) => (isOpen ? score > at : score >= at);
  return ({ score }) => (isOpen ? score < at : score <= at);
}

/** Parses `[a`, `(a`, `-` or `+`. */
function memberBound(text: string | undefined, isLow: boolean): Bound {
  if (text === '-') return () => isLow;
  if (text === '+') return () => !isLow;
  const isOpen = text?.startsWith('(') === true;
  if (text === undefined || (!isOpen && !text.startsWith('['))) fail('ERR min or max not valid string range item');
  const at = text.slice(1);
  if (isLow) return ({ member }) => (isOpen ? member > at : member >= at);
  return ({ member }) => (isOpen ? member < at : member <= at);
}

const NONE: readonly Scored[] = [];

/** Returns the range, lowest first. */
export function within(
  set: SortedSet | undefined,
  by: By,
  low: string | undefined,
  high: string | undefined,
): readonly Scored[] {
  const order = set?.order ?? NONE;
  if (by === 'RANK') return order.slice(...span(integer(low), integer(high), order.length));
  const bound = by === 'SCORE' ? scoreBound : memberBound;
  const [notBelow, notAbove] = [bound(low, true), bound(high, false)];
  return order.filter((scored) => notBelow(scored) && notAbove(scored));
}

export interface RangeOptions {
  readonly by: By;
  readonly isReverse: boolean;
  /** Whether the parameters may change `by` and `isReverse`, as those of ZRANGE may. */
  readonly isGeneral: boolean;
}

export interface Range {
  readonly found: readonly Scored[];
  readonly withScores: boolean;
}

/** Parses `start`, `end` and the options of ZRANGE and the commands that it replaces. */
export function rangeOf(set: SortedSet | undefined, parameters: readonly string[], options: RangeOptions): Range {
  const [start, end, ...rest] = parameters;
  let { by, isReverse } = options;
  let [offset, limit] = [0, -1];
  let [withScores, isLimited] = [false, false];
  for (let index = 0; index < rest.length; index += 1) {
    const option = word(rest[index]);
    if (option === 'WITHSCORES') withScores = true;
    else if (option === 'LIMIT' && (options.isGeneral || by !== 'RANK')) {
      [offset, limit, isLimited] = [integer(rest[(index += 1)]), integer(rest[(index += 1)]), true];
    } else if (options.isGeneral && option === 'REV') isReverse = true;
    else if (options.isGeneral && (option === 'BYSCORE' || option === 'BYLEX'))
      by = option === 'BYLEX' ? 'LEX' : 'SCORE';
    else fail(SYNTAX);
  }
  if (isLimited && by === 'RANK')
    fail('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  if (withScores && by === 'LEX') fail('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  const found = by === 'RANK' ? byRank(set, start, end, isReverse) : byValue(set, by, start, end, isReverse);
  if (offset < 0) return { found: [], withScores };
  return { found: found.slice(offset, limit < 0 ? undefined : offset + limit), withScores };
}

function byRank(
  set: SortedSet | undefined,
  start: string | undefined,
  end: string | undefined,
  isReverse: boolean,
): readonly Scored[] {
  const order = isReverse ? (set?.order ?? NONE).toReversed() : (set?.order ?? NONE);
  return order.slice(...span(integer(start), integer(end), order.length));
}

function byValue(
  set: SortedSet | undefined,
  by: By,
  start: string | undefined,
  end: string | undefined,
  isReverse: boolean,
): readonly Scored[] {
  return isReverse ? within(set, by, end, start).toReversed() : within(set, by, start, end);
}
