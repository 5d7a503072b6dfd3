import { expect, it } from 'vitest';
import { ProtocolError, RequestParser } from './request-parser.ts';

const requestOf = (...words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

/** The requests that a parser finds in pieces of `size` bytes. */
function parsed(text: string, size: number, acceptsInline = false): string[][] {
  const parser = new RequestParser(acceptsInline);
  const requests: string[][] = [];
  for (let start = 0; start < text.length; start += size)
    requests.push(...parser.feed(Buffer.from(text.slice(start, start + size), 'latin1')));
  return requests;
}

it('finds the same requests, whatever pieces they arrive in', () => {
  const requests = [['SET', 'key', 'x'.repeat(50)], ['PING'], ['ECHO', ''], ['GET', 'a\r\n*1\r\n$1']];
  const text = requests.map((words) => requestOf(...words)).join('*0\r\n*-1\r\n');
  for (let size = 1; size <= text.length; size += 1) expect(parsed(text, size)).toEqual(requests);
});

it('yields the requests before an invalid one', () => {
  const requests: string[][] = [];
  const read = (): void => {
    for (const request of new RequestParser().feed(Buffer.from(`${requestOf('PING')}GET x\r\n`)))
      requests.push(request);
  };
  expect(read).toThrow(new ProtocolError("expected '*', got 'G'"));
  expect(requests).toEqual([['PING']]);
});

it.each([
  ['ping', ['ping']],
  ['  set  a\tb  ', ['set', 'a', 'b']],
  ['set "a b" \'c "d"\'', ['set', 'a b', 'c "d"']],
  ['"\\n\\r\\t\\b\\a\\q\\\\\\"" x', ['\n\r\t\b\x07q\\"', 'x']],
  // The mark in front says that these are bytes: they are not UTF-8.
  ['"\\x41\\xff\\xzz"', ['\uDC00A\xffxzz']],
  ["'it\\'s \\n'", ["it's \\n"]],
  ['pre"fix"', ['prefix']],
  ['"" \'\'', ['', '']],
])('splits the inline command %j', (line, words) => {
  expect(parsed(`${line}\r\n`, 1, true)).toEqual([words]);
  expect(parsed(`${line}\n`, 100, true)).toEqual([words]);
});

it.each(['"a', "'a", '"a"b', "'a'b", "'a\\'", '"a\\"'])('refuses the quotes of %j', (line) => {
  expect(() => parsed(`${line}\r\n`, 100, true)).toThrow('Protocol error: unbalanced quotes in request');
});
