import { expect, test } from 'vitest';
import { ManualHost, settled } from '../ambient/test/manual-host.ts';
import { project, startProcess } from './test/project.ts';
import { withWatchedArrays } from './watched-arrays.ts';

const watched = (text: string): string => withWatchedArrays('system.ts', text);

test('only loops with an await watch what they iterate', () => {
  expect(watched('for (const x of a as X[]) { await f(x); for (const y of x) g(y); }')).toBe(
    'for (const x of __seedstormArray((a as X[]))) { await f(x); for (const y of x) g(y); }',
  );
  expect(watched('for await (const x of (a, b)) f(x);')).toBe(
    'for await (const x of (__seedstormArray((a, b)))) f(x);',
  );
  expect(watched('for (const x of a) for (const y of b) await f();')).toBe(
    'for (const x of __seedstormArray((a))) for (const y of __seedstormArray((b))) await f();',
  );
  for (const text of [
    'for (const x of [...a]) await f(x);',
    'for (const x of a) f(async () => await x);',
    'for (const x of await a) f(x);',
    'for (const of a) {',
  ])
    expect(watched(text)).toBe(text);
});

/** Iterates an array; other code changes it at `atMs`. */
async function changesOf(loop: string, change: string, declared = '[1, 2, 3]') {
  const image = await project({
    'system.ts': `
      const wait = () => new Promise((resolve) => setTimeout(resolve, 10));
      const list = ${declared};
      export const start = async () => {
        const seen = [];
        setTimeout(() => { ${change} }, 15);
        ${loop}
        return seen;
      };`,
  }).image();
  const host = new ManualHost();
  const ended = startProcess(image, host);
  await settled();
  await host.advance(1000);
  return { seen: await ended, changes: host.conflicts.map((conflict) => `${conflict.table} ${conflict.change}`) };
}

const LOOP = 'for (const x of list) { seen.push(x); await wait(); }';

test.each([
  ['an item that is added', 'list.push(4);', [1, 2, 3, 4], ['Array add']],
  ['an item that is taken from the front', 'list.shift();', [1, 2], ['Array delete']],
  ['all items that are removed', 'list.length = 0;', [1, 2], ['Array clear']],
  ['an item that moves', 'list.shift(); list.push(4);', [1, 2, 4], ['Array delete']],
  ['nothing that is replaced', 'list[2] = 9;', [1, 2, 9], []],
  ['nothing that is sorted behind the loop', 'list.reverse().reverse();', [1, 2, 3], []],
])('notices %s', async (_what, change, seen, changes) => {
  expect(await changesOf(LOOP, change)).toEqual({ seen, changes });
});

test('what the loop does before it awaits does not count', async () => {
  const loop = 'for (const x of list) { seen.push(x); if (x < 3) list.push(x + 3); await wait(); }';
  expect(await changesOf(loop, '')).toEqual({ seen: [1, 2, 3, 4, 5], changes: [] });
  expect(
    await changesOf('for (const x of list) { seen.push(x); if (x < 3) list.push(7); else await wait(); }', ''),
  ).toEqual({
    seen: [1, 2, 3, 7, 7],
    changes: [],
  });
});

test('a copy, a table and any other iterable are left alone', async () => {
  const loop = LOOP.replace('list)', '[...list])');
  expect(await changesOf(loop, 'list.shift();')).toEqual({ seen: [1, 2, 3], changes: [] });
  expect(await changesOf(LOOP, 'list.add(4);', 'new Set([1, 2, 3])')).toEqual({
    seen: [1, 2, 3, 4],
    changes: ['Set add'],
  });
  expect(await changesOf(LOOP, '', '"ab"')).toEqual({ seen: ['a', 'b'], changes: [] });
});

test('a loop may be left early, and `for await` waits for each item', async () => {
  const loop = 'for await (const x of list) { seen.push(x); await wait(); if (x === 3) break; }';
  const promises = '[Promise.resolve(1), 2, 3]';
  expect(await changesOf(loop, 'list.push(4);', promises)).toEqual({ seen: [1, 2, 3], changes: ['Array add'] });
});
