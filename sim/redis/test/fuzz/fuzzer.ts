/** The fuzzing loop: generates cases, runs them on both servers, and collects differences. */
import type { Seed } from '../../../kernel/seed.ts';
import { SPECS, specOf, tokensOf } from './arguments.ts';
import type { Bytes, Case, Subject } from './case.ts';
import { compare, type Difference } from './compare.ts';
import { generateCase } from './generate.ts';
import { type Minimal, minimize } from './minimize.ts';

export interface FuzzOptions {
  readonly seed: Seed;
  /** Number of commands to generate. */
  readonly commands: number;
  readonly groups: readonly string[];
}

export interface Found extends Minimal {
  /** Number of cases that showed the signature before it was minimized. */
  count: number;
}

export interface FuzzResult {
  readonly commands: number;
  readonly cases: number;
  /** By the signature of the minimal case. */
  readonly differences: ReadonlyMap<string, Found>;
  /** How often each command, and each option word of a command, was generated. */
  readonly generated: ReadonlyMap<string, number>;
  /** Number of differences that did not come again when their case was repeated. */
  readonly unstable: number;
}

/** How often in a row a core was minimized to a known signature. */
interface Repeat {
  readonly signature: string;
  readonly count: number;
}

/** Minimizing takes most of the time: after this number of repeats a core counts as known. */
const REPEATS_MAX = 4;

export interface Subjects {
  readonly real: Subject;
  readonly model: Subject;
}

/** Called for each distinct difference when it is found. */
export type OnFound = (found: Found) => void;

export async function fuzz(
  { seed, commands, groups }: FuzzOptions,
  subjects: Subjects,
  onFound: OnFound,
): Promise<FuzzResult> {
  const differences = new Map<string, Found>();
  /** From signatures before minimizing to signatures after. */
  const known = new Map<string, string>();
  const repeats = new Map<string, Repeat>();
  const generated = new Map<string, number>();
  const check = (tested: Case): Promise<readonly Difference[]> => differencesOf(tested, subjects);
  let [sent, cases, unstable] = [0, 0, 0];
  for (; sent < commands; cases += 1) {
    const tested = generateCase(seed, cases, groups);
    sent += tested.steps.length;
    for (const { words } of tested.steps) count(generated, words);
    for (const difference of await check(tested)) {
      const final = known.get(difference.signature) ?? repeated(difference.core) ?? (await add(tested, difference));
      if (final === null) unstable += 1;
      else known.set(difference.signature, final);
      const found = differences.get(final ?? '');
      if (found !== undefined) found.count += 1;
    }
  }
  return { commands: sent, cases, differences, generated, unstable };

  /** The signature that the last minimizations of a core led to; undefined to minimize again. */
  function repeated(core: string): string | undefined {
    const repeat = repeats.get(core);
    return repeat !== undefined && repeat.count >= REPEATS_MAX ? repeat.signature : undefined;
  }

  /** Returns the signature of the minimal case; null if the difference does not come again. */
  async function add(tested: Case, difference: Difference): Promise<string | null> {
    if (!(await check(tested)).some(({ core }) => core === difference.core)) return null;
    const minimal = await minimize(tested, difference, check);
    const { signature } = minimal.difference;
    if (differences.has(signature)) {
      repeats.set(difference.core, { signature, count: (repeats.get(difference.core)?.count ?? 0) + 1 });
    } else {
      repeats.delete(difference.core);
      const found = { ...minimal, count: 0 };
      differences.set(signature, found);
      onFound(found);
    }
    return signature;
  }
}

async function differencesOf(tested: Case, { real, model }: Subjects): Promise<readonly Difference[]> {
  const [ofReal, ofModel] = await Promise.all([real.run(tested), model.run(tested)]);
  return compare(tested, ofReal, ofModel);
}

/** Counts the command and its option words. */
function count(generated: Map<string, number>, words: readonly Bytes[]): void {
  const spec = specOf(words);
  if (spec === undefined) return;
  const tokens = tokensOf(spec);
  const used = new Set(words.slice(1).map((word) => word.toUpperCase()));
  for (const name of [spec.name, ...[...used].filter((word) => tokens.has(word)).map((word) => `${spec.name} ${word}`)])
    generated.set(name, (generated.get(name) ?? 0) + 1);
}

/** Returns the commands and options of `names` that were generated fewer than `min` times. */
export function rareOf(names: readonly string[], generated: FuzzResult['generated'], min: number): [string, number][] {
  return names
    .flatMap((name) => {
      const spec = SPECS.get(name);
      return spec === undefined ? [] : [name, ...[...tokensOf(spec)].map((token) => `${name} ${token}`)];
    })
    .map((name): [string, number] => [name, generated.get(name) ?? 0])
    .filter(([, times]) => times < min);
}
