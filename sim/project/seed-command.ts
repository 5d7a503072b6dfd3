/**
 * The command that shows a failure again without a replay: the whole run of its seed, not shrunk.
 */
import path from 'node:path';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { commandPrefix, quoted, shownPath } from './shell-command.ts';
import { sizeFlags } from './plan-sizes.ts';
import type { Source } from './scenario-source.ts';

/** Everything but the scenario that determines a seed's plan and its run. */
export interface SeedRun extends PlanSizes {
  readonly seed: Seed;
  readonly variant: string | null;
  readonly stepsMax?: number | undefined;
}

/** A command to paste. */
export function commandOfSeed({ place }: Source, run: SeedRun, workingFolder: string): string {
  const { seed, variant, stepsMax } = run;
  const file = shownPath(path.join(place.project, place.path), workingFolder);
  const words = [
    ...['run', quoted(file)],
    ...(variant === null ? [] : ['--variant', quoted(variant)]),
    ...['--seed', seed, ...sizeFlags(run)],
    ...(stepsMax === undefined ? [] : ['--max-steps', String(stepsMax)]),
  ];
  return [commandPrefix(workingFolder), ...words].join(' ');
}
