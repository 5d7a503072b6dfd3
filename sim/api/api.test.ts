import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workplace } from '../cli/test/command.ts';
import { LoadError, openScenario, planArbitrary, replay, run, shrink, UsageError } from '../index.ts';

let place: Workplace;
let scenario: string;

beforeAll(() => {
  place = new Workplace();
  scenario = path.join(place.folder, 'scenario.ts');
});

afterAll(() => place.remove());

const SEEDS = { seeds: 6, seedStart: '0x1' } as const;

describe('run', () => {
  test('holds on the unmodified code', async () => {
    const seen: number[] = [];
    const outcome = await run(scenario, { ...SEEDS, onRun: ({ seeds }) => seen.push(seeds) });
    expect(outcome).toMatchObject({ held: true, deterministic: true, seedStart: '0x1', findings: [] });
    expect(outcome.totals.seeds).toBe(6);
    expect(outcome.totals.checked['answered']).toBeGreaterThan(0);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('finds a variant, shrinks it and returns a command; saves nothing by default', async () => {
    const { held, findings, totals } = await run(scenario, { ...SEEDS, seeds: 30, bail: 1, variant: 'silent' });
    expect([held, findings.length, [...totals.failures.keys()]]).toEqual([false, 1, ['answered: silence']]);
    const [found] = findings;
    expect(found?.failure).toMatchObject({ verdict: 'violation', property: 'answered' });
    expect(found?.shrunk?.after).toMatchObject({ faults: 0 });
    expect(found?.replayed).toEqual({ same: 3, of: 3 });
    expect(found?.file).toBeNull();
    expect(found?.lines.at(-1)).toBe(`  ${found?.command}`);
    expect(existsSync(path.join(place.folder, 'replays'))).toBe(false);
  });

  test('says when nothing was tested', async () => {
    place.write('deaf.ts', 'export const start = () => ({});');
    place.write(
      'deaf.sim.ts',
      "import echo from './scenario.ts';\nexport default { ...echo, system: './deaf.ts', variants: [] };",
    );
    const outcome = await run(path.join(place.folder, 'deaf.sim.ts'), { ...SEEDS, seeds: 2 });
    expect(outcome.held).toBe(true);
    expect(outcome.untested).toMatch(
      /^no operation ended ok: \d+ failed, 0 ended unknown; the first: client connect: refused$/,
    );
    expect((await run(scenario, { ...SEEDS, seeds: 2 })).untested).toBeNull();
  });

  test('names properties that were never judged', async () => {
    place.write(
      'idle.sim.ts',
      `import echo from './scenario.ts';
      const idle = { id: 'idle', description: 'Nothing.', kind: 'always', judgedWithinSeeds: 2, checker: () => ({}) };
      export default { ...echo, properties: [...echo.properties, idle] };`,
    );
    const idle = path.join(place.folder, 'idle.sim.ts');
    expect(await run(idle, { ...SEEDS, seeds: 2 })).toMatchObject({
      held: true,
      untested: 'idle was never judged in 2 seeds',
      unjudged: ['idle'],
    });
    expect(await run(idle, { ...SEEDS, seeds: 1 })).toMatchObject({ untested: null, unjudged: [] });
    expect(await run(idle, { ...SEEDS, seeds: 2, profile: 'calm' })).toMatchObject({ untested: null });
  });

  test('returns a command for a variant with sizes', async () => {
    const { findings } = await run(scenario, {
      ...SEEDS,
      seeds: 30,
      bail: 1,
      variant: 'silent',
      clients: 4,
      shrinkMs: 0,
    });
    const [found] = findings;
    expect(found?.command).toMatch(/ run \S*scenario\.ts --variant silent --seed 0x[0-9a-f]+ --clients 4$/);
    const again = await run(scenario, {
      variant: 'silent',
      seedStart: found?.seed ?? '',
      seeds: 1,
      clients: 4,
      shrinkMs: 0,
    });
    expect(again.findings[0]?.digest).toBe(found?.digest);
  });

  test('two concurrent campaigns in one process do not interfere', async () => {
    const both = await Promise.all([run(scenario, SEEDS), run(scenario, { ...SEEDS, variant: 'harmless' })]);
    const alone = await run(scenario, SEEDS);
    expect(both.map(({ held }) => held)).toEqual([true, true]);
    expect(both[0].totals.lastDigest).toBe(alone.totals.lastDigest);
  });

  test('starts no new runs when aborted', async () => {
    const controller = new AbortController();
    const outcome = await run(scenario, { seeds: 1000, signal: controller.signal, onRun: () => controller.abort() });
    expect(outcome.totals.seeds).toBe(1);
  });

  test.each([
    [{ seeds: 0 }, 'options: seeds: '],
    [{ sedes: 1 }, 'options: Unrecognized key: "sedes"'],
    [{ seedStart: '17' }, 'options: seedStart: expected 0x'],
    [{ variant: 'none' }, 'unknown variant none (expected one of: silent, harmless, stuck)'],
    [{ jobs: 1 }, 'worker threads need seedstorm to be built'],
  ])('refuses %j', async (options, text) => {
    const failure: unknown = await run(scenario, options as object).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect((failure as Error).message).toContain(text);
  });

  test('refuses a missing file, and a file without a scenario', async () => {
    await expect(run('absent.ts', { folder: place.folder })).rejects.toThrow(UsageError);
    await expect(run('system.ts', { folder: place.folder })).rejects.toThrow(LoadError);
  });
});

describe('replay and shrink', () => {
  test('a saved failure replays, is fixed on the unmodified code, and shrinks to the smallest plan', async () => {
    const { findings } = await run(scenario, {
      ...SEEDS,
      seeds: 30,
      bail: 1,
      variant: 'silent',
      save: true,
      shrinkMs: 0,
    });
    const file = findings[0]?.file ?? '';
    expect(path.dirname(file)).toBe(path.join(place.folder, 'replays'));
    const again = await replay(file, { folder: place.folder });
    expect(again).toMatchObject({ file, verdict: 'exact', reason: null });
    expect(again.report?.failure?.signature).toBe('answered: silence');
    expect(again.report?.records?.length).toBeGreaterThan(5);
    const id = /([0-9a-f]{6})\.json$/.exec(file)?.[1] ?? '';
    expect((await replay(id, { folder: place.folder, clean: true })).verdict).toBe('fixed');

    const { verdict, smaller, shrunk } = await shrink(file, { timeMs: 5000 });
    expect(verdict).toBe('smaller');
    expect(shrunk?.after.operations).toBeLessThan(shrunk?.before.operations ?? 0);
    expect((await replay(smaller ?? '')).verdict).toBe('exact');
    expect(await shrink(smaller ?? '', { timeMs: 5000 })).toMatchObject({ verdict: 'smallest', smaller: null });
  });

  test('refuses an unknown replay', async () => {
    await expect(replay('abcdef', { folder: place.folder })).rejects.toThrow(UsageError);
  });
});

describe('openScenario and planArbitrary', () => {
  test('let fast-check generate and shrink plans', async () => {
    const opened = await openScenario(scenario, { variant: 'silent' });
    const holds = async (plan: Parameters<typeof opened.run>[0]) => (await opened.run(plan)).failure === null;
    const details = await fc.check(fc.asyncProperty(planArbitrary(opened.scenario, { nodes: 1 }), holds), { seed: 1 });
    expect(details.failed).toBe(true);
    const [plan] = details.counterexample ?? [];
    expect([plan?.nodes, plan?.faults]).toEqual([1, []]);
    const clean = await openScenario(scenario);
    await fc.assert(
      fc.asyncProperty(
        planArbitrary(clean.scenario),
        async (generated) => (await clean.run(generated)).failure === null,
      ),
      { numRuns: 10 },
    );
    await Promise.all([opened.close(), clean.close()]);
  });
});
