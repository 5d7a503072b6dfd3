/** Real packages load and work under simulation, and cannot leave it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SystemImage } from '../system/image.ts';
import { ManualHost, settled } from '../ambient/test/manual-host.ts';
import { Project, startProcess } from './test/project.ts';

const system = `
import { EventEmitter } from 'node:events';
import Redis from 'ioredis';
import jsonwebtoken from 'jsonwebtoken';
import { parse, serialize } from 'parse5';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

const attempts = {
  redis: () => new Redis({ host: 'example.test' }),
  lazyRedis: () => new Redis({ host: 'example.test', lazyConnect: true }).connect(),
  client: () => new WebSocket('ws://example.test').on('error', () => undefined),
  server: () => new WebSocketServer({ port: 8080 }),
};

export const start = (node) => ({
  token: jsonwebtoken.sign({ name: 'a' }, 'secret', { expiresIn: 60 }),
  verify: (token) => { try { return jsonwebtoken.verify(token, 'secret').name; } catch (error) { return error.name; } },
  page: serialize(parse('<p>a &lt b')),
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

describe('jsonwebtoken, parse5, zod, ws and ioredis', () => {
  let project: Project;
  let image: SystemImage;
  let running: ManualHost;
  let stateful: SystemImage;

  beforeAll(async () => {
    const packages = ['ioredis', 'jsonwebtoken', 'parse5', 'ws', 'zod'];
    project = new Project({ 'system.ts': system }, packages);
    image = await project.image(() => running);
    stateful = await project.image(() => running, { statefulPackages: packages });
  });
  afterAll(() => project.remove());

  test.each(['evaluated once', 'evaluated for each process'])('work, %s', async (how) => {
    running = new ManualHost();
    const started = (await startProcess(how === 'evaluated once' ? image : stateful, running)) as Started;
    expect(started).toMatchObject({
      page: '<html><head></head><body><p>a &lt; b</p></body></html>',
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

  test('cannot listen on a host without a network', async () => {
    running = new ManualHost();
    const started = (await startProcess(image, running)) as Started;
    expect(() => started.attempt('server')).toThrow('node-1 called node:net listen, ');
    expect(running.escapes).toEqual(['node:net listen']);
  });

  test.each(['client', 'redis', 'lazyRedis'])('cannot reach the network: %s', async (name) => {
    running = new ManualHost();
    const started = (await startProcess(image, running)) as Started;
    // Packages take the refusal for a failure to connect, and ioredis tries again: what counts is
    // that it was seen.
    void Promise.resolve(started.attempt(name)).catch(() => {});
    await settled();
    running.runTicks();
    await settled();
    expect(running.escapes).toContain('node:net connect');
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

test.each(['once', 'for each process'])('packages that are evaluated %s have native Maps and Sets', async (how) => {
  const project = new Project({
    'node_modules/intrinsic/package.json': '{"main":"index.js"}',
    'node_modules/intrinsic/index.js': `
      const size = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get;
      exports.sizes = [new Map([[1, 1]]), new Set([1])].map((table) => (table instanceof Set ? table.size : size.call(table)));
      exports.Map = Map;
      { class Set { own = true; } exports.ownSet = new Set().own; }`,
    'system.ts': `
      import { Map as Theirs, ownSet, sizes } from 'intrinsic';
      export const start = () => [sizes, ownSet, new Map() instanceof Theirs, new Theirs() instanceof Map, Theirs === Map];`,
  });
  const host = new ManualHost();
  const image = await project.image(() => host, how === 'once' ? {} : { statefulPackages: ['intrinsic'] });
  project.remove();
  const started = (await startProcess(image, host)) as unknown[];
  expect(started).toEqual([[1, 1], true, true, true, false]);
});

test('a package for each process requires one that the project itself cannot find', async () => {
  const project = new Project({
    'node_modules/outer/package.json': '{"main":"index.js"}',
    'node_modules/outer/index.js': `exports.form = require('dual').form;`,
    'node_modules/outer/node_modules/dual/package.json':
      '{"name":"dual","exports":{"import":"./a.mjs","require":"./b.cjs"}}',
    'node_modules/outer/node_modules/dual/a.mjs': 'export const form = "import";',
    'node_modules/outer/node_modules/dual/b.cjs': 'exports.form = "require";',
    'system.ts': `import { form } from 'outer'; export const start = () => form;`,
  });
  const image = await project.image(() => null, { statefulPackages: ['outer'] });
  project.remove();
  expect(await startProcess(image, new ManualHost())).toBe('require');
});

test('packages use what their process has made of node:http, and no other process does', async () => {
  const project = new Project({
    'node_modules/caller/package.json': '{"main":"index.js"}',
    'node_modules/caller/index.js': `
      const http = require('http');
      exports.replace = () => { http.get = function replaced() {}; };
      exports.found = () => [http.request, http.get, http.globalAgent].map((value) => (typeof value === 'function' ? value.name : value));
      exports.isPatched = () => 'patched' in http.Agent.prototype;`,
    'node_modules/modern/package.json': '{"type":"module","exports":"./index.js"}',
    'node_modules/modern/index.js': `import http from 'node:http'; export const agent = () => http.globalAgent;`,
    'system.ts': `
      import http from 'node:http';
      import { found, isPatched, replace } from 'caller';
      import { agent } from 'modern';
      export const start = ({ patches }) => {
        if (patches) {
          replace();
          http.request = function traced() {};
          http.globalAgent = 'an agent';
          http.Agent.prototype.patched = true;
        } else {
          http.globalAgent = 'untouched';
        }
        return { found: found(), own: http.get.name, agent: agent(), isPatched: isPatched() };
      };`,
  });
  let running = new ManualHost();
  const image = await project.image(() => running);
  project.remove();
  expect(await startProcess(image, running, { patches: true })).toEqual({
    found: ['traced', 'replaced', 'an agent'],
    own: 'replaced',
    agent: 'an agent',
    isPatched: true,
  });
  running = new ManualHost();
  expect(await startProcess(image, running, { patches: false })).toEqual({
    found: ['request', 'get', 'untouched'],
    own: 'get',
    agent: 'untouched',
    isPatched: false,
  });
});
