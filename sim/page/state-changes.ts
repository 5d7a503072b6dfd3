/** Changes of the state of the system for a page, without secrets. */
import type { StateChange } from '../kernel/state-change.ts';
import type { PageChange } from './page-data.ts';

/** Number of changes in the file. The first ones are those of starting the system. */
export const CHANGES_MAX = 30_000;

const SECRET_NAME = /token|secret|passw(?:or)?d|passphrase|cookie|authorization|jwt|api[-_]?key/i;

/** A text in quotes, or a part of one. Other values have no secret. */
const TEXT = /^"/;

export function pageChanges(changes: readonly StateChange[]): readonly PageChange[] {
  return changes.slice(-CHANGES_MAX).map(({ step, path, before, after }) => {
    const isSecret = SECRET_NAME.test(path);
    return [step, path, shown(before, isSecret), shown(after, isSecret)];
  });
}

function shown(value: string | null, isSecret: boolean): string | null {
  return isSecret && value !== null && TEXT.test(value) ? '[redacted]' : value;
}
