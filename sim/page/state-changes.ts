/** Changes of the state of the system for a page, without secrets. */
import type { StateChange } from '../kernel/state-change.ts';
import { changeWithoutSecrets } from '../report/redaction/state-secrets.ts';
import type { PageChange } from './page-data.ts';

/** Number of changes in the file. The first ones are those of starting the system. */
export const CHANGES_MAX = 30_000;

export function pageChanges(changes: readonly StateChange[]): readonly PageChange[] {
  return changes.slice(-CHANGES_MAX).map((change) => {
    const { step, path, before, after } = changeWithoutSecrets(change);
    return [step, path, before, after];
  });
}
