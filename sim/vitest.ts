/**
 * Property tests in vitest:
 *
 *     import { simulate } from 'seedstorm/vitest';
 *     simulate('./gateway.ts');
 *
 * Registers one test for each property of the scenario, and one for all other failures. Runs
 * execute in the test's own process.
 */
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Validated, validateOptions } from './api/validate-options.ts';
import { type CampaignInput, workersOptionsOf, pathOf, type PlaceOptions } from './api/options.ts';
import { findScenario } from './project/project.ts';
import type { FoundFailure } from './api/found-failure.ts';
import { pageLines } from './api/page/page-lines.ts';
import { bundleVariant, type RunOutcome, runSource } from './api/run.ts';
import { SimulationError } from './api/simulation-error.ts';
import { loadSource, type Source } from './project/scenario-source.ts';
import { watchWithTest } from './api/watched-files.ts';

export { planArbitrary } from './api/open-scenario.ts';
export { SimulationError } from './api/simulation-error.ts';

export interface SimulateOptions
  extends Omit<CampaignInput, 'save' | 'signal'>, Pick<PlaceOptions, 'jobs' | 'stuckMs'> {
  /**
   * The most real time for all runs together, in milliseconds. Five minutes by default. 0: no
   * limit.
   */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_SEEDS = 50;
const DEFAULT_SEED_START = '0x1';
const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Registers the tests of a scenario, whose path is relative to the file of the test. By default,
 * runs the 50 seeds from 0x1, the same ones every time. A failure is shrunk, saved in the folder
 * `replays` of the scenario's package, and thrown as a SimulationError. With SEEDSTORM_HTML=1 in
 * the environment its page is written beside it.
 */
export function simulate(scenarioFile: string | URL, options?: SimulateOptions): void;
export function simulate(name: string, scenarioFile: string | URL, options?: SimulateOptions): void;
export function simulate(
  first: string | URL,
  second?: string | URL | SimulateOptions,
  third: SimulateOptions = {},
): void {
  const isNamed = typeof second === 'string' || second instanceof URL;
  const scenarioFile = isNamed ? second : first;
  const options = isNamed ? third : (second ?? {});
  const testFile = expect.getState().testPath ?? '';
  const file = path.resolve(path.dirname(testFile), pathOf(scenarioFile));
  const stack = callerOf(simulate);
  describe(isNamed ? String(first) : path.basename(file), () => register(file, testFile, options, stack));
}

async function register(file: string, testFile: string, options: SimulateOptions, stack: string): Promise<void> {
  let validated: Validated<'simulate'>;
  let source: Source;
  try {
    validated = validateOptions('simulate', options);
    source = await loadSource(findScenario(file, path.dirname(file)), workersOptionsOf(options).stuckMs);
    watchWithTest(testFile, (await bundleVariant(source, validated.variant ?? null)).files);
  } catch (reason) {
    // Run the test again when the file is fixed.
    watchWithTest(testFile, [file]);
    test('is loaded', () => {
      throw reason;
    });
    return;
  }
  const { scenario } = source;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, ...campaign } = validated;
  let outcome: RunOutcome;
  const pages = new Map<FoundFailure, readonly string[]>();
  beforeAll(async () => {
    const { seedStart = DEFAULT_SEED_START, timeMs } = campaign;
    const seeds = campaign.seeds ?? (timeMs === undefined ? DEFAULT_SEEDS : undefined);
    outcome = await runSource(source, { ...campaign, seedStart, seeds, save: true });
    for (const found of outcome.findings) pages.set(found, await pageLines(found, workersOptionsOf(options)));
  }, timeoutMs);
  for (const { id } of scenario.properties)
    test(id, () => {
      expectNone((property) => property === id);
      if (outcome.unjudged.includes(id)) throw untestedError(outcome);
    });
  test('nothing else goes wrong', () => {
    expectNone((property) => property === null);
    if (outcome.totals.seeds === 0) throw new Error('no seed ran');
    if (outcome.unjudged.length === 0 && outcome.untested !== null) throw untestedError(outcome);
  });

  function expectNone(concerns: (property: string | null) => boolean): void {
    const found = outcome.findings.find(({ failure }) =>
      concerns(failure.verdict === 'violation' ? failure.property : null),
    );
    if (found === undefined) return;
    throw new SimulationError({ ...found, lines: [...found.lines, ...(pages.get(found) ?? [])] }, stack);
  }
}

function untestedError({ untested }: RunOutcome): Error {
  return new Error(`not tested: ${untested}`);
}

/** The stack from the caller of `callee` on, without its first line. */
function callerOf(callee: (...values: never[]) => unknown): string {
  const place = { stack: '' };
  Error.captureStackTrace(place, callee);
  return place.stack.split('\n').slice(1).join('\n');
}
