import { expect, test } from 'vitest';
import { WATCH_STATE, withWatchedState } from './watched-state.ts';

const watched = (text: string, file = 'rooms.ts'): string => withWatchedState(`/project/${file}`, text, file);

test('a class registers its objects, and what reads their private fields', () => {
  const text = watched('class Room {\n  #members = new Map();\n  static #all = 0;\n  #grow() {}\n}');
  expect(text).toContain(`#${WATCH_STATE} = ${WATCH_STATE}.object(this);`);
  expect(text).toContain(`.class(this, "Room", (o) => ({ '#members': #members in o ? o.#members : undefined }))`);
});

test('variables of a module are read later; functions, classes and types are left out', () => {
  const text = watched(
    "import x from 'x';\nexport const rooms = 1;\nlet count = 0, other;\nconst go = () => 1;\ndeclare const gone: 1;\n",
  );
  expect(text).toContain(
    `${WATCH_STATE}.module("rooms.ts", { rooms: () => rooms, count: () => count, other: () => other });`,
  );
});

test('Maps and Sets of functions have the name of their variable', () => {
  expect(watched('function start() { const rooms = new Map<string, number>([]); }')).toContain(
    `const rooms = ${WATCH_STATE}.table("rooms", new Map<string, number>([]))`,
  );
  expect(watched('function start() { const rooms = new WeakMap(); }')).not.toContain(WATCH_STATE);
});

test.each([
  ['#!/usr/bin/env node\n"use strict";\nconst a = 1;\n', 'main.js'],
  ['"use strict";\nvar a = 1;\nclass A { b = 1; }\nclass B extends A { constructor() { super(); } }\n', 'main.cjs'],
  ['export default class {\n  a = 1;\n}\nconst C = class { #a = 1; };\n', 'main.mjs'],
])('lines keep their numbers, and directives their effect: %j', (text, file) => {
  const after = watched(text, file);
  expect(after).not.toBe(text);
  expect(after.split('\n')).toHaveLength(text.split('\n').length);
  if (text.includes('"use strict"')) expect(after).toMatch(/^(?:#!.*\n)?"use strict";\n/);
});

test('declarations, other files and what cannot be parsed stay as they are', () => {
  for (const [text, file] of [
    ['declare class Room { a: 1 }', 'rooms.ts'],
    ['export declare const a: 1;', 'rooms.d.ts'],
    ['const a = ;', 'rooms.ts'],
    ['{ "a": 1 }', 'rooms.json'],
  ] as const)
    expect(watched(text, file)).toBe(text);
});
