import { beforeEach, describe, expect, test } from 'vitest';
import type { AmbientHost } from '../../system/image.ts';
import { createDelegatingHost, createLoadingHost } from '../delegating-host.ts';
import { createGuard, EscapeError } from '../guard.ts';
import { ManualHost } from '../test/manual-host.ts';
import { createProcess, type SimulatedProcess } from './process.ts';

type Process = NodeJS.Process & SimulatedProcess;

function processOf(host: AmbientHost): Process {
  const guard = createGuard(host);
  return createProcess(host, { guard, context: { used: false }, requireBuiltin: () => undefined }) as Process;
}

let host: ManualHost;
beforeEach(() => {
  host = new ManualHost();
});

describe('the process object of a package', () => {
  let running: ManualHost | null;
  let shared: Process;
  beforeEach(() => {
    running = null;
    shared = processOf(createDelegatingHost(() => running, createLoadingHost('packages.js')));
  });

  test('is that of the process that runs', () => {
    const [one, two] = [new ManualHost(), new ManualHost()];
    running = one;
    const heard: string[] = [];
    shared.on('SIGTERM', () => heard.push('package'));
    processOf(one).on('SIGTERM', () => heard.push('system'));
    shared.env['ONE'] = '1';
    Object.assign(shared, { own: true });
    shared.exitCode = 3;
    expect([processOf(one).listenerCount('SIGTERM'), processOf(one).env, processOf(one)['own']]).toEqual([
      2,
      { ONE: '1' },
      true,
    ]);
    processOf(one).emit('SIGTERM', 'SIGTERM', 15);
    expect(heard).toEqual(['package', 'system']);
    running = two;
    expect([shared.listenerCount('SIGTERM'), shared.env, 'own' in shared, shared.exitCode]).toEqual([
      0,
      {},
      false,
      undefined,
    ]);
  });

  test('can be taken apart while the package is loaded', () => {
    const { env, cwd, stdout, nextTick, hrtime } = shared;
    const one = new ManualHost();
    running = one;
    one.state.env['ONE'] = '1';
    one.state.cwd = '/app';
    stdout.write('text');
    nextTick(() => undefined);
    expect([{ ...env }, cwd(), one.written, one.ticks.length, hrtime()]).toEqual([
      { ONE: '1' },
      '/app',
      ['stdout text'],
      1,
      [1, 0],
    ]);
  });

  test('looks like an ordinary object', () => {
    running = host;
    const own = processOf(host);
    expect(Object.keys(shared)).toEqual(Object.keys(own));
    expect({ ...shared }.platform).toBe('linux');
    expect(String(shared)).toBe('[object process]');
    shared.title = 'renamed';
    expect([own.title, delete (shared as Partial<Process>).title, 'title' in own]).toEqual(['renamed', true, false]);
    Object.defineProperty(shared, 'defined', { value: 1 });
    expect([own['defined'], Object.getOwnPropertyDescriptor(shared, 'defined')?.value]).toEqual([1, 1]);
  });
});

describe('process', () => {
  test('measures itself in virtual time', () => {
    const simulated = processOf(host);
    const [cpu, uptime, heap] = [simulated.cpuUsage(), simulated.uptime(), simulated.memoryUsage().heapUsed];
    host.nowMs += 2000;
    expect([simulated.uptime() - uptime, simulated.cpuUsage(cpu)]).toEqual([2, { user: 80_000, system: 20_000 }]);
    expect(simulated.memoryUsage().heapUsed).toBeGreaterThan(heap);
    expect(simulated.memoryUsage.rss()).toBe(simulated.memoryUsage().rss);
    expect(Object.keys(simulated.memoryUsage())).toEqual(Object.keys(process.memoryUsage()));
    expect(Object.keys(simulated.resourceUsage())).toEqual(Object.keys(process.resourceUsage()));
    expect(simulated.constrainedMemory() - simulated.availableMemory()).toBe(simulated.memoryUsage.rss());
    expect(simulated.getActiveResourcesInfo()).toEqual([]);
    expect([simulated.getuid?.(), simulated.getgroups?.()]).toEqual([1000, [1000]]);
    expect([simulated.umask(0o077), simulated.umask()]).toEqual([0o022, 0o077]);
  });

  test('can be ended only where there is a process of a node', () => {
    const simulated = processOf(host);
    const ways: (() => unknown)[] = [() => simulated.exit(), () => simulated.abort(), () => simulated.kill(1)];
    for (const end of ways) expect(end).toThrow(EscapeError);
    expect(host.escapes).toEqual(['process.exit', 'process.abort', 'process.kill']);
  });

  test('has what a process without a parent of Node has', () => {
    const { send, connected, disconnect } = processOf(host);
    expect([send, connected, disconnect]).toEqual([undefined, undefined, undefined]);
  });

  test('writes texts in every encoding', () => {
    const { stdout } = processOf(host);
    stdout.write('plain');
    stdout.write('68656c6c6f', 'hex');
    stdout.end('last');
    expect(host.written).toEqual(['stdout plain', 'stdout hello', 'stdout last']);
  });
});
