/**
 * Saves what was found and says how to see it again. A folder that can't be written to must not cost the finding: the seed
 * then shows it again.
 */
import { createReplay, type Found } from '../replay/create.ts';
import { saveReplay } from '../replay/store.ts';
import type { FailurePlaces } from '../report/failure-report.ts';
import { shownPath } from './paste.ts';
import { replaysOf } from './project.ts';
import type { Session } from './session.ts';
import { simulatorVersion } from './simulator.ts';
import type { Source } from './source.ts';

export type ToSave = Pick<Found, 'variant' | 'codeHash' | 'plan' | 'choices' | 'stepsMax' | 'failure' | 'digest'>;

/** `folder` is the one of the project's replays unless it is given. */
export function save(session: Session, source: Source, found: ToSave, folder?: string): FailurePlaces {
  const { project, path: scenario } = source.place;
  const replay = createReplay({
    ...found,
    scenario,
    savedWith: simulatorVersion(),
    nodeVersion: process.versions.node,
  });
  const target = folder ?? replaysOf(project);
  try {
    const { file, id } = saveReplay(target, replay);
    const saved = shownPath(file, session.workingFolder);
    return { saved, command: session.command(project, 'replay', target === replaysOf(project) ? id : saved) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    session.output.complain(
      `can't save the replay in ${shownPath(target, session.workingFolder)}${code === undefined ? '' : ` (${code})`}`,
    );
    return { saved: null, command: session.command(project, 'run', '--seed', found.plan.seed) };
  }
}
