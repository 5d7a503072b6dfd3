import { expect, test } from 'vitest';
import { planOfReport } from './examine.ts';
import { JobError } from './worker-pool.ts';

test('a report without a plan is told of with its seed, and what to do', () => {
  const said =
    'seed 0x5 came back without its plan: a step never ended when the seed was run again; run it alone, with --seed 0x5';
  expect(() => planOfReport({ seed: '0x5' } as never)).toThrow(new JobError(said));
});
