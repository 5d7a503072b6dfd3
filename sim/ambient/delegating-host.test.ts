import { expect, test } from 'vitest';
import { createDelegatingHost, createLoadingHost } from './delegating-host.ts';
import { ManualHost } from './test/manual-host.ts';
import { simulatedGlobal } from './test/simulated-global.ts';

test('a late host asks whoever runs', () => {
  const [one, two] = [new ManualHost('node-1'), new ManualHost('node-2')];
  two.skewMs = 0;
  let running: ManualHost | null = null;
  const late = createDelegatingHost(() => running, createLoadingHost('packages'));
  const [Shadow, now] = [simulatedGlobal(late, 'Date'), simulatedGlobal(late, 'Date').now];
  const seen = [Shadow.now()];
  for (running of [one, two, null]) seen.push(now());
  expect(seen).toEqual([1_577_836_800_000, 5_001_000, 1000, 1_577_836_800_000]);
  running = two;
  expect(() => simulatedGlobal(late, 'fetch')('x')).toThrow('node-2 tried fetch');
  simulatedGlobal(late, 'setTimeout')(() => {}, 5);
  simulatedGlobal(late, 'process').nextTick(() => {});
  simulatedGlobal(late, 'Math').random();
  expect([two.escapes, two.waiting.length, two.ticks.length, two.asked, one.escapes, late.who, late.detailed]).toEqual([
    ['fetch'],
    1,
    1,
    ['Math.random'],
    [],
    'node-2',
    false,
  ]);
});

test('while code is loaded, time stands still, chance is fixed and nothing can be started', () => {
  const draw = (): number[] => {
    const host = createLoadingHost('packages');
    return [host.fraction(''), host.fraction(''), host.monotonicMs()];
  };
  expect(draw()).toEqual(draw());
  const host = createLoadingHost('packages');
  expect(() => simulatedGlobal(host, 'setInterval')(() => {}, 5)).toThrow(
    'packages tried setInterval while being loaded, which no seed decides; instead, name the package in statefulPackages',
  );
  expect(() => simulatedGlobal(host, 'process').nextTick(() => {})).toThrow('process.nextTick while being loaded');
});
