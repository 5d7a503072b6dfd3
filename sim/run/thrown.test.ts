import { expect, test } from 'vitest';
import { readThrown } from './thrown.ts';

function thrownBy(message: string, ...frames: readonly string[]): Error {
  const error = new TypeError(message);
  error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

const fileAt = ({ text, line }: { text: string; line: number }): string =>
  `${text === 'system.js' ? 'src' : 'node_modules/lib'}/${line}.ts`;

test.each([
  [
    'a named function',
    ['settle (simulated:system.js:12:5)'],
    'TypeError in settle',
    'TypeError: gone, in settle of src/12.ts',
  ],
  ['no function', [], 'TypeError', 'TypeError: gone'],
  [
    'a function without a name, in one with',
    ['simulated:system.js:3:1', 'open (simulated:system.js:80:1)'],
    'TypeError in open',
    'TypeError: gone, in open of src/3.ts',
  ],
  [
    'a package, called by the system',
    ['parse (simulated:packages.js:9:1)', 'open (simulated:system.js:80:1)'],
    'TypeError in open',
    'TypeError: gone, in open of src/80.ts',
  ],
  [
    'one of two functions of a name',
    ['settle2 (simulated:system.js:12:5)'],
    'TypeError in settle',
    'TypeError: gone, in settle2 of src/12.ts',
  ],
  [
    'a package alone',
    ['parse (simulated:packages.js:9:1)'],
    'TypeError in parse',
    'TypeError: gone, in parse of node_modules/lib/9.ts',
  ],
])('%s threw', (_, frames, about, first) => {
  const {
    subject: told,
    text: { text, places },
  } = readThrown(thrownBy('gone', ...frames), { fileAt });
  expect([told, text.split('\n')[0]]).toEqual([about, first]);
  expect(text.split('\n')).toHaveLength(1 + frames.length);
  expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(text.match(/\S+\.ts/g) ?? []);
});

test('packages with state, which are in the text of the system, are packages', () => {
  const files: Record<number, string> = { 9: 'node_modules/zod/parse.js', 80: 'src/open.ts' };
  const at = ({ line }: { line: number }): string | undefined => files[line];
  for (const text of ['system.js', 'packages.js']) {
    const error = thrownBy('gone', `parse (simulated:${text}:9:1)`, 'open (simulated:system.js:80:1)');
    expect(readThrown(error, { fileAt: at })).toMatchObject({
      subject: 'TypeError in open',
      text: { text: expect.stringMatching(/^TypeError: gone, in open of src\/open\.ts\n/) as string },
    });
  }
});

test('numbers that esbuild gives to classes are left out of the subject', () => {
  const error = thrownBy('gone', 'Store2.put3 (simulated:system.js:12:5)');
  expect(readThrown(error, { fileAt }).subject).toBe('TypeError in Store.put');
});

test('an error from the parser of a client is attributed to its command', () => {
  const parsed = thrownBy('ERR no number', 'parseError (simulated:packages.js:9:1)');
  const commandOf = (message: string) => (message === 'ERR no number' ? { name: 'incr', key: 'k' } : null);
  expect(readThrown(parsed, { fileAt }, commandOf)).toEqual({
    subject: 'TypeError of incr',
    text: {
      text: 'TypeError: ERR no number, from the Redis command incr k\n  at parseError in node_modules/lib/9.ts',
      places: [{ start: 75, end: 96, place: { text: 'packages.js', line: 9, column: 1 } }],
    },
  });
  const called = thrownBy('ERR no number', 'parseError (simulated:packages.js:9:1)', 'add (simulated:system.js:5:1)');
  expect(readThrown(called, { fileAt }, commandOf).subject).toBe('TypeError in add');
});

test('a value without a text is described by its type', () => {
  const odd = new Error('gone');
  Object.defineProperty(odd, 'stack', { value: undefined });
  Object.defineProperty(odd, 'message', {
    get: () => {
      throw new Error('asked');
    },
  });
  for (const reason of [Object.create(null), odd])
    expect(readThrown(reason, { fileAt })).toEqual({
      subject: 'object',
      text: { text: 'something of type object that has no text', places: [] },
    });
});

test('a long message does not hide frames', () => {
  const error = thrownBy('gone', 'settle (simulated:system.js:12:5)');
  error.stack = error.stack?.replace('gone', 'line\n'.repeat(100)) ?? '';
  expect(readThrown(error, { fileAt }).subject).toBe('TypeError in settle');
});

test('a value that is not an Error is shown as text', () => {
  expect(readThrown('a text', { fileAt })).toEqual({ subject: 'string', text: { text: 'a text', places: [] } });
  expect(readThrown(undefined, { fileAt })).toEqual({
    subject: 'undefined',
    text: { text: 'undefined', places: [] },
  });
});
