import { expect, test } from 'vitest';
import { NO_USES } from '../run/use-counts.ts';
import type { RunReport } from './job.ts';
import { addRun, emptyTotals } from './totals.ts';

const report = (digest: string): RunReport =>
  ({ digest, steps: 1, virtualMs: 1, uses: NO_USES, faults: {}, marks: {}, checked: {} }) as unknown as RunReport;

function digestOf(...digests: readonly string[]): string {
  const totals = emptyTotals();
  for (const digest of digests) addRun(totals, report(digest));
  return totals.digest;
}

test('the digest of a campaign depends on each run and on their order', () => {
  const digests = [digestOf('a'), digestOf('a', 'b'), digestOf('b', 'a'), digestOf('a', 'a'), digestOf('ab')];
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(digests).size).toBe(5);
  expect(digestOf('a', 'b')).toBe(digestOf('a', 'b'));
  expect(digestOf()).toBe('');
});
