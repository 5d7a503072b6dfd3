/** Saves a finding as a replay. Prints a warning when that fails. */
import { saveFinding, type Saved, type SavingOptions, type ToSave } from '../project/save-failure.ts';
import type { Source } from '../project/scenario-source.ts';
import type { Session } from './session.ts';

export function save(
  { workingFolder, output }: Session,
  source: Source,
  found: ToSave,
  options: Omit<SavingOptions, 'workingFolder'>,
): Saved {
  const saved = saveFinding(source, found, { workingFolder, ...options });
  if (saved.complaint !== null) output.complain(saved.complaint);
  return saved;
}
