import { expect, test } from 'vitest';
import { createDelegatingHost, createLoadingHost } from './delegating-host.ts';
import { ManualHost } from './test/manual-host.ts';
import { simulatedGlobal } from './test/simulated-global.ts';

test('a delegating host uses the host of the process that runs', () => {
  const [one, two] = [new ManualHost('node-1'), new ManualHost('node-2')];
  two.skewMs = 0;
  let running: ManualHost | null = null;
  const late = createDelegatingHost(() => running, createLoadingHost('packages'));
  const [SimulatedDate, now] = [simulatedGlobal(late, 'Date'), simulatedGlobal(late, 'Date').now];
  const seen = [SimulatedDate.now()];
  for (running of [one, two, null]) seen.push(now());
  expect(seen).toEqual([1_577_836_800_000, 5_001_000, 1000, 1_577_836_800_000]);
  running = two;
  expect(() => simulatedGlobal(late, 'fetch')('x')).toThrow('node-2 called fetch');
  simulatedGlobal(late, 'setTimeout')(() => {}, 5);
  simulatedGlobal(late, 'process').nextTick(() => {});
  simulatedGlobal(late, 'Math').random();
  expect([
    two.escapes,
    two.waiting.length,
    two.ticks.length,
    two.drawnLabels,
    one.escapes,
    late.who,
    late.detailed,
  ]).toEqual([['fetch'], 1, 1, ['Math.random'], [], 'node-2', false]);
});

test('while code is loaded, time does not move, random values are fixed and timers are refused', () => {
  const draw = (): number[] => {
    const host = createLoadingHost('packages');
    return [host.fraction(''), host.fraction(''), host.monotonicMs()];
  };
  expect(draw()).toEqual(draw());
  const host = createLoadingHost('packages');
  expect(() => simulatedGlobal(host, 'setInterval')(() => {}, 5)).toThrow(
    'packages called setInterval while being loaded, which is not simulated; instead, add the package to system.statefulPackages',
  );
  expect(() => simulatedGlobal(host, 'process').nextTick(() => {})).toThrow('process.nextTick while being loaded');
});
