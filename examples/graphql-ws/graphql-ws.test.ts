import { describe, expect, test } from 'vitest';
import { run } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { runsLong } from '../../sim/cli/test/long.ts';

simulate('graphql-ws 5.15.0', './scenario.ts', { seeds: 100 });

test('graphql-ws 5.14.3 leaks for a client that has left, and shrinking keeps one client', async () => {
  const scenario = new URL('./scenario.ts', import.meta.url);
  const { findings } = await run(scenario, { variant: '5.14.3', seeds: 20, seedStart: '0x1', bail: 1 });
  const [found] = findings;
  expect(found?.failure).toMatchObject({ verdict: 'violation', property: 'nothing-leaks' });
  expect(found?.failure.text).toMatch(
    /^the last client of node-1 left at [\d.]+ s, but node-1 still has \d timers, .*: tick of connection-1/,
  );
  expect(found?.replayed).toEqual({ same: 3, of: 3 });
  const { cohorts = [], operations = [] } = found?.plan ?? {};
  expect(cohorts.reduce((sum, { count }) => sum + count, 0) + new Set(operations.map(({ actor }) => actor)).size).toBe(
    1,
  );
});

describe.runIf(runsLong('both versions of graphql-ws in one run'))('5.14.3 beside 5.15.0', () => {
  const scenario = new URL('./side-by-side.ts', import.meta.url);

  test('both serve in one run, and the leak is found on a node with the older version', async () => {
    const { findings, totals } = await run(scenario, { seeds: 40, seedStart: '0x1' });
    const [found] = findings;
    expect(totals.marks['both versions serve at the same time']).toBeGreaterThan(0);
    expect(found?.failure).toMatchObject({ property: 'nothing-runs-on' });
    expect(found?.failure.text).toMatch(/still runs for it on node-\d, which runs the other version$/);
    expect(found?.plan.faults.map(({ kind }) => kind)).toEqual(['mixed-versions']);
    expect(found?.replayed).toEqual({ same: 3, of: 3 });
  });

  test('the newer version is checked too: it holds alone, and its leak is found when planted', async () => {
    // Without a deployment no node runs the older version.
    const calm = { seeds: 20, seedStart: '0x1', profile: 'calm' } as const;
    expect(await run(scenario, calm)).toMatchObject({ held: true });
    const { findings } = await run(scenario, { ...calm, bail: 1, variant: '5.14.3' });
    expect(findings[0]?.failure.text).toMatch(/still runs for it on node-\d$/);
  });
});
