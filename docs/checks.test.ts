/** Each check of the documents fails where it should. */
import { describe, expect, test } from 'vitest';
import { changed, changeIn, commandsIn, savedId, sooner, withId } from './commands.ts';
import { differences } from './compare.ts';
import { isAsShown, linesOf } from './frames.ts';
import { commandsInHelp, flagsInHelp } from './help.ts';
import { brokenLinks } from './links.ts';
import { fencesIn, tablesIn, tableWith } from './markdown.ts';
import { membersOf, namesIn } from './sources.ts';

describe('differences', () => {
  test.each([
    [['a', 'b'], ['b', 'a'], []],
    [['a'], ['a', 'b'], ['not documented: b']],
    [['a', 'b'], ['a'], ['documented, but not there: b']],
    [['a', 'a'], ['a'], ['documented twice: a']],
  ])('of %j and %j', (documented, actual, expected) => {
    expect(differences(documented, actual)).toEqual(expected);
  });
});

describe('tables', () => {
  const markdown = 'x\n\n| a | b |\n| --- | --- |\n| `one` | two |\n| three | |\n\n| c |\n| --- |\n| d |';

  test('are read with their cells', () => {
    expect(tablesIn(markdown)).toEqual([
      {
        head: ['a', 'b'],
        rows: [
          ['one', 'two'],
          ['three', ''],
        ],
      },
      { head: ['c'], rows: [['d']] },
    ]);
    expect(tableWith(markdown, 'c').rows).toEqual([['d']]);
  });

  test('that are missing, doubled, uneven or only shown are noticed', () => {
    expect(() => tableWith(markdown, 'a')).toThrow('0 tables');
    expect(() => tableWith(`${markdown}\n\n${markdown}`, 'c')).toThrow('2 tables');
    expect(() => tablesIn('| a | b |\n| --- | --- |\n| one |')).toThrow('has 1 cells');
    expect(tablesIn(`\`\`\`text\n${markdown}\n\`\`\``)).toEqual([]);
  });
});

test('links that lead nowhere are found', () => {
  const pages = [
    {
      path: 'a.md',
      text: '# One two\n[b](docs/b.md) [c](docs/c.md) [self](#one-two) [no](#three) [web](https://x.y/z)',
    },
    {
      path: 'docs/b.md',
      text: '[a](../a.md#one-two) [a](../a.md#two) [a](a.md)\n```sh\n[x](nowhere)\n```\n`[y](nowhere)`',
    },
  ];
  const exists = (file: string): boolean => ['a.md', 'docs/b.md'].includes(file);
  expect(brokenLinks(pages, exists)).toEqual([
    'a.md: docs/c.md',
    'a.md: #three',
    'docs/b.md: ../a.md#two',
    'docs/b.md: a.md',
  ]);
});

test('help is read with its wrapped lines', () => {
  const help =
    'Usage\n\nOptions:\n  --a <n>  a number (default: 2)\n  -h, --help  show\n           help (default:\n           "x")\n\nCommands:\n  run [options] [file]  runs';
  expect(flagsInHelp(help, 'Options')).toEqual([
    { flag: '--a <n>', defaultValue: '2' },
    { flag: '--help', defaultValue: 'x' },
  ]);
  expect(flagsInHelp(help, 'Global Options')).toEqual([]);
  expect(commandsInHelp(help)).toEqual(['run [file]']);
});

describe('commands', () => {
  test('are read with their exit codes, from sh blocks alone', () => {
    const markdown = '```sh\na && b\nc -- d   # exit 1\n```\n\n```text\ne\n```\n';
    expect(commandsIn(markdown)).toEqual([
      { text: 'a', exit: 0 },
      { text: 'b', exit: 0 },
      { text: 'c -- d', exit: 1 },
    ]);
    expect(fencesIn(markdown).map(({ language }) => language)).toEqual(['sh', 'text']);
  });

  test('take the id of the run before them, and end sooner', () => {
    expect(savedId('saved replays/a-b-0123ab.json\nreplays/c-4567cd.json')).toBe('4567cd');
    expect(savedId('nothing')).toBeNull();
    expect(withId('npm run sim -- replay 6135ec', 'abcdef')).toBe('npm run sim -- replay abcdef');
    expect(withId('npx seedstorm shrink <id> --time 5s', 'abcdef')).toBe('npx seedstorm shrink abcdef --time 5s');
    expect(withId('npm run sim -- replay 6135ec', null)).toBe('npm run sim -- replay 6135ec');
    expect(sooner('npm run sim -- mutants')).toBe('npm run sim -- mutants dual-state --shrink-time 200ms');
    expect(sooner('npx seedstorm mutants a b')).toBe('npm run sim -- mutants a b --shrink-time 200ms');
    expect(sooner('npm run sim -- run a.ts --seeds 20')).toBe('npm run sim -- run a.ts --seeds 3 --seed-start 0x1');
    expect(sooner('npx seedstorm run --seed 0x5')).toBe('npm run sim -- run --seed 0x5');
    expect(sooner('npm run sim -- corpus check')).toBe('npm run sim -- corpus check');
  });

  test('a change is made where its line is, and only there', () => {
    const change = changeIn('--- a.ts\n-  one();\n+  two();\n');
    expect(changed('x\n  one();\ny', change)).toBe('x\n  two();\ny');
    expect(() => changed('x', change)).toThrow('0 times');
    expect(() => changed('  one();\n  one();', change)).toThrow('2 times');
    expect(() => changeIn('-one\n+two\n')).toThrow('one line');
  });
});

test('a session that differs from what is shown is noticed', () => {
  const [line] = linesOf('← {"type":"hello","name":"…","n":1}\n');
  if (line === undefined) throw new Error('no line');
  expect(line.fromClient).toBe(false);
  expect(isAsShown(line.frame, { type: 'hello', name: 'x', n: 1 })).toBe(true);
  expect(isAsShown(line.frame, { type: 'hello', name: 'x', n: 2 })).toBe(false);
  expect(isAsShown(line.frame, { type: 'hello', name: 'x', n: 1, more: 1 })).toBe(false);
  expect(isAsShown(line.frame, { type: 'hello', n: 1 })).toBe(false);
});

test('names are read from sources', () => {
  const source = 'export interface A {\n  readonly b: string;\n  c(): void;\n  d?: {\n    e: 1;\n  };\n}\n';
  expect(membersOf(source, 'A')).toEqual(['b', 'c', 'd']);
  expect(() => membersOf(source, 'B')).toThrow('interface not found: B');
  expect(namesIn(source, /: (\w+);/g)).toEqual(['string', 'void', '1']);
});
