/**
 * Differences that remain on purpose. Each is explained in docs/fidelity.md; the others are
 * defects of the model.
 */
import type { Difference } from './compare.ts';

export interface Accepted {
  /** Matches the signatures of the differences. */
  readonly signature: RegExp;
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
    fidelity: 'Ranges by member of a sorted set with different scores',
  },
  {
    signature: /^EVAL(?:_RO)? (?:#!lua )?math\.atan2(?: tostring)? \(integer \| integer\)$/,
    fidelity: 'of the constants 0 and -0 in one function',
  },
];

/** The entry that accepts a difference; undefined for a defect. */
export function acceptedBy(
  { signature }: Pick<Difference, 'signature'>,
  accepted: readonly Accepted[] = ACCEPTED,
): Accepted | undefined {
  return accepted.find((entry) => entry.signature.test(signature));
}

/** The entries whose text is missing in the Markdown of docs/fidelity.md. */
export function unexplained(markdown: string, accepted: readonly Accepted[] = ACCEPTED): readonly Accepted[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| Redis |'));
  return accepted.filter(({ fidelity }) => !rows.some((row) => row.includes(fidelity)));
}
