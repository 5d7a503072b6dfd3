/**
 * Saves a failure as a replay and returns the command that shows it again. A folder that cannot be
 * written to must not lose the failure: another command then shows it again.
 */
import { rmSync } from 'node:fs';
import { createReplay, type Found } from '../replay/create-replay.ts';
import { saveReplay } from '../replay/replay-store.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { FailurePlaces } from '../report/failure-report.ts';
import { commandPrefix, quoted, shownPath } from './shell-command.ts';
import { projectOf, replaysOf } from './project.ts';
import { simulatorVersion } from './simulator.ts';
import type { Source } from './scenario-source.ts';

export type ToSave = Pick<
  Found,
  'variant' | 'codeHash' | 'plan' | 'choices' | 'stepsMax' | 'statefulPackages' | 'failure' | 'digest'
>;

export interface SavingOptions {
  /** Files are shown relative to this folder, and commands are made to be run in it. */
  readonly workingFolder: string;
  /** Where to save. The project's folder of replays by default. */
  readonly folder?: string | undefined;
  /** The command that shows the failure when it cannot be saved. */
  readonly otherwise: string;
  /**
   * An earlier replay of the same failure. It is deleted, unless its file existed before it was
   * saved; the new one then answers to its id.
   */
  readonly replaces?: Saved | undefined;
}

export interface Saved extends FailurePlaces {
  /** Absolute path; null when the replay could not be saved. */
  readonly file: string | null;
  /** The ids that the file answers to, its own last. */
  readonly ids: readonly string[];
  /** False when the same replay existed before. */
  readonly isNew: boolean;
  /** Why the replay could not be saved, in one line; null when it was. */
  readonly complaint: string | null;
}

export function saveFinding(
  source: Source,
  found: ToSave,
  { workingFolder, folder, replaces, otherwise }: SavingOptions,
): Saved {
  const { project, path: scenario } = source.place;
  const created = createReplay({
    ...found,
    scenario,
    savedWith: simulatorVersion(),
    nodeVersion: process.versions.node,
  });
  const target = folder ?? replaysOf(project);
  try {
    const isReplacing = replaces?.isNew === true && replaces.file !== null;
    const formerIds = isReplacing ? replaces.ids.filter((id) => id !== created.id) : [];
    const replay = formerIds.length === 0 ? created : { ...created, formerIds };
    const { file, id, isNew } = saveReplay(target, replay);
    if (isReplacing && replaces.file !== null && replaces.file !== file) rmSync(replaces.file, { force: true });
    const saved = shownPath(file, workingFolder);
    const home = projectOf(workingFolder);
    // The command `replay` looks up an id in the package of the working folder.
    const isFoundById = home !== null && target === replaysOf(home);
    const command = `${commandPrefix(workingFolder)} replay ${isFoundById ? id : quoted(saved)}`;
    return { file, ids: [...formerIds, id], isNew, saved, command, complaint: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? '' : ` (${code})`;
    const complaint = `cannot save the replay in ${shownPath(target, workingFolder)}${reason}`;
    return { ...unsaved(otherwise), complaint };
  }
}

/** A failure without a file: `command` shows it again. */
export function unsaved(command: string): Saved {
  return { file: null, ids: [], isNew: false, saved: null, command, complaint: null };
}

/**
 * Whether a replay of the failure is useful. An error of the scenario is corrected at once, and its
 * file would only be left over. A run that differs when it is repeated can't be replayed.
 */
export function isWorthSaving({ verdict }: Failure): boolean {
  return verdict !== 'scenario-error' && verdict !== 'nondeterminism';
}
