import { beforeEach, describe, expect, test } from 'vitest';
import { insteadOf } from './escape-advice.ts';
import { EscapeError } from './guard.ts';
import { createGlobals, GLOBAL_NAMES_SIMULATED } from './globals.ts';
import { ManualHost, settled } from './test/manual-host.ts';
import { simulatedGlobal } from './test/simulated-global.ts';

let host: ManualHost;

beforeEach(() => {
  host = new ManualHost();
});

describe('Date', () => {
  test('reads the wall clock of the host, however it is called', () => {
    const Simulated = simulatedGlobal(host, 'Date');
    expect([Simulated.now(), new Simulated().getTime(), Simulated()]).toEqual([
      5_001_000,
      5_001_000,
      new Date(5_001_000).toString(),
    ]);
    host.skewMs = 0.7;
    expect([Simulated.now(), new Simulated().getTime()]).toEqual([1000, 1000]);
  });

  test('is native in all other respects', () => {
    const Simulated = simulatedGlobal(host, 'Date');
    class Derived extends Simulated {}
    expect([Simulated.parse('2020-01-01T00:00:00Z'), Simulated.UTC(2020, 0)]).toEqual([
      1_577_836_800_000, 1_577_836_800_000,
    ]);
    expect([new Simulated(2020, 1, 3).getTime(), new Simulated('2020').getTime(), new Simulated(7).getTime()]).toEqual([
      new Date(2020, 1, 3).getTime(),
      new Date('2020').getTime(),
      7,
    ]);
    expect([new Simulated() instanceof Date, new Date() instanceof Simulated, {} instanceof Simulated]).toEqual([
      true,
      true,
      false,
    ]);
    expect([
      new Derived() instanceof Derived,
      new Derived() instanceof Simulated,
      new Simulated() instanceof Derived,
    ]).toEqual([true, true, false]);
    expect([Simulated.name, Simulated.length, new Simulated().constructor === Simulated]).toEqual([
      'Date',
      Date.length,
      true,
    ]);
    expect(new Simulated(Number.NaN).getTime()).toBeNaN();
  });
});

test('performance and process return the monotonic time of the host', () => {
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

describe('random values', () => {
  test('Math.random comes from the host, and the rest of Math is native', () => {
    const Simulated = simulatedGlobal(host, 'Math');
    expect(Simulated.random()).toBe(new ManualHost().fraction(''));
    expect([host.drawnLabels, Simulated.max(1, 2), Simulated.PI, Simulated.floor]).toEqual([
      ['Math.random'],
      2,
      Math.PI,
      Math.floor,
    ]);
  });

  test('crypto draws from the host', () => {
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
  test('run callbacks, and pass their errors to the host', async () => {
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
    'process.abort',
    'process.chdir',
    'console.Console',
  ])('lets %s be read, but not called', (way) => {
    const [name = '', ...inside] = way.split('.');
    let value: unknown = simulatedGlobal(host, name as 'fetch');
    for (const member of inside) value = (value as Record<string, unknown>)[member];
    expect(typeof value).toBe('function');
    const call = (): unknown =>
      constructed.has(name) ? Reflect.construct(value as never, ['x']) : (value as () => unknown)();
    expect(call).toThrow(EscapeError);
    expect(call).toThrow(`node-1 called ${way}, `);
    expect(host.escapes).toEqual([way, way]);
  });

  test('recognises packages that load native addons', () => {
    expect(insteadOf('node:fs accessSync', 'system', 'node_modules/bindings/bindings.js')).toContain('native addon');
    expect(insteadOf('node:fs accessSync', 'system', 'node_modules/other/bindings.js')).toContain('import the data');
  });

  test('names what to use instead', () => {
    expect(() => simulatedGlobal(host, 'fetch')('http://x')).toThrow(
      'node-1 called fetch, which is not simulated; instead, use node.listen or node.redis, or replace the service by a stub that awaits node.failpoint',
    );
  });

  test('lets a refused function be extended, bound and replaced', () => {
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
    expect([env, cwd(), platform, arch, pid, argv.length]).toEqual([{}, '/app', 'linux', 'x64', 1, 2]);
    expect([version, versions]).toEqual([process.version, process.versions]);
  });

  test('listens to nothing of the real process and prints nothing', () => {
    const simulated = simulatedGlobal(host, 'process');
    const before = process.listenerCount('SIGTERM');
    expect(
      simulated
        .on('SIGTERM', () => {})
        .once('exit', () => {})
        .off('exit', () => {}),
    ).toBe(simulated);
    expect([
      simulated.emit('x' as never),
      process.listenerCount('SIGTERM') - before,
      simulated.listenerCount('SIGTERM'),
    ]).toEqual([false, 0, 1]);
    expect([simulated.stdout.write('quiet'), simulated.stderr.isTTY]).toEqual([true, false]);
    for (const say of ['log', 'error', 'table', 'time'] as const) simulatedGlobal(host, 'console')[say]('quiet');
  });

  test('a console prints only in a detailed run, and calls no code of a value', () => {
    host.detailed = true;
    const fail = (): never => {
      throw new Error('called');
    };
    const shy = {
      a: 1,
      toString: fail,
      toJSON: fail,
      valueOf: fail,
      get b() {
        return fail();
      },
      [Symbol.toPrimitive]: fail,
      [Symbol.for('nodejs.util.inspect.custom')]: fail,
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
    expect(() => stdout.write(shy as never)).toThrow(TypeError);
    expect(host.printed).toEqual(['1 of two', '[ 2 ]', 'Assertion failed fails']);
    expect(host.written).toEqual(['stdout line\n', 'stdout hi']);
  });
});

describe('globalThis', () => {
  test('has the simulated globals in front of the real ones, and keeps what is written to it', () => {
    const globals = createGlobals(host, { watchTables: true, asyncContext: { used: false } });
    const shown = globals.get('globalThis') as Record<string, unknown>;
    for (const name of GLOBAL_NAMES_SIMULATED)
      if (name !== 'globalThis' && name !== 'global') expect(shown[name]).toBe(globals.get(name));
    expect([shown.globalThis, shown.global, globals.get('global'), shown.Object]).toEqual([
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

  test('does not look like a browser', () => {
    const shown = simulatedGlobal(host, 'globalThis') as unknown as Record<string, unknown>;
    expect(['self', 'Worker', 'XMLHttpRequest'].filter((name) => shown[name] !== undefined)).toEqual([]);
    expect(['window', 'Worker', 'XMLHttpRequest'].filter((name) => name in shown)).toEqual([]);
  });
});

test('garbage collection has no visible effect', () => {
  const target = {};
  const reference = new (simulatedGlobal(host, 'WeakRef'))(target);
  const registry = new (simulatedGlobal(host, 'FinalizationRegistry'))(() => expect.unreachable());
  registry.register(target, 1);
  expect([reference.deref() === target, registry.unregister(target)]).toEqual([true, false]);
  expect(() => new (simulatedGlobal(host, 'WeakRef'))(5 as never)).toThrow(TypeError);
  expect(() => new (simulatedGlobal(host, 'FinalizationRegistry'))(5 as never)).toThrow(TypeError);
});

describe('AbortSignal', () => {
  test('times out on virtual time and is native in all other respects', async () => {
    const Simulated = simulatedGlobal(host, 'AbortSignal');
    const signal = Simulated.timeout(50);
    await host.advance(49);
    expect([signal.aborted, signal instanceof Simulated, signal instanceof AbortSignal]).toEqual([false, true, true]);
    await host.advance(1);
    expect([signal.aborted, (signal.reason as Error).name, Simulated.abort('x').reason]).toEqual([
      true,
      'TimeoutError',
      'x',
    ]);
    expect(() => Simulated.timeout(-1)).toThrow(RangeError);
    if ('any' in Simulated) expect(Simulated.any([signal]).aborted).toBe(true);
  });
});
