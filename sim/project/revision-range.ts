/** `good..bad`: two revisions between which a replay began to fail. */
import { UsageError } from './usage-error.ts';

export interface RevisionRange {
  /** A revision in which the replay passes. */
  readonly good: string;
  /** A later one in which it fails. */
  readonly bad: string;
}

/** `good..bad`, two names of commits. Throws UsageError. */
export function parseRange(text: string): RevisionRange {
  const [good = '', bad = '', more] = text.split('..');
  const isName = (name: string): boolean => name !== '' && !name.startsWith('-') && !name.startsWith('.');
  if (more !== undefined || !isName(good) || !isName(bad))
    throw new UsageError(`invalid range ${text} (expected <good>..<bad>, such as v1.2.0..HEAD)`);
  return { good, bad };
}
