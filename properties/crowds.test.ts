import { expect, it } from 'vitest';
import { formatSeed } from '../sim/kernel/seed.ts';
import { runJob } from '../sim/search/run-job.ts';
import { loadGateway } from './test/gateway-runs.ts';

/** `.ci/run` has more seeds, and crowds of 500 and 2,000 clients. */
const SEEDS = 3;
const CLIENTS = 100;

it(`every property holds in ${SEEDS} seeds with ${CLIENTS} clients`, async () => {
  const loaded = await loadGateway();
  let broadcasts = 0;
  for (let number = 1; number <= SEEDS; number += 1) {
    const seed = formatSeed(BigInt(number));
    const report = await runJob(loaded, { kind: 'run', seed, sizes: { clients: CLIENTS } }, { nowMs: () => 0 });
    expect({ seed, failure: report.failure }).toEqual({ seed, failure: null });
    broadcasts += report.checked['whole-broadcasts'] ?? 0;
  }
  expect(broadcasts).toBeGreaterThan(0);
});
