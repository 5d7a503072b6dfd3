/**
 * The command that shows a failure again without a replay: the whole run of its seed, not shrunk.
 */
import path from 'node:path';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { commandPrefix, quoted, shownPath } from './shell-command.ts';
import { sizesOf } from '../search/campaign-options.ts';
import { sizeFlags } from './plan-sizes.ts';
import type { Source } from './scenario-source.ts';

/** Everything but the scenario that determines a seed's plan and its run. */
export interface SeedRun extends PlanSizes {
  readonly seed: Seed;
  readonly variant: string | null;
  readonly stepsMax?: number | undefined;
}

/**
 * A command to paste. For a variant with sizes or a limit of steps, a call of `run`, since no
 * command takes both.
 */
export function commandOfSeed({ place }: Source, run: SeedRun, workingFolder: string): string {
  const { seed, variant, stepsMax } = run;
  const file = shownPath(path.join(place.project, place.path), workingFolder);
  const limits = { ...sizesOf(run), stepsMax };
  if (variant !== null && Object.values(limits).some((value) => value !== undefined)) {
    const options = { variant, seedStart: seed, seeds: 1, ...limits };
    return `in a program: run(${literal(file)}, ${literal(options)})`;
  }
  const stepFlags = stepsMax === undefined ? [] : ['--max-steps', String(stepsMax)];
  const words =
    variant === null
      ? ['run', quoted(file), '--seed', seed, ...sizeFlags(run), ...stepFlags]
      : ['mutants', quoted(variant), '--scenario', quoted(file), '--seed-start', seed, '--seeds', '1'];
  return [commandPrefix(workingFolder), ...words].join(' ');
}

/** A value as source text, without undefined properties. */
function literal(value: string | Readonly<Record<string, unknown>>): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${name}: ${typeof item === 'string' ? literal(item) : String(item)}`);
  return `{ ${entries.join(', ')} }`;
}
