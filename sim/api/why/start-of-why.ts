/** With what the chain of causes begins that `why` asks for. */
import { UsageError } from '../../project/usage-error.ts';
import type { Moment } from '../../report/excerpt/facts.ts';
import type { RunReport } from '../../search/job.ts';

/**
 * The failure for `true`, else the record with this number. Throws UsageError if the run has none.
 * `name`: how the caller names the option.
 */
export function startOfWhy(
  why: true | number,
  { records = [], failure }: Pick<RunReport, 'records' | 'failure'>,
  name: string,
): number | Moment {
  const expected = records.length === 0 ? '' : ` (expected a number from 1 to ${records.length})`;
  if (why === true) {
    if (failure !== null && records.length > 0) return failure;
    throw new UsageError(`${name}: the run did not fail, so name one of its records${expected}`);
  }
  if (why <= records.length) return why;
  throw new UsageError(`${name}: the run has no record ${why}${expected}`);
}
