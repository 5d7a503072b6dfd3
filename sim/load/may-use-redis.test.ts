import { expect, test } from 'vitest';
import { formOf } from './bundle.ts';
import { project } from './test/project.ts';

const start = (text: string): Record<string, string> => ({ 'system.ts': text });

test.each<[string, boolean, Record<string, string>, string[]?]>([
  ['a system of sockets only', false, start('export const start = (node) => void node.listen(() => undefined);')],
  ['a package without a client', false, start("import 'ws';\nexport const start = () => ({});"), ['ws']],
  ['the client of a node', true, start('export const start = (node) => void node.redis().get("key");')],
  ['a package with a client', true, start("import 'ioredis';\nexport const start = () => ({});"), ['ioredis']],
  ['a socket to the port', true, start("import net from 'node:net';\nexport const start = () => net.connect(6379);")],
  ['a main module', true, start('await fetch(process.env.REDIS_URL);')],
])('%s: %s', async (_, expected, files, installed) => {
  expect((await project(files, installed).bundle()).mayUseRedis).toBe(expected);
});

test.each<[boolean, string]>([
  [true, 'export const start = (node) => void node.failpoint("prices");'],
  [false, 'export const start = (node) => void node.listen(() => undefined);'],
  [false, 'await import("node:http"); globalThis.failpoint = 1;'],
])('failpoints: %s for %s', async (expected, text) => {
  expect(formOf(await project(start(text)).bundle()).mayUseFailpoints).toBe(expected);
});

test('the other version counts too', async () => {
  const bundle = await project({
    ...start('export const start = () => ({});'),
    'old.ts': 'export const start = (node) => void node.redis();',
  }).bundle({ otherVersion: { entry: './old.ts' } });
  expect(bundle.mayUseRedis).toBe(true);
});
