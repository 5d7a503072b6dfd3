import { describe, expect, test } from 'vitest';
import { COLUMNS_MAX, PHRASES, checkNames, checkPhrases, checkProseWidth } from './language.ts';

/** Text planted into one file. Returns the findings without the file's path. */
function findings(check: typeof checkPhrases, path: string, ...planted: string[]): string[] {
  return check([{ path, text: planted.join('\n') }]).map(({ line, what }) => `${line}: ${what}`);
}

const lines = (check: typeof checkPhrases, path: string, ...planted: string[]): number[] =>
  check([{ path, text: planted.join('\n') }]).map(({ line }) => line);

/** A phrase to avoid, for lines whose code decides whether it is read. */
const PLANTED = ['any', 'more'].join(' ');

/** Sentences by the position of the phrase that each of them contains once. */
const SENTENCES: readonly (readonly string[])[] = [
  ['Runs so many seeds.', 'Waits so long.', 'Comes so much later.'],
  ['Whoever reads it.', 'Shown to somebody.', 'Nobody waits.', 'For everybody.'],
  ['The client is told.', 'Nodes are told.', 'It was told.', 'They were told.', 'May be told.', 'Is being told.'],
  ['Stands in the table.', 'They stand for a node.', 'It stood beside it.', 'Is standing in a record.'],
  ['Stopped in good order.', 'A file is not in order.'],
  ['Not open any more.', 'Not open anymore.'],
  ['Waits for ever.'],
  ['Ends all the same.'],
  ['Meanwhile it waits.'],
  ['Ends by itself.', 'They end by themselves.', 'A key of its own.', 'Keys of their own.'],
  ['A fault, be it of a link.'],
  ['Faults befall it.', 'A fault befalls it.', 'It befell a node.', 'A node befallen by it.'],
  ['Mend it.', 'Mends it.', 'It is mended.', 'Mending it.'],
  ['Finds nothing on the clean code.'],
  ['The twin of ioredis.', 'Twins of both.'],
  ['there is no command x; there are: run', 'There are no kinds x; there is y', 'Unknown x; there are: y'],
  ['This is no number.', 'Texts are no data.'],
];

test.each(['const NOBODY = 1;', 'call(SOMEBODY);', 'class A { #everybody = 1; }', 'const { toWhoever } = a;'])(
  '%s is found',
  (planted) => {
    expect(lines(checkNames, 'sim/a.ts', '', planted)).toContain(2);
    expect(lines(checkNames, 'sim/a.ts', '// NOBODY is in a comment', "export const text = 'nobody';")).toEqual([]);
  },
);

describe('phrases', () => {
  test('each phrase has planted sentences', () => {
    expect(SENTENCES.length).toBe(PHRASES.length);
  });

  test.each(SENTENCES.flatMap((sentences, index) => sentences.map((sentence) => [sentence, index] as const)))(
    '"%s" is found in Markdown, comments and strings',
    (sentence, index) => {
      const instead = PHRASES[index]?.[1];
      const found = (path: string, planted: string): (string | undefined)[] =>
        findings(checkPhrases, path, '', planted).map((finding) => /^2: "[^"]+": (.+)$/.exec(finding)?.[1]);
      expect(found('docs/a.md', sentence)).toEqual([instead]);
      expect(found('sim/a.test.ts', `// ${sentence}`)).toEqual([instead]);
      expect(found('sim/a.ts', `const text = '${sentence}';`)).toEqual([instead]);
    },
  );

  test.each([
    'Also many, along, muchness; the story is untold; standard input; a longstanding for; in order to; any moret',
    'forever, still, recommended, amended, intertwined, itself, maybe its',
    'It is no longer open. There is no way. There are no more. It is no different.',
    'unclean code; bystands for; asbefall',
  ])('words that only contain a phrase are fine: %s', (text) => {
    expect(findings(checkPhrases, 'README.md', text)).toEqual([]);
  });

  test('a finding names the phrase and what to write instead', () => {
    expect(findings(checkPhrases, 'README.md', '', 'It is told', 'twice.')).toEqual([
      '2: "is told": receives, is notified of; or name who sends it',
    ]);
  });

  test('a phrase that is wrapped is found where it begins', () => {
    expect(lines(checkPhrases, 'README.md', 'not any', 'more')).toEqual([1]);
    expect(lines(checkPhrases, 'tidy/a.ts', '', '// not any', '  // more')).toEqual([2]);
    expect(lines(checkPhrases, 'tidy/a.js', '/**', ' * not any', ' * more', ' */')).toEqual([2]);
    expect(lines(checkPhrases, '.ci/run', '#!/bin/sh', '# not any', '# more')).toEqual([2]);
  });

  test.each([
    'const text = `no ${name} any more`;',
    'const text = `there is no ${name}; there are: ${names}`;',
    'const text = `${flag ? "any more" : ""}`;',
    'throw new Error("any more");',
    'const map = { "any more": 1 };',
  ])('a string is read, and so is a template: %s', (line) => {
    for (const folder of ['core', 'sim/run', 'properties', 'bench', 'examples/a', 'docs'])
      expect(lines(checkPhrases, `${folder}/a.ts`, '', line)).toEqual([2]);
  });

  test.each([
    `test('${PLANTED}', () => {});`,
    `describe('${PLANTED}', () => {});`,
    `test.runIf(isLong)('${PLANTED}', () => {});`,
    `it.each(cases)('${PLANTED}', () => {});`,
    `const entries = [['${PLANTED}', () => {}]];`,
    `const entries = [['${PLANTED}', \`script\`]];`,
  ])('the title of a test is read: %s', (line) => {
    expect(lines(checkPhrases, 'sim/run/a.test.ts', '', line)).toEqual([2]);
    expect(lines(checkPhrases, 'sim/run/test/a.ts', '', line)).toEqual([2]);
  });

  test.each([
    ['sim/run/a.test.ts', `test('fine', () => say('${PLANTED}'));`],
    ['sim/run/test/a.ts', `const pair = ['${PLANTED}', '${PLANTED}'];`],
    ['sim/run/a.test.ts', `const text = 'any more';`],
    ['sim/run/test/a.ts', `const text = 'any more';`],
    ['tidy/a.ts', `const text = 'any more';`],
    ['sim/run/a.ts', `import { a } from './mend/twin.ts'; export { b } from './nobody-1.ts';`],
    ['sim/run/a.ts', `const mend = twin / any / more; // fine`],
    ['sim/run/a.ts', `const texts = ['any', 'more'];`],
    ['sim/run/a.ts', '/* any */', '/* more */'],
    ['sim/run/a.ts', '// See `any more` and https://host.example/twin/mend'],
    ['README.md', 'See `any more` and [this](https://host.example/twin/mend).'],
    ['README.md', '```text', 'any more', '```'],
    ['README.md', '~~~~', 'any more', '```', 'any more', '~~~~'],
    ['README.md', 'Run:', '', '    echo any more', '', '    echo any more'],
    ['CHANGELOG.md', '## 0.2.0', 'fine', '## 0.1.0', 'any more'],
    ['replays/a.json', '{ "text": "any more" }'],
    ['.ci/run', 'echo any more'],
  ])('code, test data and replays are left alone: %s', (path, ...planted) => {
    expect(findings(checkPhrases, path, ...planted)).toEqual([]);
  });

  test.each<[path: string, line: number, ...planted: string[]]>([
    ['README.md', 4, '```text', '```', '', 'any more'],
    ['README.md', 3, '- item', '', '    any more'],
    ['README.md', 2, 'a paragraph', '    any more'],
    ['README.md', 1, '| any more | cell |'],
    ['CHANGELOG.md', 2, '## 0.2.0', 'any more', '## 0.1.0'],
    ['sim/run/a.ts', 2, `import './a.ts';`, `const text = 'any more';`],
  ])('prose beside them is read: %s, line %i', (path, line, ...planted) => {
    expect(lines(checkPhrases, path, ...planted)).toEqual([line]);
  });
});

describe('width', () => {
  const words = (columns: number): string => 'word '.repeat(columns / 5 - 1) + 'words';
  const wide = `${words(COLUMNS_MAX)}s`;

  test('prose may have 100 columns, not 101', () => {
    expect(COLUMNS_MAX).toBe(100);
    expect(findings(checkProseWidth, 'README.md', words(100))).toEqual([]);
    expect(findings(checkProseWidth, 'README.md', '', wide)).toEqual([
      '2: 101 columns; wrap prose and comments at 100',
    ]);
  });

  test('a comment may end in column 100, not in 101', () => {
    expect(lines(checkProseWidth, 'sim/a.ts', `// ${words(95)}12`, `  // ${words(95)}1`)).toEqual([2]);
    expect(lines(checkProseWidth, 'sim/a.test.ts', '/**', ` * ${wide}`, ' */')).toEqual([2]);
    expect(lines(checkProseWidth, 'sim/a.js', `call(); // ${words(95)}`)).toEqual([1]);
    expect(lines(checkProseWidth, '.ci/run', `# ${wide}`)).toEqual([1]);
  });

  test('code, tables, fences, URLs and targets of links are exempt', () => {
    const url = `https://host.example/${'a'.repeat(100)}`;
    expect(findings(checkProseWidth, 'sim/a.ts', `const text = '${wide}';`, `// ${url}`)).toEqual([]);
    expect(findings(checkProseWidth, '.ci/run', `echo ${wide}`)).toEqual([]);
    expect(
      findings(checkProseWidth, 'README.md', `| ${wide} |`, `See ${url}.`, `[a](b/${'c'.repeat(100)}.md)`),
    ).toEqual([]);
    expect(findings(checkProseWidth, 'README.md', '```', wide, '```', '', `    ${wide}`)).toEqual([]);
    expect(findings(checkProseWidth, 'CHANGELOG.md', '## 0.2.0', '## 0.1.0', wide)).toEqual([]);
    expect(findings(checkProseWidth, 'replays/a.json', wide)).toEqual([]);
  });

  test('characters are counted, not bytes', () => {
    expect(findings(checkProseWidth, 'README.md', '…'.repeat(100))).toEqual([]);
    expect(lines(checkProseWidth, 'README.md', '…'.repeat(101))).toEqual([1]);
  });
});
