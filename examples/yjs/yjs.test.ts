import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import jwt from 'jsonwebtoken';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { run } from 'seedstorm';
import { simulate } from 'seedstorm/vitest';
import { RUNS_LONG_TESTS, runsLong } from '../../sim/cli/test/long.ts';
import { RealServer, realRedis } from '../../docs/test/real-server.ts';

const JWT_SECRET = 'for tests';
const redis = await realRedis();
/** The server may run with the data of other tests. */
const name = `notes-${process.pid}`;

describe.skipIf(redis === null)('node server.ts, on real sockets', () => {
  const variables = { JWT_SECRET, REDIS_URL: redis?.url ?? '', DEBOUNCE: '50' };
  const start = () => RealServer.start(new URL('./server.ts', import.meta.url), variables);

  afterAll(() => redis?.stop());

  test('users edit together, readers only follow, strangers are refused, and a restart keeps all', async () => {
    const server = await start();
    const [ann, bob] = [await open(server.port, { docs: [name] }), await open(server.port, { docs: ['*'] })];
    const rita = await open(server.port, { docs: [name], readOnly: true });
    await expect(open(server.port, { docs: ['other'] })).rejects.toThrow('permission-denied');
    linesOf(ann).push(['from ann']);
    linesOf(rita).push(['from rita']);
    await until(bob, ({ length }) => length === 1);
    linesOf(bob).push(['from bob']);
    await until(ann, ({ length }) => length === 2);
    for (const provider of [bob, rita]) close(provider);
    // The server stops with an open document.
    expect(await server.stop()).toEqual([0, null]);
    close(ann);

    const restarted = await start();
    const eve = await open(restarted.port, { docs: ['*'] });
    expect(linesOf(eve).toArray()).toEqual(['from ann', 'from bob']);
    close(eve);
    expect(await restarted.stop()).toEqual([0, null]);
  });
});

simulate('the documents in simulation', './scenario.ts', { seeds: RUNS_LONG_TESTS ? 40 : 8 });

// `mutants` finds all of them from seed 0x1 on.
test.runIf(runsLong('mutants of examples/yjs')).each([
  ['overwrites', 'nothing-lost', '0x1'],
  ['exits-at-once', 'nothing-lost', '0x20'],
  ['readers-write', 'nothing-lost', '0x1'],
] as const)('%s is found by %s within 20 seeds from %s', async (variant, property, seedStart) => {
  const scenario = new URL('./scenario.ts', import.meta.url);
  const { findings } = await run(scenario, { variant, seeds: 20, seedStart, bail: 1, shrinkMs: 1000 });
  expect(findings[0]?.failure).toMatchObject({ verdict: 'violation', property });
  expect(findings[0]?.replayed).toEqual({ same: 3, of: 3 });
});

function open(port: number, claims: object): Promise<HocuspocusProvider> {
  return new Promise((resolve, reject) => {
    const websocketProvider = new HocuspocusProviderWebsocket({
      url: `ws://127.0.0.1:${port}`,
      WebSocketPolyfill: WebSocket,
    });
    const provider = new HocuspocusProvider({
      websocketProvider,
      name,
      token: jwt.sign({ sub: 'user', ...claims }, JWT_SECRET, { expiresIn: '1h' }),
      document: new Y.Doc(),
      onSynced: () => resolve(provider),
      onAuthenticationFailed: ({ reason }) => {
        close(provider);
        reject(new Error(reason));
      },
    });
    provider.attach();
  });
}

function close(provider: HocuspocusProvider): void {
  provider.destroy();
  provider.configuration.websocketProvider.destroy();
}

function linesOf(provider: HocuspocusProvider): Y.Array<string> {
  return provider.document.getArray<string>('lines');
}

function until(provider: HocuspocusProvider, isReached: (lines: Y.Array<string>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (isReached(linesOf(provider))) resolve();
    };
    provider.document.on('update', look);
    look();
  });
}
