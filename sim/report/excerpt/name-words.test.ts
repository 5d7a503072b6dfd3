import { expect, test } from 'vitest';
import { identifiersIn, nameWords, wholeWords } from './name-words.ts';

const unique = (text: string): string[] => [...new Set(nameWords(text))];

test.each<[string, string[]]>([
  ['', []],
  ['client-2', ['client-2']],
  ['client-2 left at 11.2 s', ['client-2', 'left']],
  ['conn:client-2', ['conn:client-2', 'conn', 'client-2']],
  ['price/feed:AAPL', ['price/feed:AAPL', 'price', 'feed', 'AAPL']],
  ['client-2#1', ['client-2#1']],
  ['said "plum" (client-1.2), twice; \'pear\'', ['said', 'plum', 'client-1.2', 'twice', 'pear']],
  ['2a-b', ['2a-b']],
  ['1st', []],
  ['42 -17 11.2 ->', []],
  ['ok a:b c/d', ['a:b', 'c/d']],
  ['ÄÖÜ', []],
  [`${' '.repeat(499)}late`, []],
])('%j has the names %j', (text, names) => {
  expect(unique(text)).toEqual(names);
});

test('a word without separators is counted twice: whole and as its only part', () => {
  expect(nameWords('AAPL')).toEqual(['AAPL', 'AAPL']);
});

test('a whole word keeps its parts and loses the punctuation at its end', () => {
  expect(wholeWords('client-2 left: "room:red", 12 s ago.')).toEqual(['client-2', 'left', 'room:red', 'ago']);
});

test('an identifier has a letter and a digit', () => {
  expect(identifiersIn('{"note":"note-7","by":["client-2:1"],"at":17}')).toEqual(['note-7', 'client-2:1']);
});
