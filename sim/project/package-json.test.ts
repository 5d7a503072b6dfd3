import { describe, expect, test } from 'vitest';
import { withMember } from './package-json.ts';

const added = (text: string): string | null => withMember(text, 'scripts', 'sim', 'seedstorm run');

describe('a script is added', () => {
  test.each([
    [
      'before others, in their style',
      '{\n\t"name": "app",\n\t"files": ["a", "b"],\n\t"scripts": {\n\t\t"test": "vitest"\n\t}\n}\n',
      '{\n\t"name": "app",\n\t"files": ["a", "b"],\n\t"scripts": {\n\t\t"sim": "seedstorm run",\n\t\t"test": "vitest"\n\t}\n}\n',
    ],
    ['on one line', '{"scripts":{"test":"x"}}', '{"scripts":{"sim": "seedstorm run", "test":"x"}}'],
    ['with spaces', '{ "scripts": { "test": "x" } }', '{ "scripts": { "sim": "seedstorm run", "test": "x" } }'],
    [
      'to an empty section',
      '{\n    "scripts": {},\n    "a": 1\n}',
      '{\n    "scripts": {\n        "sim": "seedstorm run"\n    },\n    "a": 1\n}',
    ],
    [
      'with its section, in lines that end as the others',
      '{\r\n  "a": "} {\\"scripts\\": {"\r\n}\r\n',
      '{\r\n  "a": "} {\\"scripts\\": {",\r\n  "scripts": {\r\n    "sim": "seedstorm run"\r\n  }\r\n}\r\n',
    ],
    ['to nothing', '{}\n', '{\n  "scripts": {\n    "sim": "seedstorm run"\n  }\n}\n'],
    [
      'at the root alone',
      '{\n  "b": { "scripts": { "c": 1 } },\n  "scripts" : {\n    "d": "e"\n  }\n}',
      '{\n  "b": { "scripts": { "c": 1 } },\n  "scripts" : {\n    "sim": "seedstorm run",\n    "d": "e"\n  }\n}',
    ],
  ])('%s', (_where, before, after) => {
    expect(added(before)).toBe(after);
    const root = JSON.parse(before) as { scripts?: object };
    expect(JSON.parse(after)).toEqual({ ...root, scripts: { ...root.scripts, sim: 'seedstorm run' } });
  });
});

test.each(['{"scripts":{"sim":"x"}}', '{"scripts":[]}', '{"scripts":"x"}', '[]', 'null'])('%s is left', (text) => {
  expect(added(text)).toBeNull();
});

test('text that is not JSON is refused', () => {
  expect(() => added('{')).toThrow(SyntaxError);
});
