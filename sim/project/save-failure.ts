/**
 * Saves what was found and says how to see it again. A folder that can't be written to must not cost the finding: something else
 * then shows it again.
 */
import { rmSync } from 'node:fs';
import { createReplay, type Found } from '../replay/create-replay.ts';
import { saveReplay } from '../replay/replay-store.ts';
import type { FailurePlaces } from '../report/failure-report.ts';
import { commandPrefix, quoted, shownPath } from './shell-command.ts';
import { projectOf, replaysOf } from './project.ts';
import { simulatorVersion } from './simulator.ts';
import type { Source } from './scenario-source.ts';

export type ToSave = Pick<Found, 'variant' | 'codeHash' | 'plan' | 'choices' | 'stepsMax' | 'failure' | 'digest'>;

export interface SavingOptions {
  /** Files are shown, and commands made, as seen from here. */
  readonly workingFolder: string;
  /** The folder of the project's replays, unless it is given. */
  readonly folder?: string;
  /** What shows the failure when it can't be saved. */
  readonly otherwise: string;
  /** What was saved of the same failure before and is not wanted any more. A file that had been there already stays. */
  readonly replaces?: Saved | undefined;
}

export interface Saved extends FailurePlaces {
  /** Absolute; null when it could not be saved. */
  readonly file: string | null;
  /** False when the same replay was there before. */
  readonly isNew: boolean;
  /** Why it could not be saved, in one line. */
  readonly complaint: string | null;
}

export function saveFinding(
  source: Source,
  found: ToSave,
  { workingFolder, folder, replaces, otherwise }: SavingOptions,
): Saved {
  const { project, path: scenario } = source.place;
  const replay = createReplay({
    ...found,
    scenario,
    savedWith: simulatorVersion(),
    nodeVersion: process.versions.node,
  });
  const target = folder ?? replaysOf(project);
  try {
    const { file, id, isNew } = saveReplay(target, replay);
    if (replaces?.isNew === true && replaces.file !== null && replaces.file !== file)
      rmSync(replaces.file, { force: true });
    const saved = shownPath(file, workingFolder);
    const home = projectOf(workingFolder);
    // An id is looked for in the package that the command is called in.
    const isFoundById = home !== null && target === replaysOf(home);
    const command = `${commandPrefix(workingFolder)} replay ${isFoundById ? id : quoted(saved)}`;
    return { file, isNew, saved, command, complaint: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const complaint = `can't save the replay in ${shownPath(target, workingFolder)}${code === undefined ? '' : ` (${code})`}`;
    return {
      file: null,
      isNew: false,
      saved: null,
      command: otherwise,
      complaint,
    };
  }
}
