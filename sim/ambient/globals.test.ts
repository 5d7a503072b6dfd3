import { beforeEach, describe, expect, test } from 'vitest';
import { EscapeError, insteadOf } from './guard.ts';
import { createGlobals, GLOBAL_NAMES_SIMULATED } from './globals.ts';
import { ManualHost, settled } from './test/manual-host.ts';
import { simulatedGlobal } from './test/simulated-global.ts';

let host: ManualHost;

beforeEach(() => {
  host = new ManualHost();
});

describe('Date', () => {
  test('reads the wall clock of the host in every way there is', () => {
    const Shadow = simulatedGlobal(host, 'Date');
    expect([Shadow.now(), new Shadow().getTime(), Shadow()]).toEqual([
      5_001_000,
      5_001_000,
      new Date(5_001_000).toString(),
    ]);
    host.skewMs = 0.7;
    expect([Shadow.now(), new Shadow().getTime()]).toEqual([1000, 1000]);
  });

  test('is the native one otherwise', () => {
    const Shadow = simulatedGlobal(host, 'Date');
    class Derived extends Shadow {}
    expect([Shadow.parse('2020-01-01T00:00:00Z'), Shadow.UTC(2020, 0)]).toEqual([1_577_836_800_000, 1_577_836_800_000]);
    expect([new Shadow(2020, 1, 3).getTime(), new Shadow('2020').getTime(), new Shadow(7).getTime()]).toEqual([
      new Date(2020, 1, 3).getTime(),
      new Date('2020').getTime(),
      7,
    ]);
    expect([new Shadow() instanceof Date, new Date() instanceof Shadow, {} instanceof Shadow]).toEqual([
      true,
      true,
      false,
    ]);
    expect([
      new Derived() instanceof Derived,
      new Derived() instanceof Shadow,
      new Shadow() instanceof Derived,
    ]).toEqual([true, true, false]);
    expect([Shadow.name, Shadow.length, new Shadow().constructor === Shadow]).toEqual(['Date', Date.length, true]);
    expect(new Shadow(Number.NaN).getTime()).toBeNaN();
  });
});

test('performance and process tell the monotonic time', () => {
  const { hrtime, uptime } = simulatedGlobal(host, 'process');
  host.nowMs = 1234.5;
  expect(simulatedGlobal(host, 'performance').now()).toBe(1234.5);
  expect([hrtime(), hrtime([1, 0]), hrtime.bigint(), uptime()]).toEqual([
    [1, 234_500_000],
    [0, 234_500_000],
    1_234_500_000n,
    1.2345,
  ]);
});

describe('chance', () => {
  test('Math.random is the host’s, and the rest of Math is native', () => {
    const Shadow = simulatedGlobal(host, 'Math');
    expect(Shadow.random()).toBe(new ManualHost().fraction(''));
    expect([host.asked, Shadow.max(1, 2), Shadow.PI, Shadow.floor]).toEqual([['Math.random'], 2, Math.PI, Math.floor]);
  });

  test('crypto is the host’s', () => {
    const [one, same] = [simulatedGlobal(host, 'crypto'), simulatedGlobal(new ManualHost(), 'crypto')];
    const uuid = one.randomUUID();
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([same.randomUUID(), same.randomUUID() === uuid]).toEqual([uuid, false]);
    const words = new Uint32Array(4);
    expect(one.getRandomValues(words)).toBe(words);
    expect(new Set(words).size).toBe(4);
    expect(() => one.getRandomValues(new Float64Array(1) as never)).toThrow('integer-type');
    expect(() => one.getRandomValues(new Uint8Array(65_537))).toThrow('exceeds');
  });
});

describe('queueMicrotask and nextTick', () => {
  test('run, and a throw becomes the host’s', async () => {
    const order: string[] = [];
    simulatedGlobal(host, 'process').nextTick((what: string) => order.push(what), 'tick');
    simulatedGlobal(host, 'queueMicrotask')(() => order.push('microtask'));
    simulatedGlobal(
      host,
      'queueMicrotask',
    )(() => {
      throw new Error('crash');
    });
    await settled();
    expect(order).toEqual(['microtask']);
    expect(() => host.runTicks()).toThrow('crash');
    expect(order).toEqual(['microtask', 'tick']);
    expect(() => simulatedGlobal(host, 'queueMicrotask')(null as never)).toThrow(TypeError);
  });
});

describe('the guard', () => {
  const constructed = new Set(['WebSocket', 'BroadcastChannel', 'MessageChannel']);
  test.each([
    'fetch',
    'WebSocket',
    'BroadcastChannel',
    'MessageChannel',
    'Atomics.wait',
    'WebAssembly.instantiate',
    'crypto.subtle.generateKey',
    'process.exit',
    'process.kill',
    'process.abort',
    'process.memoryUsage',
    'process.memoryUsage.rss',
    'performance.eventLoopUtilization',
    'console.Console',
  ])('%s can be read, not called', (way) => {
    const [name = '', ...inside] = way.split('.');
    let value: unknown = simulatedGlobal(host, name as 'fetch');
    for (const member of inside) value = (value as Record<string, unknown>)[member];
    expect(typeof value).toBe('function');
    const call = (): unknown =>
      constructed.has(name) ? Reflect.construct(value as never, ['x']) : (value as () => unknown)();
    expect(call).toThrow(EscapeError);
    expect(call).toThrow(`node-1 tried ${way}, `);
    expect(host.escapes).toEqual([way, way]);
  });

  test('knows who looks for native addons', () => {
    expect(insteadOf('node:fs accessSync', 'node_modules/bindings/bindings.js')).toContain('native addon');
    expect(insteadOf('node:fs accessSync', 'node_modules/other/bindings.js')).toContain('import what is read');
  });

  test('says what to use instead', () => {
    expect(() => simulatedGlobal(host, 'fetch')('http://x')).toThrow(
      'node-1 tried fetch, which no seed decides; instead, use a face of the node (listen, redis) or put the service behind a port that the scenario answers',
    );
  });

  test('lets a way out be extended, bound and written over at load', () => {
    const Base = simulatedGlobal(host, 'WebSocket') as unknown as { new (): object; [name: string]: unknown };
    class Derived extends Base {}
    const bound = simulatedGlobal(host, 'fetch').bind(null) as unknown as () => void;
    Base.polyfilled = true;
    expect([Base.polyfilled, host.escapes]).toEqual([true, []]);
    expect(() => new Derived()).toThrow(EscapeError);
    expect(() => bound()).toThrow(EscapeError);
    expect(() => simulatedGlobal(host, 'fetch').call(null, 'x')).toThrow(EscapeError);
    expect('polyfilled' in globalThis.fetch).toBe(false);
  });
});

describe('process', () => {
  test('is the same on every machine', () => {
    const { env, cwd, platform, arch, pid, argv, version, versions } = simulatedGlobal(host, 'process');
    expect([env, cwd(), platform, arch, pid, argv.length]).toEqual([{}, '/', 'linux', 'x64', 1, 2]);
    expect([version, versions]).toEqual([process.version, process.versions]);
  });

  test('has no events and prints nothing', () => {
    const shadow = simulatedGlobal(host, 'process');
    const before = process.listenerCount('SIGTERM');
    expect(
      shadow
        .on('SIGTERM', () => {})
        .once('exit', () => {})
        .off('exit', () => {}),
    ).toBe(shadow);
    expect([
      shadow.emit('x' as never),
      process.listenerCount('SIGTERM') - before,
      shadow.listenerCount('SIGTERM'),
    ]).toEqual([false, 0, 0]);
    expect([shadow.stdout.write('quiet'), shadow.stderr.isTTY]).toEqual([true, false]);
    for (const say of ['log', 'error', 'table', 'time'] as const) simulatedGlobal(host, 'console')[say]('quiet');
  });

  test('a console is heard by who looks closely, and asks no value how it is to be shown', () => {
    host.detailed = true;
    const asked = (): never => {
      throw new Error('asked');
    };
    const shy = {
      a: 1,
      toString: asked,
      toJSON: asked,
      valueOf: asked,
      get b() {
        return asked();
      },
      [Symbol.toPrimitive]: asked,
      [Symbol.for('nodejs.util.inspect.custom')]: asked,
    };
    const said = simulatedGlobal(host, 'console');
    for (const place of ['%s', '%d', '%i', '%j', '%o', '']) said.log(`${place} of`, shy, 'more');
    expect(host.printed).toHaveLength(6);
    for (const text of host.printed.filter((one) => !one.startsWith('NaN'))) expect(text).toContain('a: 1');
    host.printed.length = 0;
    said.log('%d of %s', 1, 'two');
    said.table([2]);
    said.assert(true, 'holds');
    said.assert(false, 'fails');
    said.time('quiet');
    const { stdout } = simulatedGlobal(host, 'process') as unknown as typeof process;
    stdout.write('line\n');
    stdout.write(new Uint8Array([104, 105]));
    stdout.write(shy as never);
    expect(host.printed).toEqual([
      '1 of two',
      '[ 2 ]',
      'Assertion failed fails',
      'line',
      'hi',
      expect.stringContaining('a: 1'),
    ]);
  });
});

describe('globalThis', () => {
  test('shows the shadows in front of the real globals, and keeps what is written to it', () => {
    const shadows = createGlobals(host, { watchTables: true, asyncContext: { used: false } });
    const shown = shadows.get('globalThis') as Record<string, unknown>;
    for (const name of GLOBAL_NAMES_SIMULATED)
      if (name !== 'globalThis' && name !== 'global') expect(shown[name]).toBe(shadows.get(name));
    expect([shown.globalThis, shown.global, shadows.get('global'), shown.Object]).toEqual([
      shown,
      shown,
      shown,
      Object,
    ]);
    shown.registry = 1;
    shown.setTimeout = 2;
    expect([shown.registry, shown.setTimeout, 'registry' in globalThis, typeof globalThis.setTimeout]).toEqual([
      1,
      2,
      false,
      'function',
    ]);
  });

  test('is no browser’s', () => {
    const shown = simulatedGlobal(host, 'globalThis') as unknown as Record<string, unknown>;
    expect(['self', 'Worker', 'XMLHttpRequest'].filter((name) => shown[name] !== undefined)).toEqual([]);
    expect(['window', 'Worker', 'XMLHttpRequest'].filter((name) => name in shown)).toEqual([]);
  });
});

test('garbage collection is never noticed', () => {
  const target = {};
  const reference = new (simulatedGlobal(host, 'WeakRef'))(target);
  const registry = new (simulatedGlobal(host, 'FinalizationRegistry'))(() => expect.unreachable());
  registry.register(target, 1);
  expect([reference.deref() === target, registry.unregister(target)]).toEqual([true, false]);
  expect(() => new (simulatedGlobal(host, 'WeakRef'))(5 as never)).toThrow(TypeError);
  expect(() => new (simulatedGlobal(host, 'FinalizationRegistry'))(5 as never)).toThrow(TypeError);
});

describe('AbortSignal', () => {
  test('times out on virtual time and is native otherwise', async () => {
    const Shadow = simulatedGlobal(host, 'AbortSignal');
    const signal = Shadow.timeout(50);
    await host.advance(49);
    expect([signal.aborted, signal instanceof Shadow, signal instanceof AbortSignal]).toEqual([false, true, true]);
    await host.advance(1);
    expect([signal.aborted, (signal.reason as Error).name, Shadow.abort('x').reason]).toEqual([
      true,
      'TimeoutError',
      'x',
    ]);
    expect(() => Shadow.timeout(-1)).toThrow(RangeError);
    if ('any' in Shadow) expect(Shadow.any([signal]).aborted).toBe(true);
  });
});
