import { expect, test } from 'vitest';
import { run } from '../../sim/index.ts';
import { simulate } from '../../sim/vitest.ts';

simulate('graphql-ws 5.15.0', './scenario.ts', { seeds: 100 });

test('graphql-ws 5.14.3 goes on for a client that has gone, and one client is enough to see it', async () => {
  const scenario = new URL('./scenario.ts', import.meta.url);
  const { findings } = await run(scenario, { variant: '5.14.3', seeds: 20, seedStart: '0x1', bail: 1 });
  const [found] = findings;
  expect(found?.failure).toMatchObject({ verdict: 'violation', property: 'nothing-runs-on' });
  expect(found?.replayed).toEqual({ same: 3, of: 3 });
  const { cohorts = [], operations = [] } = found?.plan ?? {};
  expect(cohorts.reduce((sum, { count }) => sum + count, 0) + new Set(operations.map(({ actor }) => actor)).size).toBe(
    1,
  );
});
