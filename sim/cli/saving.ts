/** Saves what a command found, and complains when that can't be done. */
import { saveFinding, type Saved, type ToSave } from '../api/saving.ts';
import type { Source } from '../api/source.ts';
import type { Session } from './session.ts';

/** `folder` is the one of the project's replays unless it is given. */
export function save({ workingFolder, output }: Session, source: Source, found: ToSave, folder?: string): Saved {
  const saved = saveFinding(source, found, { workingFolder, ...(folder === undefined ? {} : { folder }) });
  if (saved.complaint !== null) output.complain(saved.complaint);
  return saved;
}
