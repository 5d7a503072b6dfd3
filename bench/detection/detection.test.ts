import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runsLong } from '../../sim/cli/test/long.ts';
import { DETECTION_QUICK } from '../sizes.ts';
import { cellText, detectionTable, measureDetection } from './document.ts';
import { WITH_VARIANTS } from './subjects.ts';

test('every example and race is a subject', () => {
  const scenarios = readdirSync(new URL('../../examples', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('scenario.ts'))
    .map((file) => `examples/${file}`);
  expect(scenarios.length).toBeGreaterThan(10);
  expect(WITH_VARIANTS).toEqual(expect.arrayContaining(scenarios));
});

test('a variant that always fails is found by the first seed of each campaign', async () => {
  const document = await measureDetection(DETECTION_QUICK, {
    subject: 'docs/leak/visitors kept-visitor',
    strategy: 'drawn',
    subjectsMax: 1,
  });
  expect(document.detections).toEqual([
    {
      subject: 'docs/leak/visitors kept-visitor',
      strategy: 'drawn',
      seedsToFind: 1,
      seedsMax: 2,
      failing: 2,
      seeds: 2,
    },
  ]);
  expect(detectionTable(document).split('\n').at(-1)).toBe('| docs/leak/visitors kept-visitor | 1 (100 %) |');
});

test('a subject that is not found within the limit is reported as such', async () => {
  const sizes = { ...DETECTION_QUICK, campaigns: 4 };
  const { detections } = await measureDetection(sizes, {
    subject: 'races/expired-lease race',
    strategy: 'latency-random',
    subjectsMax: 1,
  });
  // Two misses of four decide, so the others are not run.
  expect(detections).toMatchObject([{ seedsToFind: null, failing: 0, seeds: 4 }]);
  expect(detections.map(cellText)).toEqual(['> 2 (0 of 4)']);
});

test('a filter without a match is an error', async () => {
  await expect(measureDetection(DETECTION_QUICK, { subject: 'races/bogus race' })).rejects.toThrow('bogus');
});

test.runIf(runsLong('all strategies of a mutant'))('each strategy has its own figure', async () => {
  const { detections } = await measureDetection(DETECTION_QUICK, {
    subject: 'docs/leak/visitors kept-visitor',
    subjectsMax: 1,
  });
  expect(detections.map(({ strategy }) => strategy)).toEqual([
    'drawn',
    'latency-random',
    'uniform',
    'pct:1',
    'pct:2',
    'pct:3',
  ]);
});
