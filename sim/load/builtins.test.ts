import nodeCrypto from 'node:crypto';
import type perfHooks from 'node:perf_hooks';
import { promisify } from 'node:util';
import type v8 from 'node:v8';
import { beforeEach, describe, expect, test } from 'vitest';
import { EscapeError } from '../ambient/guard.ts';
import { createGlobals } from '../ambient/globals.ts';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { createBuiltins, type Builtins } from '../ambient/builtins/builtins.ts';
import { createNamespaces } from '../ambient/builtins/namespaces.ts';

type Module<Name extends string> = Name extends 'crypto'
  ? typeof nodeCrypto
  : Record<string, (...parameters: unknown[]) => unknown>;

let host: ManualHost;
let builtins: Builtins;

beforeEach(() => {
  host = new ManualHost();
  const asyncContext = { used: false };
  const globals = createGlobals(host, { watchTables: true, asyncContext });
  builtins = createBuiltins({ host, globals, asyncContext, requireOwn: () => 'own', namespaces: createNamespaces() });
});

const load = <Name extends string>(name: Name): Module<Name> => builtins.require(name) as Module<Name>;

test('what only computes is what it is', () => {
  for (const name of ['events', 'util', 'buffer', 'assert', 'stream', 'string_decoder', 'querystring']) {
    expect(load(`node:${name}`)).toBe(process.getBuiltinModule(name));
    expect(load(name)).toBe(load(`node:${name}`));
  }
});

test('timers, process, console and performance are the globals', async () => {
  const fired: string[] = [];
  load('timers').setTimeout!(() => fired.push('timeout'), 5);
  load('node:timers').setImmediate!(() => fired.push('immediate'));
  void (load('timers/promises').setTimeout!(7) as Promise<void>).then(() => fired.push('promise'));
  void promisify(load('timers').setTimeout as (ms: number, done: () => void) => void)(9).then(() =>
    fired.push('promisified'),
  );
  await host.advance(10);
  expect(fired).toEqual(['immediate', 'timeout', 'promise', 'promisified']);
  expect(load('timers').promises).toBe(load('timers/promises'));
  expect([load('process').cwd!(), load('process').pid, load('console').log!('quiet')]).toEqual(['/app', 1, undefined]);
  expect((load('perf_hooks').performance as unknown as { now(): number }).now()).toBe(host.nowMs);
  expect(() => load('perf_hooks').createHistogram!()).toThrow('node:perf_hooks createHistogram');
});

test('perf_hooks and v8 measure in virtual time', () => {
  const { monitorEventLoopDelay, PerformanceObserver, performance } = load('perf_hooks') as unknown as typeof perfHooks;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  expect([delay.enable(), delay.enable(), delay.max, delay.mean]).toEqual([true, false, 0, Number.NaN]);
  const before = performance.eventLoopUtilization();
  host.nowMs += 1000;
  expect([delay.min, delay.percentile(99), delay.stddev, delay.exceeds]).toEqual([10_400_000, 10_400_000, 0, 0]);
  const { idle, active, utilization } = performance.eventLoopUtilization(before);
  expect([idle, active, utilization].map((value) => Number(value.toFixed(6)))).toEqual([950, 50, 0.05]);
  delay.reset();
  expect([delay.max, delay.disable(), delay.disable()]).toEqual([0, true, false]);
  const observer = new PerformanceObserver(() => undefined);
  observer.observe({ entryTypes: ['gc'] });
  expect(observer.takeRecords()).toEqual([]);
  const { getHeapStatistics, getHeapSpaceStatistics } = load('v8') as unknown as typeof v8;
  const spaces = getHeapSpaceStatistics();
  const total = spaces.reduce((sum, { space_size }) => sum + space_size, 0);
  expect(total).toBe(getHeapStatistics().total_heap_size);
});

describe('crypto', () => {
  test('computes as the real module does', () => {
    const crypto = load('crypto');
    const [secret, salt] = ['secret', 'salt'];
    expect(crypto.createHash('sha256').update('x').digest('hex')).toBe(
      nodeCrypto.createHash('sha256').update('x').digest('hex'),
    );
    expect(crypto.createHmac('sha256', secret).update('x').digest('hex')).toBe(
      nodeCrypto.createHmac('sha256', secret).update('x').digest('hex'),
    );
    expect(crypto.pbkdf2Sync(secret, salt, 1, 8, 'sha1')).toEqual(nodeCrypto.pbkdf2Sync(secret, salt, 1, 8, 'sha1'));
    expect(crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a'))).toBe(true);
    expect(crypto.createSecretKey(Buffer.from(secret)) instanceof crypto.KeyObject).toBe(true);
    expect(crypto.constants).toBe(nodeCrypto.constants);
  });

  test('draws random values from the host', () => {
    const draw = (): unknown[] => {
      const { randomBytes, randomInt, randomUUID, randomFillSync, getRandomValues, webcrypto } = load('crypto');
      return [
        randomBytes(5).toString('hex'),
        randomInt(10),
        randomInt(5, 2 ** 40),
        randomUUID(),
        randomFillSync(Buffer.alloc(6), 2, 3).toString('hex'),
        [...getRandomValues(new Uint8Array(3))],
        webcrypto.randomUUID(),
      ];
    };
    const drawn = draw();
    const again = draw();
    expect(drawn).not.toEqual(again);
    expect([(drawn[0] as string).length, drawn[4]]).toEqual([10, expect.stringMatching(/^0000[0-9a-f]{6}00$/)]);
    expect(new Set(host.drawnLabels)).toEqual(
      new Set([
        'crypto.randomBytes',
        'crypto.randomInt',
        'crypto.randomUUID',
        'crypto.randomFillSync',
        'crypto.getRandomValues',
      ]),
    );
    expect(() => load('crypto').randomBytes(-1)).toThrow(RangeError);
    expect(() => load('crypto').randomInt(5, 2)).toThrow(RangeError);
  });

  test('calls callbacks in a later event', async () => {
    const { randomBytes, randomFill, randomInt } = load('crypto');
    const answers: unknown[] = [];
    randomBytes(4, (error, bytes) => answers.push(error, bytes.length));
    randomFill(new Uint8Array(2), (error, bytes) => answers.push(error, bytes.length));
    randomInt(3, (error, value) => answers.push(error, value < 3));
    expect([answers, host.waiting.map(({ label }) => label)]).toEqual([
      [],
      ['crypto.randomBytes', 'crypto.randomFill', 'crypto.randomInt'],
    ]);
    await host.advance(1);
    expect(answers).toEqual([null, 4, null, 2, null, true]);
  });

  test.each<[string, (crypto: typeof nodeCrypto) => unknown]>([
    ['node:crypto pbkdf2', (crypto) => crypto.pbkdf2('a', 'b', 1, 8, 'sha1', () => {})],
    ['node:crypto scrypt', (crypto) => crypto.scrypt('a', 'b', 8, () => {})],
    ['node:crypto generateKeyPairSync', (crypto) => crypto.generateKeyPairSync('ed25519')],
    ['node:crypto sign with a callback', (crypto) => crypto.sign(null, Buffer.alloc(1), 'key', () => {})],
    ['crypto.subtle.deriveBits', (crypto) => crypto.subtle.deriveBits({ name: 'HKDF' } as never, {} as never, 8)],
    ['crypto.subtle.wrapKey', (crypto) => crypto.webcrypto.subtle.wrapKey('raw', {} as never, {} as never, 'AES-KW')],
  ])('refuses %s', (way, call) => {
    expect(() => call(load('crypto'))).toThrow(`node-1 called ${way}, `);
    expect(host.escapes).toEqual([way]);
  });
});

describe('modules that reach the outside', () => {
  test.each([
    ['fs', 'readFileSync'],
    ['fs', 'promises.readFile'],
    ['fs/promises', 'readFile'],
    ['net', 'connect'],
    ['tls', 'connect'],
    ['https', 'get'],
    ['http2', 'connect'],
    ['dns', 'resolve4'],
    ['dns', 'promises.resolve4'],
    ['dgram', 'createSocket'],
    ['child_process', 'spawn'],
    ['worker_threads', 'receiveMessageOnPort'],
    ['cluster', 'fork'],
    ['vm', 'runInThisContext'],
    ['v8', 'writeHeapSnapshot'],
    ['inspector', 'open'],
    ['readline', 'createInterface'],
    ['async_hooks', 'executionAsyncId'],
    ['os', 'userInfo'],
    ['module', 'registerHooks' in process.getBuiltinModule('module') ? 'registerHooks' : 'register'],
  ])('let node:%s %s be read, but not called', (name, path) => {
    const way = `node:${name} ${path}`;
    let value: unknown = load(name);
    for (const member of path.split('.')) value = (value as Record<string, unknown>)[member];
    expect(() => (value as () => unknown)()).toThrow(EscapeError);
    expect(host.escapes).toEqual([way]);
  });

  test('let a process listen to a cluster without workers', () => {
    const cluster = load('cluster') as unknown as typeof import('node:cluster').default;
    const heard: string[] = [];
    cluster.on('exit', () => heard.push('on')).once('exit', () => heard.push('once'));
    (cluster as NodeJS.EventEmitter).emit('exit');
    expect([heard, cluster.listenerCount('exit')]).toEqual([['on', 'once'], 1]);
    expect([cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.workers]).toEqual([true, true, false, {}]);
    expect(host.escapes).toEqual([]);
  });

  test('resolve every name, and report that a package.json is missing', async () => {
    host.network = {
      lookup: () => '127.0.0.1',
      schedule: (_delayMs, callback) => {
        host.nextTick(callback);
        return { cancel: () => undefined };
      },
      atEnd: () => () => undefined,
      listen: () => 'EADDRNOTAVAIL',
      connect: () => {
        throw new Error('not reached');
      },
    };
    const [dns, fs] = [load('dns'), load('fs')] as unknown as [typeof import('node:dns'), typeof import('node:fs')];
    const found: unknown[] = [await dns.promises.lookup('cache'), await dns.promises.lookup('cache', { all: true })];
    dns.lookup('cache', (_, address, family) => found.push(address, family));
    fs.readFile('/simulated/package.json', (error) => found.push(error?.code));
    host.runTicks();
    found.push(await fs.promises.readFile('/simulated/package.json').catch((error: Error) => error.message));
    const local = { address: '127.0.0.1', family: 4 };
    const absent =
      /^ENOENT: no such file or directory, open '\/simulated\/package\.json': files are not simulated; instead, import /;
    expect(found).toEqual([local, [local], '127.0.0.1', 4, 'ENOENT', expect.stringMatching(absent)]);
    expect(() => fs.readFileSync('/simulated/package.json')).toThrow(absent);
    expect(host.escapes).toEqual([]);
  });

  test('can be extended, enumerated, replaced and promisified', () => {
    const { Server, METHODS, STATUS_CODES } = load('http') as unknown as {
      Server: new () => { listen(): void };
      METHODS: string[];
      STATUS_CODES: object;
    };
    class Derived extends Server {}
    expect([
      METHODS.includes('GET'),
      Object.entries(STATUS_CODES).length > 50,
      Derived.prototype instanceof Server,
    ]).toEqual([true, true, true]);
    expect((load('fs').constants as unknown as { R_OK: number }).R_OK).toBe(4);
    expect(Object.keys(load('net'))).toEqual(expect.arrayContaining(['connect', 'createServer', 'Socket', 'isIP']));
    const fs = load('fs');
    const read = promisify(fs.exists as (path: string, done: () => void) => void);
    fs.readFile = () => 'mine';
    expect([fs.readFile(), host.escapes, process.getBuiltinModule('fs').readFile.name]).toEqual([
      'mine',
      [],
      'readFile',
    ]);
    expect(() => new Derived().listen()).toThrow('node:net listen');
    expect(() => read('x')).toThrow('node:fs exists');
  });
});

test('an http agent can be made, but opens no connection', () => {
  for (const name of ['http', 'https']) {
    const { Agent } = load(name) as unknown as { Agent: new (options: object) => { createConnection(): void } };
    class Derived extends Agent {}
    const agent = new Derived({ keepAlive: true, maxSockets: 7 });
    expect(agent).toMatchObject({ keepAlive: true, maxSockets: 7, protocol: `${name}:` });
    const way = name === 'http' ? 'node:net connect' : 'node:https Agent.createConnection';
    expect(() => agent.createConnection()).toThrow(`node-1 called ${way}`);
  }
});

test('code sees the main thread, in whatever thread a run takes place', () => {
  expect({ ...load('worker_threads') }).toMatchObject({ isMainThread: true, threadId: 0, parentPort: null });
});

test('the machine is the same everywhere', () => {
  const os = load('os');
  expect([os.platform!(), os.hostname!(), (os.cpus!() as []).length, os.EOL, os.uptime!()]).toEqual([
    'linux',
    'simulated',
    1,
    '\n',
    1,
  ]);
  expect(load('tty').isatty!(1)).toBe(false);
  expect((load('module').createRequire!('x') as () => unknown)()).toBe('own');
  expect((load('zlib').gunzipSync!(load('zlib').gzipSync!('x')) as Buffer).toString()).toBe('x');
});

test('an import gets the exports and the module as default', () => {
  for (const name of ['timers', 'timers/promises', 'crypto', 'events', 'process', 'fs', 'os']) {
    const namespace = builtins.namespace(name) as Record<string, unknown>;
    expect(namespace.default).toBe(builtins.require(name));
    expect(builtins.namespace(`node:${name}`)).toBe(namespace);
  }
  const { setTimeout } = builtins.namespace('timers') as { setTimeout: unknown };
  expect(setTimeout).toBe(load('timers').setTimeout);
  expect((builtins.namespace('events') as { once: unknown }).once).toBe(
    (load('events') as unknown as { once: unknown }).once,
  );
});
