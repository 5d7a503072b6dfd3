/** Real packages load and work under simulation, and cannot leave it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SystemImage } from '../system/image.ts';
import { ManualHost, settled } from '../ambient/test/manual-host.ts';
import { Project, startProcess } from './test/project.ts';

const system = `
import { EventEmitter } from 'node:events';
import Redis from 'ioredis';
import jsonwebtoken from 'jsonwebtoken';
import { WebSocket, WebSocketServer } from 'ws';
import xss, { FilterXSS } from 'xss';
import { z } from 'zod';

const attempts = {
  redis: () => new Redis({ host: 'example.test' }),
  lazyRedis: () => new Redis({ host: 'example.test', lazyConnect: true }).connect(),
  client: () => new WebSocket('ws://example.test'),
  server: () => new WebSocketServer({ port: 8080 }),
};

export const start = (node) => ({
  token: jsonwebtoken.sign({ name: 'a' }, 'secret', { expiresIn: 60 }),
  verify: (token) => { try { return jsonwebtoken.verify(token, 'secret').name; } catch (error) { return error.name; } },
  clean: [xss('<script>x</script><b>y</b>'), new FilterXSS({ whiteList: {} }).process('<b>y</b>')],
  parsed: [z.object({ at: z.date(), table: z.map(z.string(), z.int()) }).safeParse({ at: new Date(), table: new Map([['a', 1]]) }).success, z.email().safeParse('no').success, z.uuid().safeParse(crypto.randomUUID()).success],
  server: new WebSocketServer({ noServer: true }) instanceof EventEmitter,
  redis: new Redis({ lazyConnect: true }).status,
  attempt: (name) => attempts[name](),
});
`;

interface Started {
  readonly token: string;
  verify(token: string): string;
  attempt(name: string): unknown;
}

describe('jsonwebtoken, xss, zod, ws and ioredis', () => {
  let project: Project;
  let image: SystemImage;
  let running: ManualHost;
  let stateful: SystemImage;

  beforeAll(async () => {
    const packages = ['ioredis', 'jsonwebtoken', 'ws', 'xss', 'zod'];
    project = new Project({ 'system.ts': system }, packages);
    image = await project.image(() => running);
    stateful = await project.image(() => running, { statefulPackages: packages });
  });
  afterAll(() => project.remove());

  test.each(['evaluated once', 'evaluated for each process'])('work, %s', async (how) => {
    running = new ManualHost();
    const started = (await startProcess(how === 'evaluated once' ? image : stateful, running)) as Started;
    expect(started).toMatchObject({
      clean: ['&lt;script&gt;x&lt;/script&gt;<b>y</b>', '&lt;b&gt;y&lt;/b&gt;'],
      parsed: [true, false, true],
      server: true,
      redis: 'wait',
    });
    const { iat, exp } = JSON.parse(Buffer.from(started.token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      number
    >;
    expect([iat, exp, started.verify(started.token)]).toEqual([5001, 5061, 'a']);
    running.nowMs += 61_000;
    expect(started.verify(started.token)).toBe('TokenExpiredError');
    expect(running.escapes).toEqual([]);
  });

  test.each([
    ['client', 'node:http request'],
    ['server', 'node:http createServer'],
  ])('cannot leave the simulation: %s', async (name, way) => {
    running = new ManualHost();
    const started = (await startProcess(image, running)) as Started;
    expect(() => started.attempt(name)).toThrow(`node-1 called ${way}, `);
    expect(running.escapes).toEqual([way]);
  });

  test.each(['redis', 'lazyRedis'])('cannot reach the network: %s', async (name) => {
    running = new ManualHost();
    const started = (await startProcess(image, running)) as Started;
    // ioredis takes the refusal for a failure to connect, and tries again: what counts is that it
    // was seen.
    void Promise.resolve(started.attempt(name)).catch(() => {});
    await settled();
    running.runTicks();
    await settled();
    expect(running.escapes).toContain('node:net createConnection');
  });
});

test('pino writes its lines to stdout', async () => {
  const project = new Project(
    {
      'system.ts': `
        import pino from 'pino';
        export const start = () => {
          const log = pino({ redact: ['token'] });
          log.info({ token: 'secret', room: 'red' }, 'joined');
          log.error(new Error('fails'));
          return log;
        };`,
    },
    ['pino'],
  );
  const host = new ManualHost();
  const image = await project.image(() => host);
  project.remove();
  await startProcess(image, host);
  // Each write of a file ends in a later tick.
  for (let turn = 0; turn < 3; turn += 1) host.runTicks();
  const lines = host.written.map((text) => JSON.parse(text.replace(/^stdout /, '')) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { level: 30, time: host.wallMs(), hostname: 'simulated', token: '[Redacted]', room: 'red', msg: 'joined' },
    { level: 50, msg: 'fails' },
  ]);
  expect(host.escapes).toEqual([]);
});
