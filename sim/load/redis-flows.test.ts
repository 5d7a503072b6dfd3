/**
 * Programs with published packages that use Redis. Each prints the same lines in the simulation and
 * with Node on a real Redis.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { runsLong } from '../cli/test/long.ts';
import { formatSeed } from '../kernel/seed.ts';
import { realRedis } from '../redis/test/real-redis.ts';
import { expectedOf, type Flow, projectOf, realFlow, simulatedFlow } from './test/run-flow.ts';

/** Packages by the file that connects with them. */
const CLIENTS = { ioredis: 'ioredis', 'node-redis': 'redis' };

const withClients = (
  program: string,
  packages: readonly string[],
  parts: Readonly<Record<string, string>> = {},
): Flow[] =>
  Object.entries(CLIENTS).map(([client, library]) => ({
    program,
    packages: [library, ...packages],
    parts: { client, ...parts },
  }));

const SESSIONS = ['express-session', 'express'];
const SOCKET_IO = ['socket.io', 'socket.io-client'];

/** By package. The first flow of every third one runs everywhere. */
const FLOWS: readonly (readonly [name: string, flows: readonly Flow[]])[] = [
  [
    'bullmq',
    [
      ...withClients('bullmq', ['bullmq']),
      { program: 'bullmq', packages: ['ioredis', 'bullmq-5 as bullmq'], parts: { client: 'ioredis' } },
    ],
  ],
  ['bull', [{ program: 'bull', packages: ['bull'] }]],
  [
    'bottleneck',
    ['bottleneck-ioredis', 'bottleneck-redis'].map((datastore) => ({
      program: 'bottleneck',
      packages: ['bottleneck', 'redis-3'],
      parts: { datastore },
    })),
  ],
  ['bee-queue', [{ program: 'bee-queue', packages: ['bee-queue'] }]],
  [
    'connect-redis',
    // Version 9 no longer takes clients of ioredis, and version 8 none of the newest redis.
    [
      { program: 'connect-redis', packages: [...SESSIONS, 'connect-redis', 'redis'], parts: { client: 'node-redis' } },
      {
        program: 'connect-redis',
        packages: [...SESSIONS, 'connect-redis-8 as connect-redis', 'ioredis'],
        parts: { client: 'ioredis' },
      },
    ],
  ],
  ['rate-limiter-flexible', withClients('rate-limiter-flexible', ['rate-limiter-flexible']).toReversed()],
  ['redlock', [{ program: 'redlock', packages: ['redlock', 'redis-3', 'ioredis'] }]],
  [
    '@socket.io/redis-adapter',
    ['redis-adapter', 'sharded-adapter'].flatMap((adapter) =>
      withClients('socket.io', [...SOCKET_IO, '@socket.io/redis-adapter'], { adapter }),
    ),
  ],
  [
    '@socket.io/redis-streams-adapter',
    withClients('socket.io', [...SOCKET_IO, '@socket.io/redis-streams-adapter'], { adapter: 'streams-adapter' }),
  ],
];

const nameOf = ({ program, parts = {}, packages }: Flow): string =>
  [program, ...Object.values(parts), ...packages.filter((name) => name.includes(' as '))].join(', ');

const isLong = runsLong('packages that use Redis on a real one, with all their clients and versions');
const redis = isLong ? await realRedis() : null;
afterAll(() => redis?.stop());

describe.each(FLOWS.filter((_, index) => isLong || index % 3 === 0))('%s', (_name, flows) => {
  const cases = (isLong ? flows : flows.slice(0, 1)).map((flow) => [nameOf(flow), flow] as const);

  test.each(cases)('%s', async (_, flow) => {
    const run = await simulatedFlow(projectOf(flow));
    const seeds = Array.from({ length: isLong ? 2 : 1 }, (_, index) => formatSeed(BigInt(index + 1)));
    for (const seed of seeds) expect(await run(seed)).toMatchObject({ lines: expectedOf(flow), exitCode: 0 });
  });

  test.skipIf(redis === null).each(cases)('%s, on a real Redis', async (_, flow) => {
    expect(await realFlow(projectOf(flow), redis!)).toEqual({ lines: expectedOf(flow), exitCode: 0 });
  });
});
