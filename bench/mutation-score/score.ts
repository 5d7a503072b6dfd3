/**
 * The mutation score as a document and as text.
 */
import type { Equivalent } from './equivalents.ts';
import type { Judgement } from './judge.ts';
import type { Mutant } from './mutant.ts';

export interface Result extends Pick<Mutant, 'id' | 'mutator' | 'file' | 'original' | 'replacement'>, Judgement {
  /** Line in the file, from 1. */
  readonly line: number;
}

export interface Survivor extends Result {
  /** Why no run can find it; null if one may. */
  readonly equivalent: string | null;
}

export interface Score {
  readonly seed: string;
  /** Number of mutants judged. */
  readonly mutants: number;
  /** Ids of mutants that no longer fit the source, and were not judged. */
  readonly gone: readonly string[];
  readonly found: number;
  readonly equivalent: number;
  /** Of all, and of those not equivalent; from 0 to 1. */
  readonly rawShare: number;
  readonly share: number;
  /** Number of mutants found by each property or verdict. */
  readonly foundBy: Readonly<Record<string, number>>;
  /** Median number of seeds to the first failure, of the mutants that were found. */
  readonly medianSeeds: number;
  /** Sum of the seeds that were run. */
  readonly runs: number;
  readonly files: readonly { readonly file: string; readonly mutants: number; readonly survivors: number }[];
  readonly survivors: readonly Survivor[];
  /** Ids of mutants that are claimed to be equivalent and were found. */
  readonly refuted: readonly string[];
}

export function scoreOf(
  seed: string,
  results: readonly Result[],
  equivalents: readonly Equivalent[],
  gone: readonly string[] = [],
): Score {
  const reasons = new Map(
    equivalents.flatMap(({ id, reason, confirmation }) => (confirmation === '' ? [] : [[id, reason] as const])),
  );
  const found = results.filter(({ foundBy }) => foundBy !== null);
  const survivors = results
    .filter(({ foundBy }) => foundBy === null)
    .map((result) => ({ ...result, equivalent: reasons.get(result.id) ?? null }))
    .sort((one, other) => (one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1));
  const equivalent = survivors.filter((survivor) => survivor.equivalent !== null).length;
  const files = [...new Set(results.map(({ file }) => file))].sort().map((file) => ({
    file,
    mutants: results.filter((result) => result.file === file).length,
    survivors: survivors.filter((survivor) => survivor.file === file).length,
  }));
  return {
    seed,
    mutants: results.length,
    gone,
    found: found.length,
    equivalent,
    rawShare: shareOf(found.length, results.length),
    share: shareOf(found.length, results.length - equivalent),
    foundBy: countsOf(found.map(({ foundBy }) => foundBy ?? '')),
    medianSeeds: medianOf(found.map(({ seeds }) => seeds)),
    runs: results.reduce((sum, { seeds }) => sum + seeds, 0),
    files,
    survivors,
    refuted: found.flatMap(({ id }) => (reasons.has(id) ? [id] : [])),
  };
}

export function scoreText(score: Score): string {
  const { seed, mutants, found, equivalent, gone, files, survivors, refuted } = score;
  const counts = Object.entries(score.foundBy).map(([name, count]) => `${name} ${count}`);
  return [
    `${mutants} mutants, drawn by seed ${seed}; ${score.runs} runs`,
    `found ${found} of ${mutants} (${percent(score.rawShare)}); ` +
      `of those not equivalent ${found} of ${mutants - equivalent} (${percent(score.share)})`,
    `median ${score.medianSeeds} seeds to find one`,
    `found by ${counts.join(', ')}`,
    ...(gone.length === 0 ? [] : [`not judged, because their text has changed: ${gone.join(', ')}`]),
    ...(refuted.length === 0 ? [] : [`found, although listed as equivalent: ${refuted.join(', ')}`]),
    ...files.flatMap((file) => [
      '',
      `${file.file}: ${file.survivors} of ${file.mutants} not found`,
      ...survivors.filter((survivor) => survivor.file === file.file).map(survivorLine),
    ]),
  ].join('\n');
}

const CODE_LENGTH = 60;

function survivorLine({ id, line, mutator, original, replacement, equivalent }: Survivor): string {
  const reason = equivalent === null ? '' : `\n      equivalent: ${equivalent}`;
  return `  ${id}  line ${line}  ${mutator}: ${short(original)} -> ${short(replacement)}${reason}`;
}

function short(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length <= CODE_LENGTH ? line : `${line.slice(0, CODE_LENGTH - 1)}…`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** The most frequent first. */
function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
