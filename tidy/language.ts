/**
 * The language of what people read: phrases of a private idiom, each with what to write instead,
 * and the width of prose.
 */
import { proseOf, wrappableLines } from './prose.ts';
import { type Finding, lineOf, type SourceFile, syntaxOf, walk } from './source.ts';

const PERSON = /whoever|somebody|nobody|everybody/;

/**
 * What not to write, and what to write instead. A space in a pattern matches any white space,
 * because prose is wrapped.
 */
export const PHRASES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/so (?:many|long|much)/, 'name the quantity: number of, up to, at most, while; with the unit'],
  [PERSON, 'name the role: caller, client, user, node, process; no process, each client'],
  [/(?:is|are|was|were|be|been|being) told/, 'receives, is notified of; or name who sends it'],
  [/(?:stand|stands|stood|standing) (?:in|for|beside)/, 'is, means, appears in, is listed in, is stored in'],
  [/in good order|not in order/, 'gracefully, valid; or say what is wrong: invalid file'],
  [/any(?: )?more/, 'no longer'],
  [/for ever/, 'forever; or without limit'],
  [/all the same/, 'still; or identical'],
  [/meanwhile/, 'until then, at the same time'],
  [/by (?:itself|themselves)|of (?:its|their) own/, 'automatically, alone; its own X, a separate X'],
  [/be it/, 'whether, including'],
  [/befall|befalls|befell|befallen/, 'inject, hit, happen to'],
  [/mend|mends|mended|mending/, 'fix'],
  [/clean code/, 'unmodified code'],
  [/twins?/, 'simulated X'],
  [/there (?:is|are) no [^.;]+; there (?:is|are)|(?<=; )there are(?=:)/, 'unknown X (expected one of: …)'],
  [
    /(?<!\bthere )(?:is|are) no (?!longer\b|more\b|less\b|fewer\b|different\b|better\b|worse\b|simpler\b)\w+/,
    'is not an X, has no X',
  ],
];

export const COLUMNS_MAX = 100;

const WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = PHRASES.map(([{ source }, instead]) => [
  new RegExp(`(?<!\\w)(?:${source.replaceAll(' ', '\\s+')})(?!\\w)`, 'gi'),
  instead,
]);

/** Phrases of the private idiom in Markdown, comments, user-facing strings and titles of tests. */
export function checkPhrases(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const prose = proseOf(file);
    return WORDS.flatMap(([pattern, instead]) =>
      [...prose.matchAll(pattern)].map(({ 0: phrase, index }) => ({
        path: file.path,
        line: prose.slice(0, index).split('\n').length,
        what: `"${phrase.replaceAll(/\s+/g, ' ').replaceAll(/__+/g, '…')}": ${instead}`,
      })),
    ).sort((a, b) => a.line - b.line);
  });
}

const PERSON_IN_NAME = new RegExp(PERSON.source, 'i');

/** Identifiers that name a person instead of a role. They are read as often as comments. */
export function checkNames(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path, text }) => /\.[tj]s$/.test(path) && PERSON_IN_NAME.test(text))
    .flatMap((file) => {
      const findings: Finding[] = [];
      walk(syntaxOf(file), (node) => {
        const name = node.type === 'Identifier' || node.type === 'PrivateName' ? String(node['name'] ?? '') : '';
        if (PERSON_IN_NAME.test(name))
          findings.push({
            path: file.path,
            line: lineOf(node),
            what: `"${name}": name the role: NONE, DOMAIN, withoutHost`,
          });
        return undefined;
      });
      return findings;
    });
}

/**
 * Lines of prose in Markdown and of comments that are too wide. Code is laid out by the formatter.
 */
export function checkProseWidth(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    [...wrappableLines(file)]
      .map(([line, text]) => ({ line, columns: [...text].length }))
      .filter(({ columns }) => columns > COLUMNS_MAX)
      .map(({ line, columns }) => ({
        path: file.path,
        line,
        what: `${columns} columns; wrap prose and comments at ${COLUMNS_MAX}`,
      })),
  );
}
