/**
 * Property tests in vitest:
 *
 *     import { simulate } from 'seedstorm/vitest';
 *     simulate('./gateway.ts');
 *
 * One test for each property of the scenario, and one for everything else that can go wrong. Runs execute in the test's own process.
 */
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkOptions } from './api/validate-options.ts';
import { type CampaignOptions, workersOptionsOf, pathOf, type PlaceOptions } from './api/options.ts';
import { findScenario } from './project/project.ts';
import { type RunOutcome, runSource, variantOf } from './api/run.ts';
import { SimulationError } from './api/simulation-error.ts';
import { loadSource, type Source } from './project/scenario-source.ts';
import { watchWithTest } from './api/watched-files.ts';

export { planArbitrary } from './api/open-scenario.ts';
export { SimulationError } from './api/simulation-error.ts';

export interface SimulateOptions
  extends Omit<CampaignOptions, 'save' | 'signal'>, Pick<PlaceOptions, 'jobs' | 'stuckMs'> {
  /** The most real time for all runs together; five minutes otherwise. 0: no limit. */
  readonly timeoutMs?: number;
}

const USUAL_SEEDS = 50;
const USUAL_SEED_START = '0x1';
const USUAL_TIMEOUT_MS = 300_000;

/**
 * Registers the tests of a scenario. Its file is relative to the file of the test. Unless told otherwise, 50 seeds are run, the same
 * ones every time, from 0x1. A failure is made small, saved in the folder `replays` of the scenario's package, and thrown as a
 * SimulationError.
 */
export function simulate(scenarioFile: string | URL, options?: SimulateOptions): void;
export function simulate(name: string, scenarioFile: string | URL, options?: SimulateOptions): void;
export function simulate(
  first: string | URL,
  second?: string | URL | SimulateOptions,
  third: SimulateOptions = {},
): void {
  const isNamed = typeof second === 'string' || second instanceof URL;
  const named = isNamed ? second : first;
  const options = isNamed ? third : (second ?? {});
  const testFile = expect.getState().testPath ?? '';
  const file = path.resolve(path.dirname(testFile), pathOf(named));
  const stack = callerOf(simulate);
  describe(isNamed ? String(first) : path.basename(file), () => register(file, testFile, options, stack));
}

async function register(file: string, testFile: string, options: SimulateOptions, stack: string): Promise<void> {
  const { variant = null, timeoutMs = USUAL_TIMEOUT_MS } = options;
  let source: Source;
  try {
    checkOptions('simulate', options);
    source = await loadSource(findScenario(file, path.dirname(file)), workersOptionsOf(options).stuckMs);
    watchWithTest(testFile, (await variantOf(source, variant)).files);
  } catch (reason) {
    // Mended, it shall run again.
    watchWithTest(testFile, [file]);
    test('is loaded', () => {
      throw reason;
    });
    return;
  }
  const { scenario } = source;
  let outcome: RunOutcome;
  beforeAll(async () => {
    outcome = await runSource(source, { ...withUsual(options), save: true });
  }, timeoutMs);
  for (const { id } of scenario.properties) test(id, () => expectNone((property) => property === id));
  test('nothing else goes wrong', () => {
    expectNone((property) => property === null);
    if (outcome.totals.seeds === 0) throw new Error('no seed was run');
    if (outcome.untested !== null) throw new Error(`nothing was tested: ${outcome.untested}`);
  });

  function expectNone(concerns: (property: string | null) => boolean): void {
    const found = outcome.findings.find(({ failure }) =>
      concerns(failure.verdict === 'violation' ? failure.property : null),
    );
    if (found !== undefined) throw new SimulationError(found, scenario, stack);
  }
}

function withUsual({ timeoutMs: _timeout, ...options }: SimulateOptions): CampaignOptions & PlaceOptions {
  const seeds = options.seeds ?? (options.timeMs === undefined ? USUAL_SEEDS : undefined);
  return { ...options, seedStart: options.seedStart ?? USUAL_SEED_START, ...(seeds === undefined ? {} : { seeds }) };
}

/** The stack from whoever called `callee`, without its first line. */
function callerOf(callee: (...values: never[]) => unknown): string {
  const place = { stack: '' };
  Error.captureStackTrace(place, callee);
  return place.stack.split('\n').slice(1).join('\n');
}
