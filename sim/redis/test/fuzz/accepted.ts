/**
 * Differences that remain on purpose. Each is explained in docs/fidelity.md; the others are
 * defects of the model.
 */
import type { Case } from './case.ts';
import type { Difference } from './compare.ts';
import { ModelSubject } from './model-subject.ts';
import { parseReplies } from './resp.ts';

/** A difference, and the case that shows it. */
export interface FoundDifference {
  readonly tested: Case;
  readonly difference: Pick<Difference, 'signature' | 'step'>;
}

export interface Accepted {
  /** Matches the signatures of the differences. */
  readonly signature: RegExp;
  /** What must hold for the case, too. */
  readonly holds?: (found: FoundDifference) => boolean;
  /** Text of the row in docs/fidelity.md that gives the reason. */
  readonly fidelity: string;
}

export const ACCEPTED: readonly Accepted[] = [
  {
    signature: /^SORT\b.*\(error ERR One or more scores can't be converted into double \| /,
    fidelity: '`SORT` never fails because of the command before it.',
  },
  {
    signature:
      /^(?:ZREMRANGEBYLEX|ZLEXCOUNT|ZRANGEBYLEX|ZREVRANGEBYLEX|ZRANGE|ZRANGESTORE)\b.*\((?:integer|(?:empty )?array) \| (?:integer|(?:empty )?array)(?: of another length)?\)$/,
    holds: hasMixedLargeSet,
    fidelity: 'Ranges by member of a sorted set with different scores',
  },
  {
    signature: /^EVAL(?:_RO)? .*\((integer|bulk|array) \| \1(?: of another length)?\)$/,
    holds: hasBothZeros,
    fidelity: 'of the constants 0 and -0 in one function',
  },
  {
    signature:
      /^(?:GET|GETEX|GETDEL|GETSET|GETRANGE|SUBSTR|STRLEN|MGET|SET|APPEND|SETRANGE|BITCOUNT|BITPOS|BITFIELD|LCS)\b.*\((bulk|integer|array) \| \1(?: of another length)?\)$/,
    holds: readsRegisters,
    fidelity: 'PFADD always stores dense registers.',
  },
  {
    signature: /^OBJECT (?:ENCODING|REFCOUNT)\b.*\((bulk|integer) \| \1\)$/,
    fidelity: '`OBJECT ENCODING` and `REFCOUNT` follow from the present value',
  },
];

/** The entry that accepts a difference; undefined for a defect. */
export function acceptedBy(found: FoundDifference, accepted: readonly Accepted[] = ACCEPTED): Accepted | undefined {
  return accepted.find((entry) => entry.signature.test(found.difference.signature) && entry.holds?.(found) !== false);
}

/** Whether an earlier command has stored a HyperLogLog in a key that the command names. */
function readsRegisters({ tested, difference }: FoundDifference): boolean {
  const words = new Set(tested.steps[difference.step]?.words.slice(1));
  const before = tested.steps.slice(0, difference.step);
  return before.some(({ words: [name = '', key = ''] }) => /^pf(?:add|merge)$/i.test(name) && words.has(key));
}

/** Whether a script has the constants 0 and -0. */
function hasBothZeros({ tested, difference }: FoundDifference): boolean {
  const script = tested.steps[difference.step]?.words[1] ?? '';
  return /-0(?![.\dx])/.test(script) && /(?<![-.\w])0(?![.\dx])/.test(script);
}

/** Whether a key of the command is a sorted set that is not small, and whose scores differ. */
function hasMixedLargeSet({ tested, difference }: FoundDifference): boolean {
  const before = tested.steps.slice(0, difference.step + 1);
  // The commands that an EXEC answers are among those before it.
  const own = before.at(-1)?.words.length === 1 ? before : before.slice(-1);
  const keys = [...new Set(own.flatMap(({ words }) => words.slice(1, 4)))];
  const asks = keys.flatMap((key) => [
    ['OBJECT', 'ENCODING', key],
    ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  ]);
  const steps = [...before, ...asks.map((words) => ({ client: 0, words }))];
  const { received } = new ModelSubject(() => 0).outcomeOf({ ...tested, protocol: 2, steps });
  const replies = received.slice(before.length).map(([reply = '']) => reply);
  return keys.some((_, index) => {
    const [encoding = '', members = ''] = replies.slice(index * 2, index * 2 + 2);
    return encoding.includes('skiplist') && scoresIn(members).size > 1;
  });
}

function scoresIn(members: string): ReadonlySet<string> {
  const items = parseReplies(members)[0]?.items ?? [];
  return new Set(items.flatMap(({ text }, index) => (index % 2 === 1 ? [text ?? ''] : [])));
}

/** The entries whose text is missing in the Markdown of docs/fidelity.md. */
export function unexplained(markdown: string, accepted: readonly Accepted[] = ACCEPTED): readonly Accepted[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| Redis |'));
  return accepted.filter(({ fidelity }) => !rows.some((row) => row.includes(fidelity)));
}
