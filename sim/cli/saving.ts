/**
 * Saves what was found and says how to see it again. A folder that can't be written to must not cost the finding: the seed
 * then shows it again.
 */
import path from 'node:path';
import { createReplay, type Found } from '../replay/create.ts';
import { saveReplay } from '../replay/store.ts';
import type { FailurePlaces } from '../report/failure-report.ts';
import { quoted, shownPath } from './paste.ts';
import { projectOf, replaysOf } from './project.ts';
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
    const home = projectOf(session.workingFolder);
    // An id is looked for in the package that the command is called in.
    const isFoundById = home !== null && target === replaysOf(home);
    return { saved, command: session.command('replay', isFoundById ? id : quoted(saved)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    session.output.complain(
      `can't save the replay in ${shownPath(target, session.workingFolder)}${code === undefined ? '' : ` (${code})`}`,
    );
    return { saved: null, command: commandWithoutFile(session, source, found) };
  }
}

/** Not as small, but it needs no file. */
function commandWithoutFile(session: Session, { place }: Source, { plan, variant }: ToSave): string {
  const scenario = quoted(shownPath(path.join(place.project, place.path), session.workingFolder));
  if (variant === null) return session.command('run', scenario, '--seed', plan.seed);
  return session.command('defects', quoted(variant), '--scenario', scenario, '--seed-start', plan.seed, '--seeds', '1');
}
