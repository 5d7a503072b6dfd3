import { describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { compare } from './compare.ts';

const caseOf = (...commands: string[]): Case => ({
  group: 'planted',
  protocol: 2,
  isInterleaved: false,
  steps: commands.map((command) => ({ client: 0, words: command.split(' ') })),
});

const outcome = (...replies: string[]) => ({ received: replies.map((reply) => [reply]), end: null });

/** The signatures of the differences between two lists of replies. */
function signatures(commands: readonly string[], real: readonly string[], model: readonly string[]): string[] {
  const found = compare(caseOf(...commands), outcome(...real), outcome(...model));
  return found.map(({ signature }) => signature);
}

describe('replies that may differ', () => {
  it.each([
    ['SMEMBERS t', '*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\na\r\n'],
    [
      'HGETALL h',
      '*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n',
      '*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\na\r\n$1\r\n1\r\n',
    ],
    ['SPOP t', '$1\r\na\r\n', '$1\r\nb\r\n'],
    ['PTTL s', ':99990\r\n', ':100000\r\n'],
    ['XADD x * f v', '$15\r\n1795000000000-0\r\n', '$15\r\n1795000000004-0\r\n'],
    ['SSCAN t 0 COUNT 1', '*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n', '*2\r\n$1\r\n1\r\n*0\r\n'],
    ['SORT t BY w_* ALPHA', '*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\na\r\n'],
  ])('%s', (command, real, model) => {
    expect(signatures([command], [real], [model])).toEqual([]);
  });
});

describe('replies that may not differ', () => {
  it.each([
    ['SMEMBERS t', '*1\r\n$1\r\na\r\n', '*1\r\n$1\r\nb\r\n', 'SMEMBERS in array (bulk | bulk)'],
    ['HGETALL h', '*2\r\n$1\r\na\r\n$1\r\n1\r\n', '*2\r\n$1\r\na\r\n$1\r\n2\r\n', 'HGETALL in array (bulk | bulk)'],
    ['SPOP t 2', '*1\r\n$1\r\na\r\n', '*0\r\n', 'SPOP (array | empty array of another length)'],
    ['PTTL s', ':99990\r\n', ':-1\r\n', 'PTTL (integer | integer)'],
    ['LRANGE l 0 -1', '*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\na\r\n', 'LRANGE in array (bulk | bulk)'],
    ['BLPOP l 1', '*-1\r\n', '$-1\r\n', 'BLPOP (nil array | nil)'],
    ['SET s x EX a', '-ERR syntax error\r\n', '+OK\r\n', 'SET EX (error ERR syntax error | status)'],
    [
      'XPENDING x g',
      '*4\r\n:1\r\n$-1\r\n$-1\r\n*-1\r\n',
      '*4\r\n:2\r\n$-1\r\n$-1\r\n*-1\r\n',
      'XPENDING in array (integer | integer)',
    ],
    ['GET s', '$1\r\na\r\n', '', 'GET (bulk | nothing)'],
  ])('%s', (command, real, model, signature) => {
    expect(signatures([command], [real], [model])).toEqual([signature]);
  });
});

it('blames the queued command for a difference within EXEC', () => {
  const found = signatures(
    ['MULTI', 'GET s', 'STRLEN s', 'EXEC'],
    ['+OK\r\n', '+QUEUED\r\n', '+QUEUED\r\n', '*2\r\n$1\r\na\r\n:1\r\n'],
    ['+OK\r\n', '+QUEUED\r\n', '+QUEUED\r\n', '*2\r\n$1\r\na\r\n:2\r\n'],
  );
  expect(found).toEqual(['STRLEN (integer | integer)']);
});

it('continues behind errors, and ends where the data may differ', () => {
  const commands = ['GET', 'INCR n', 'INCR n'];
  const found = signatures(commands, ['-ERR a\r\n', ':1\r\n', ':2\r\n'], ['-ERR b\r\n', ':5\r\n', ':6\r\n']);
  expect(found).toEqual(['GET (error ERR a | error ERR b)', 'INCR (integer | integer)']);
});

it('ends where the servers have removed different elements', () => {
  const replies = (member: string) => [`$1\r\n${member}\r\n`, `*1\r\n$1\r\n${member}\r\n`];
  expect(signatures(['SPOP t', 'SMEMBERS t'], replies('a'), replies('b'))).toEqual([]);
});

it('ends within EXEC where the servers have removed different elements', () => {
  const replies = (member: string, other: string) => [
    ...['+OK\r\n', '+QUEUED\r\n', '+QUEUED\r\n'],
    `*2\r\n$1\r\n${member}\r\n*1\r\n$1\r\n${other}\r\n`,
  ];
  expect(signatures(['MULTI', 'SPOP t', 'SMEMBERS t', 'EXEC'], replies('a', 'b'), replies('b', 'a'))).toEqual([]);
});

it('knows the commands of a transaction behind a refused MULTI', () => {
  const replies = (members: string) => [
    ...['+OK\r\n', '+QUEUED\r\n', '-ERR MULTI calls can not be nested\r\n'],
    `*1\r\n*2\r\n${members}`,
  ];
  const found = signatures(
    ['MULTI', 'SMEMBERS t', 'MULTI', 'EXEC'],
    replies('$1\r\na\r\n$1\r\nb\r\n'),
    replies('$1\r\nb\r\n$1\r\na\r\n'),
  );
  expect(found).toEqual([]);
});

it('counts a model that throws as different', () => {
  const tested = caseOf('GET s', 'STRLEN s');
  const found = compare(tested, outcome('$-1\r\n', ':0\r\n'), {
    received: [['$-1\r\n']],
    end: 'threw TypeError: x\n at y',
  });
  expect(found.map(({ step, signature }) => ({ step, signature }))).toEqual([
    { step: 1, signature: 'STRLEN (:N | threw TypeError: x)' },
  ]);
});

it('compares what every client receives', () => {
  const tested = { ...caseOf('PUBLISH c m'), isInterleaved: true };
  const received = (message: string) => ({ received: [[':1\r\n', message, '']], end: null });
  const found = compare(tested, received('*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n'), received(''));
  expect(found.map(({ client, signature }) => ({ client, signature }))).toEqual([
    { client: 1, signature: 'PUBLISH at another client (array | nothing)' },
  ]);
});
