import { expect, test } from 'vitest';
import { planOfReport } from './examine.ts';
import { JobError } from './worker-pool.ts';

test('a report without a plan throws an error that names its seed and what to do', () => {
  const message =
    'seed 0x5 has no plan, since a step never ended when the seed was run again; run it alone, with --seed 0x5';
  expect(() => planOfReport({ seed: '0x5' } as never)).toThrow(new JobError(message));
});
