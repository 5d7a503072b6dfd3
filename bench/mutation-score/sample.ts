/**
 * The sample of mutants: drawn by a seed, and kept in `sample.json`, so that figures of different
 * revisions are about the same mutants.
 *
 * Mutants are ordered by a hash of seed and id, and the first that compile are taken. So a change
 * of the source replaces the mutants that it touches and leaves the others in their order, and the
 * first N of a sample are a sample themselves.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Seed } from '../../sim/index.ts';
import type { Mutant } from './mutant.ts';

export interface Sample {
  readonly seed: Seed;
  /** The files that have mutants, relative to the root of the repository. */
  readonly files: readonly string[];
  /** Number of mutants in all files. */
  readonly candidates: number;
  readonly mutants: readonly Mutant[];
}

/** Not mutated: types, tables, and what runs outside of the gateway. */
const EXCLUDED = new Set(
  ['ports', 'limits', 'protocol', 'environment', 'token', 'sign-token', 'adapters/pino-records'].map(
    (name) => `core/${name}.ts`,
  ),
);

/** Imports all files of the gateway that its scenario runs. */
const ENTRY = 'properties/system.ts';

/** Of the files that the scenario imports, those that are mutated; sorted. */
export function mutatedFiles(root: string, imported: readonly string[]): readonly string[] {
  return imported
    .map((file) => path.relative(root, file).split(path.sep).join('/'))
    .filter((file) => /^core\/.*\.ts$/.test(file) && !EXCLUDED.has(file))
    .sort();
}

/** Loads Stryker and the compiler, which a committed sample does without. */
export async function drawSample(root: string, seed: Seed, size: number, files: readonly string[]): Promise<Sample> {
  const [{ candidatesIn }, { compiling }] = await Promise.all([import('./candidates.ts'), import('./compiling.ts')]);
  const compile = (mutants: readonly Mutant[]): ReadonlySet<string> => compiling(mutants, { root, entry: ENTRY });
  const all: Mutant[] = [];
  for (const file of files) all.push(...(await candidatesIn(file, readFileSync(path.join(root, file), 'utf8'))));
  return { seed, files, candidates: all.length, mutants: firstCompiling(inDrawnOrder(all, seed), size, compile) };
}

/** Half as many again are checked at first: most mutants compile, and a program is slow to make. */
function firstCompiling(
  ordered: readonly Mutant[],
  size: number,
  compile: (mutants: readonly Mutant[]) => ReadonlySet<string>,
): readonly Mutant[] {
  const chosen: Mutant[] = [];
  for (let checked = 0; chosen.length < size && checked < ordered.length;) {
    const next = ordered.slice(checked, checked + Math.max(20, Math.ceil((size - chosen.length) * 1.5)));
    checked += next.length;
    const accepted = compile(next);
    chosen.push(...next.filter(({ id }) => accepted.has(id)));
  }
  return chosen.slice(0, size);
}

export function inDrawnOrder(mutants: readonly Mutant[], seed: Seed): readonly Mutant[] {
  const keyOf = ({ id }: Mutant): string => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return mutants
    .map((mutant) => ({ mutant, key: keyOf(mutant) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ mutant }) => mutant);
}

export function readSample(file: string): Sample {
  return JSON.parse(readFileSync(file, 'utf8')) as Sample;
}

/** One line for each mutant, so that a difference shows which have changed. */
export function sampleText({ seed, files, candidates, mutants }: Sample): string {
  const lines = mutants.map((mutant) => `    ${JSON.stringify(mutant)}`);
  return [
    '{',
    `  "seed": ${JSON.stringify(seed)},`,
    `  "files": ${JSON.stringify(files)},`,
    `  "candidates": ${candidates},`,
    '  "mutants": [',
    lines.join(',\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}
