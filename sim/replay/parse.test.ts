import { describe, expect, test } from 'vitest';
import { formatReplay } from './format.ts';
import { REPLAY_LIMITS } from './limits.ts';
import { parseReplay } from './parse.ts';
import { ReplayError } from './replay-error.ts';
import { sampleReplay } from './test/sample.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sample = formatReplay(sampleReplay());

/** The sample with one piece of its text replaced. */
function edited(find: string, put: string): string {
  expect(sample).toContain(find);
  return sample.replace(find, put);
}

function errorOf(text: string | Uint8Array): string {
  try {
    parseReplay(typeof text === 'string' ? bytes(text) : text);
  } catch (error) {
    if (error instanceof ReplayError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('a formatted replay is parsed to the same replay', () => {
  const replay = sampleReplay();
  expect(parseReplay(bytes(formatReplay(replay)))).toEqual(replay);
  const plain = sampleReplay({ plan: { ...replay.plan, minimal: true } });
  expect(parseReplay(bytes(formatReplay(plain)))).toEqual(plain);
  expect(plain.id).not.toBe(replay.id);
  const limited = sampleReplay({ stepsMax: 100, variant: null, digest: '', choices: {} });
  expect(parseReplay(bytes(formatReplay(limited)))).toEqual(limited);
});

test('a file has one operation, cohort or fault per line', () => {
  expect(sample).toContain(
    '\n      { "id": "client-2.2", "actor": "client-2", "name": "subscribe", "atMs": 200, "arguments": { "symbol": "AAPL" } }\n',
  );
  expect(sample).toContain('\n      { "actor": "watcher", "count": 2, "operationsMax": 3 }\n');
});

describe('hostile and broken files are refused with one line', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /^is empty$/],
    ['noise', 'hello', /^is not valid JSON$/],
    ['a truncated file', sample.slice(0, sample.length / 2), /^is truncated JSON/],
    ['a truncated string', '{"format": "seedst', /^is truncated JSON/],
    ['a stray comma', edited('"node": 20,', '"node": 20,,'), /^is not valid JSON$/],
    ['bytes that are not text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), /^is not UTF-8 text$/],
    ['an image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /^is not UTF-8 text$/],
    ['a huge file', new Uint8Array(REPLAY_LIMITS.fileBytes + 1), /^is larger than 16 MiB/],
    ['a deep one', '['.repeat(100_000) + ']'.repeat(100_000), /^is nested more than 32 levels deep$/],
    ['10 MiB of brackets', '['.repeat(10 * 1024 * 1024), /^is nested more than 32 levels deep$/],
    ['9 MiB of pairs of brackets', `[${'[],'.repeat(3 * 1024 * 1024)}[]]`, /^is not a seedstorm replay$/],
    ['brackets in a text that does not end', `{"format": "${'['.repeat(1024 * 1024)}`, /^is truncated JSON/],
    ['depth in arguments', edited('"symbol": "AAPL"', `"symbol": ${'['.repeat(40)}${']'.repeat(40)}`), /^is nested/],
    ['a list', '[]', /^is not a seedstorm replay$/],
    ['null', 'null', /^is not a seedstorm replay$/],
    ['other JSON', '{"name": "x"}', /^is not a seedstorm replay$/],
    ['another format', edited('seedstorm-replay', 'other-replay'), /^is not a seedstorm replay$/],
    ['a newer version', edited('"version": 2', '"version": 3'), /^has format version 3, .*upgrade seedstorm$/],
    ['a version that is a string', edited('"version": 2', '"version": "2"'), /^has no valid format version$/],
    [
      'a prototype',
      edited('"symbol": "AAPL"', '"__proto__": { "polluted": true }'),
      /^has the forbidden key __proto__/,
    ],
    [
      'a prototype at the top',
      edited('"node": 20,', '"node": 20, "__proto__": {},'),
      /^has the forbidden key __proto__/,
    ],
    ['a prototype in disguise', edited('"symbol": "AAPL"', '"\\u005f_proto__": 1'), /^has the forbidden key __proto__/],
    [
      'a prototype of a constructor',
      edited('"symbol": "AAPL"', '"x": { "prototype": 1 }'),
      /^has the forbidden key prototype/,
    ],
    ['a constructor', edited('"choices": {', '"choices": { "constructor": 0.5,'), /^has the forbidden key constructor/],
    [
      'a long key',
      edited('"choices": {', `"choices": { "${'k'.repeat(400)}": 0.5,`),
      /^has a key that is too long: k+…$/,
    ],
    [
      'an unknown key',
      edited('"node": 20,', '"node": 20, "extra": 1,'),
      /^is not a valid replay: unrecognized key: "extra"$/,
    ],
    [
      'an unknown key with escape codes',
      edited('"node": 20,', '"node": 20, "a\\u001b[2Jb": 1,'),
      /unrecognized key: "a�\[2Jb"/,
    ],
    [
      'an unknown key of a fault',
      edited('"rate": 0.5', '"rate": 0.5, "extra": 1'),
      /plan\.faults\[0\] unrecognized key/,
    ],
    ['infinity', edited('"chaosMs": 8000', '"chaosMs": 1e999'), /plan\.chaosMs/],
    ['infinity in arguments', edited('"symbol": "AAPL"', '"symbol": 1e999'), /plan\.operations\[1\]\.arguments/],
    ['a time beyond the limit', edited('"atMs": 200', '"atMs": 1e300'), /plan\.operations\[1\]\.atMs/],
    ['a step beyond safe integers', edited('"step": 14', '"step": 9007199254740993'), /violation\.step/],
    ['a number of digits', edited('"chaosMs": 8000', `"chaosMs": ${'9'.repeat(100_000)}`), /plan\.chaosMs/],
    ['minimal: false', edited('"nodes": 1,', '"nodes": 1, "minimal": false,'), /plan\.minimal/],
    [
      'an operation at the heal',
      edited('"atMs": 200', '"atMs": 8000'),
      /plan\.operations\[1\]\.atMs must be below chaosMs \(8000\): no operation begins after the heal$/,
    ],
    ['a negative time', edited('"atMs": 200', '"atMs": -1'), /plan\.operations\[1\]\.atMs/],
    ['too many nodes', edited('"nodes": 1', '"nodes": 65'), /plan\.nodes/],
    ['half a node', edited('"nodes": 1', '"nodes": 1.5'), /plan\.nodes/],
    ['a rate of nothing', edited('"rate": 0.5', '"rate": 0'), /plan\.faults\[0\]\.rate/],
    ['too many actors', edited('"count": 2', '"count": 100001'), /plan\.cohorts\[0\]\.count/],
    [
      'too many operations',
      edited('"count": 2, "operationsMax": 3', '"count": 99999, "operationsMax": 9999'),
      /cohorts/,
    ],
    ['a seed of other digits', edited('"seed": "0x5f21c0de"', '"seed": "0xyz"'), /seed is not a seed/],
    ['a seed as a number', edited('"seed": "0x5f21c0de"', '"seed": 17'), /seed invalid input/],
    [
      'an actor without a number',
      edited('"actor": "client-2", "name": "connect"', '"actor": "client", "name": "connect"'),
      /is not an actor/,
    ],
    ['two operations of one id', edited('"id": "client-2.2"', '"id": "client-2.1"'), /has client-2\.1 twice/],
    ['a choice beyond one', edited('0.25', '1'), /choices/],
    ['a negative choice', edited('0.25', '-0.1'), /choices/],
    ['a choice with a huge count', edited('client-2.1/latency/0', 'client-2.1/latency/9999999999999999'), /choices/],
    [
      'too many choices',
      edited(
        '"client-2.1/latency/0": 0.25',
        Array.from({ length: REPLAY_LIMITS.choices + 1 }, (_, index) => `"a/${index}": 0.5`).join(),
      ),
      /choices are more than 100000/,
    ],
    [
      'a choice without a count',
      edited('client-2.1/latency/0', 'client-2.1'),
      /choices\.client-2\.1 is not a key of a choice, such as client-2\.1\/latency\/0$/,
    ],
    ['a path out of the folder', edited('properties/gateway.ts', '../../outside.ts'), /must stay inside/],
    ['an absolute path', edited('properties/gateway.ts', '/etc/outside.ts'), /must be a relative path/],
    ['a drive', edited('properties/gateway.ts', 'C:/outside.ts'), /must be a relative path/],
    ['a URL', edited('properties/gateway.ts', 'data:text/javascript,1//.js'), /must be a relative path/],
    ['a package', edited('properties/gateway.ts', 'node_modules/evil/index.js'), /must not be in node_modules/],
    [
      'a file that is not source code',
      edited('properties/gateway.ts', 'README.md'),
      /must name a TypeScript or JavaScript file/,
    ],
    ['an unknown verdict', edited('"verdict": "violation"', '"verdict": "fine"'), /expected\.onVariant\.verdict/],
    ['another expectation', edited('"onUnmodified": "none"', '"onUnmodified": "any"'), /expected\.onUnmodified/],
    [
      'an id that is a path',
      edited(`"id": "${sampleReplay().id}"`, '"id": "../../x"'),
      /id must be 6 hexadecimal digits/,
    ],
  ])('%s', (_what, content, expected) => {
    const message = errorOf(content);
    expect(message).toMatch(expected);
    // eslint-disable-next-line no-control-regex
    expect(message).not.toMatch(/[\n\x1b]|position \d|Unexpected token/);
    expect(message.length).toBeLessThan(220);
  });
});

test('a refused file changes no prototype', () => {
  errorOf(edited('"symbol": "AAPL"', '"__proto__": { "polluted": true }'));
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
