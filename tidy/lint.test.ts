/** Each lint rule on promises reports planted misuses like those that could occur here. */
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const STORE = `
export interface Store { put(row: string): Promise<void>; holds(row: string): Promise<boolean>; size(): number }
export async function save(row: string): Promise<string> { return await Promise.resolve(row); }
`;

const HEAD = `
import type { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import type { WebSocketServer } from 'ws';
import { type Store, save } from './store.ts';
export type Uses = [typeof readFile, Redis, EventEmitter, WebSocketServer, Store, typeof save];
`;

const PLANTED: readonly (readonly [rule: string | null, line: string])[] = [
  ['no-floating-promises', `export function a(store: Store) { store.put('row'); }`],
  [
    'no-floating-promises',
    `export class B { readonly s: Store; constructor(s: Store) { this.s = s; } b() { this.s.put(''); } }`,
  ],
  ['no-floating-promises', `export function c(redis: Redis) { redis.set('key', 'value'); }`],
  ['no-floating-promises', `export function d() { readFile('name'); }`],
  ['no-floating-promises', `export function e(stores: Store[]) { stores.map((store) => store.put('row')); }`],
  [null, `export function f(store: Store) { void store.put('row'); store.put('row').catch(() => undefined); }`],

  ['no-misused-promises', `export function g(rows: string[]) { rows.forEach(async (row) => { await save(row); }); }`],
  ['no-misused-promises', `export function h(from: EventEmitter) { from.on('row', async () => { await save(''); }); }`],
  [
    'no-misused-promises',
    `export function i(of: WebSocketServer) { of.on('connection', async () => { await save(''); }); }`,
  ],
  ['no-misused-promises', `export function j() { setTimeout(async () => { await save(''); }, 5); }`],
  ['no-misused-promises', `export const k: { fire: () => void } = { fire: async () => { await save(''); } };`],
  ['no-misused-promises', `export function l(store: Store) { if (store.holds('row')) throw new Error('held'); }`],
  [
    'no-misused-promises',
    `export function m(rows: string[], store: Store) { return rows.filter((row) => store.holds(row)); }`,
  ],
  [null, `export function n(from: EventEmitter) { from.on('row', () => { void save(''); }); }`],

  ['await-thenable', `export async function o(store: Store) { return await store.size(); }`],
  ['await-thenable', `export async function p(rows: Map<string, number>) { return await rows.get('row'); }`],
  [null, `export async function q(ask: () => void | Promise<void>) { await ask(); }`],

  ['require-await', `export async function r() { return 1; }`],
  ['require-await', `export const s = { put: async (row: string) => row.length };`],
  [null, `export const t = { put: (_row: string): Promise<void> => Promise.resolve() };`],
];

let folder = '';
const found = new Map<number, string[]>();

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'seedstorm-lint-')));
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', JSON.stringify({ extends: path.join(root, 'tsconfig.json'), include: ['*.ts'] }));
  write('store.ts', STORE);
  write('planted.ts', [HEAD.trim(), ...PLANTED.map(([, line]) => line)].join('\n'));

  const eslint = new ESLint({ cwd: folder, overrideConfigFile: path.join(root, 'eslint.config.js') });
  const [result] = await eslint.lintFiles(['planted.ts']);
  const headLines = HEAD.trim().split('\n').length;
  for (const { line, ruleId, message } of result?.messages ?? []) {
    const index = line - headLines - 1;
    found.set(index, [...(found.get(index) ?? []), ruleId?.replace('@typescript-eslint/', '') ?? message]);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(PLANTED.map(([rule, line], index) => ({ rule, line, index })))('$rule: $line', ({ rule, index }) => {
  expect(found.get(index) ?? []).toEqual(rule === null ? [] : [rule]);
});
