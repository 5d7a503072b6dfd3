import { expect, test } from 'vitest';
import { measure, table } from './document.ts';
import { compare, median } from './figure.ts';
import { flagsOf } from './flags.ts';
import { handWired } from './hand-wired.ts';
import { longRun } from './long-run.ts';
import { calmCrowd, handWiredPlanOf, withRecordedPrices } from './packages.ts';
import { loadGateway } from './scenario.ts';
import { QUICK } from './sizes.ts';
import { runsLong } from '../sim/cli/test/long.ts';
import type { RunRecord } from '../sim/kernel/record.ts';
import { runJob } from '../sim/search/run-job.ts';

function isEnd(record: RunRecord): record is Extract<RunRecord, { type: 'operation' }> {
  return record.type === 'operation' && record.phase !== 'begin';
}

function isPrice({ direction, phase, text }: Extract<RunRecord, { type: 'frame' }>): boolean {
  return direction === 'down' && phase === 'sent' && text.startsWith('{"type":"price"');
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function differences(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].reduce((sum, name) => sum + Math.abs((left.get(name) ?? 0) - (right.get(name) ?? 0)), 0);
}

const isLong = runsLong('npm run bench, with small sizes, and its side without the simulator');

test.runIf(isLong)('the document contains every figure with its reference and their ratio', async () => {
  const document = await measure(QUICK);
  expect(document.node).toMatch(/^v\d+\./);
  expect(document.cpus).toBeGreaterThan(0);
  expect(document.figures.map(({ name }) => name)).toEqual([
    'kernel, 10 actors',
    'gateway, 4 clients',
    'levels, frames, hosted',
    'levels, frames, whole frames',
    'levels, a connection, hosted',
    'levels, a connection, whole frames',
    'levels, an open connection, hosted',
    'levels, an open connection, whole frames',
    'levels, default seeds of the gateway, hosted',
    'fan-out, 40 clients',
    'an idle connection',
    'packages, 4 clients, as in a campaign',
    'packages, 4 clients, whole trace kept',
    'packages, 4 clients, as in a campaign',
    'packages, 4 clients, as in a campaign',
    'packages, 4 clients, as in a campaign',
    'packages, 4 clients, nothing checked',
    'redis, strings',
    'redis, hashes',
    'redis, lists and sorted sets',
    'redis, channels, 10 subscribers',
    'redis, streams',
    'redis, scripts',
    'scheduler, 500 events a run, waitFor',
    'scheduler, 500 events a run, waitIdle',
    'scheduler, 500 events a run, waitAll',
    'scheduler, a whole room, 1 posts each',
    'growth, 4 clients',
    'memory, 202 clients',
    expect.stringMatching(/^small seeds, \d+ events on average$/),
    expect.stringMatching(/^default seeds, \d+ events on average$/),
    'fixed cost of a run',
  ]);
  for (const figure of document.figures) {
    expect(Object.keys(figure)).toEqual(['name', 'unit', 'ours', 'reference', 'referenceName', 'ratio']);
    // The heap also has what other test files left in this process, and some of it may go.
    const leastValue = figure.unit.startsWith('KiB/') ? -Infinity : 0;
    for (const value of [figure.ours, figure.reference, figure.ratio]) expect(value).toBeGreaterThan(leastValue);
    expect(figure.unit).toMatch(/.\/./);
    expect(figure.referenceName).not.toBe('');
  }
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(table(document).split('\n')).toHaveLength(document.figures.length + 3);
});

test.runIf(isLong)('the hand-wired side performs the same operations, with the same outcomes and prices', async () => {
  const loaded = withRecordedPrices(await loadGateway());
  const plan = calmCrowd(loaded.scenario, 1, 40);
  const { records = [], operations } = await runJob(
    loaded,
    { kind: 'run', seed: plan.seed, plan, detailed: true },
    { nowMs: () => performance.now() },
  );
  const outcomes = count(records.flatMap((record) => (isEnd(record) ? [`${record.name} ${record.phase}`] : [])));
  const prices = records.filter((record) => record.type === 'frame' && isPrice(record)).length;
  for (const realGateway of [false, true]) {
    const there = await handWired({ ...handWiredPlanOf(loaded.scenario, plan), realGateway });
    expect(there.operations).toBe(operations);
    // Nearly equal: frames and closing handshakes take longer here, so now and then a client closes
    // before an answer arrives, or connects too late.
    expect(differences(outcomes, there.outcomes)).toBeLessThan(operations * 0.08);
    // Here more clients connect in time, and each is sent some twenty prices: 5 to 20 % more.
    expect(Math.abs(there.prices / prices - 1)).toBeLessThan(0.25);
  }
});

test.runIf(runsLong('the longest run of the benchmark'))(
  'a long run ends at its number of events, and notes its heap at each part',
  async () => {
    const { events, heapBytes } = await longRun(4000);
    expect(events).toBe(4000);
    expect(heapBytes).toHaveLength(20);
    for (const bytes of heapBytes) expect(bytes).toBeGreaterThan(0);
  },
);

test('a comparison warms up, measures in turn and returns medians', async () => {
  const calls: string[] = [];
  const ours = [100, 2, 8, 4];
  const reference = [100, 1, 2, 4];
  const figure = await compare({ name: 'a', unit: 'b/c', referenceName: 'd' }, 3, {
    ours: () => {
      calls.push('ours');
      return Promise.resolve(ours.shift() ?? 0);
    },
    reference: () => {
      calls.push('reference');
      return Promise.resolve(reference.shift() ?? 0);
    },
  });
  expect(calls.join(' ')).toBe('ours reference ours reference ours reference ours reference');
  expect(figure).toEqual({ name: 'a', unit: 'b/c', referenceName: 'd', ours: 4, reference: 2, ratio: 2 });
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('flags are parsed, and invalid ones are rejected in one line', () => {
  expect(flagsOf([])).toEqual({ json: false, quick: false, find: false, mechanical: false });
  expect(flagsOf(['--json', '--quick', '--only', 'seeds'])).toMatchObject({ json: true, quick: true, only: 'seeds' });
  expect(() => flagsOf(['--bogus'])).toThrow(/^[^\n]*--bogus[^\n]*$/);
  expect(() => flagsOf(['--only', 'bogus'])).toThrow(
    'invalid --only (expected one of: kernel, gateway, levels, fan-out, packages, redis, scheduler, growth, memory, long, seeds, detection, causes, debugging)',
  );
  expect(flagsOf(['--only', 'detection', '--subject', 'races', '--strategy', 'pct:2'])).toMatchObject({
    only: 'detection',
    subject: 'races',
    strategy: 'pct:2',
  });
  expect(() => flagsOf(['--only', 'detection', '--strategy', 'bogus'])).toThrow(/^invalid --strategy [^\n]*$/);
  expect(flagsOf(['--only', 'debugging', '--subject', 'races'])).toMatchObject({ subject: 'races' });
  expect(() => flagsOf(['--mechanical'])).toThrow('--mechanical needs --only causes');
  expect(() => flagsOf(['--only', 'causes', '--mechanical', '--subject', 'races'])).toThrow('remove --subject');
  const mechanical = ['--only', 'causes', '--mechanical'];
  expect(flagsOf([...mechanical, '--find', '--seed', '0x2'])).toMatchObject({ find: true, seed: '0x2' });
  expect(() => flagsOf([...mechanical, '--find'])).toThrow('--find needs --seed');
  expect(() => flagsOf([...mechanical, '--seed', '0x2'])).toThrow('--seed needs both');
  expect(() => flagsOf(['--only', 'causes', '--seed', '0x2'])).toThrow('--seed needs --only causes');
  expect(() => flagsOf(['--subject', 'races'])).toThrow('--subject needs --only detection, causes or debugging');
  expect(() => flagsOf(['--strategy', 'uniform'])).toThrow('--strategy needs --only detection');
  expect(() => flagsOf(['--find'])).toThrow('--find needs --only causes');
  expect(() => flagsOf(['--only'])).toThrow(/^[^\n]*--only[^\n]*$/);
  expect(() => flagsOf(['more'])).toThrow(/^[^\n]*more[^\n]*$/);
});
