/**
 * What shows a failure again without a file: not as small as a replay, but the whole run of the seed.
 */
import path from 'node:path';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { commandPrefix, quoted, shownPath } from './shell-command.ts';
import { sizesOf, sizeWords } from './plan-sizes.ts';
import type { Source } from './scenario-source.ts';

/** What a seed's plan and its run depend on, besides the scenario. */
export interface SeedRun {
  readonly seed: Seed;
  readonly variant: string | null;
  readonly sizes?: PlanSizes;
  readonly stepsMax?: number;
}

/** A command to paste; for a variant whose runs are not as usual a call, since no command makes those. */
export function commandOfSeed({ place }: Source, run: SeedRun, workingFolder: string): string {
  const { seed, variant, stepsMax } = run;
  const sizes = sizesOf(run.sizes ?? {});
  const file = shownPath(path.join(place.project, place.path), workingFolder);
  const limit = stepsMax === undefined ? {} : { stepsMax };
  if (variant !== null && Object.keys({ ...sizes, ...limit }).length > 0) {
    const options = { variant, seedStart: seed, seeds: 1, ...sizes, ...limit };
    return `in a program: run(${literal(file)}, ${literal(options)})`;
  }
  const words =
    variant === null
      ? [
          'run',
          quoted(file),
          '--seed',
          seed,
          ...sizeWords(sizes),
          ...(stepsMax === undefined ? [] : ['--max-steps', String(stepsMax)]),
        ]
      : ['mutants', quoted(variant), '--scenario', quoted(file), '--seed-start', seed, '--seeds', '1'];
  return [commandPrefix(workingFolder), ...words].join(' ');
}

/** As one writes it in a program. */
function literal(value: string | Readonly<Record<string, unknown>>): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
  const entries = Object.entries(value).map(
    ([name, item]) => `${name}: ${typeof item === 'string' ? literal(item) : String(item)}`,
  );
  return `{ ${entries.join(', ')} }`;
}
