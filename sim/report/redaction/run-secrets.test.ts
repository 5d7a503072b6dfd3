import { expect, test } from 'vitest';
import type { Unstamped } from '../../kernel/record.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { frame, stamped } from '../test/written-records.ts';
import { RunSecrets } from './run-secrets.ts';

const note = (fields: Record<string, string>): Unstamped => ({
  type: 'probe',
  node: 'node-1',
  process: 1,
  name: 'session',
  fields,
});

const held = { failure: null, printed: [] };

test('records, output and the text of the failure lose a secret that one of them names', () => {
  const records = stamped(
    [1, 0, frame('client-1', { text: 'resume abcd-efgh-1234' })],
    [2, 0, note({ token: 'abcd-efgh-1234', room: 'red' })],
  );
  const failure = {
    verdict: 'crash',
    step: 2,
    atMs: 0,
    signature: 'crash',
    text: 'no abcd-efgh-1234 in rooms.ts',
    places: [{ start: 21, end: 29, place: { text: 'system.js', line: 1, column: 1 } }],
  } satisfies Failure;
  const printed = [{ after: 1, step: 1, atMs: 0, who: 'node-1', text: 'got abcd-efgh-1234' }];
  const safe = new RunSecrets().inReport({ records, printed, failure });
  expect(safe.records).toMatchObject([
    { text: 'resume [redacted 1]' },
    { fields: { token: '[redacted 1]', room: 'red' } },
  ]);
  expect(safe.printed.map(({ text }) => text)).toEqual(['got [redacted 1]']);
  const { text, places = [] } = safe.failure as typeof failure;
  expect(text).toBe('no [redacted 1] in rooms.ts');
  expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(['rooms.ts']);
});

test('what commands said and were answered has no secrets', () => {
  const jwt = `eyJ${'a'.repeat(20)}.b.c`;
  const texts = [
    'user:1 password hunter22 name ada',
    '["password","hunter22","name","ada"]',
    `session:1 {"token":"abcd-efgh-1234"}`,
    `tokens ${jwt}`,
    'board 17 ada',
  ].map((text, record) => ({ record, text }));
  expect(new RunSecrets().inReport({ ...held, texts }).texts?.map(({ text }) => text)).toEqual([
    'user:1 password=[redacted 1] name ada',
    '["password":"[redacted 1]","name","ada"]',
    'session:1 {"token":"[redacted 2]"}',
    'tokens [redacted 3]',
    'board 17 ada',
  ]);
});

test('records without secrets are the same objects, and names of clients stay', () => {
  const records = stamped(
    [1, 0, frame('client-1', { text: '{"token":"client-1234"}' })],
    [2, 0, frame('client-1234', { text: 'hello client-1234' })],
  );
  const safe = new RunSecrets().inReport({ ...held, records });
  expect(safe.records[0]).toMatchObject({ client: 'client-1', text: '{"token":"[redacted 1]"}' });
  expect(safe.records[1]).toBe(records[1]);
});

test('an argument is a secret by its name only if it looks like one, and wherever it is sent', () => {
  const begun = (given: object): Unstamped =>
    ({ type: 'operation', id: 'a-1.1', actor: 'a-1', name: 'enter', phase: 'begin', detail: '', ...given }) as never;
  const given = { token: 'valid for too long', kind: 'expired', password: 'hunter22', code: 'abcd-efgh-1234' };
  const records = stamped(
    [1, 0, begun({ arguments: given, drawn: { token: 'good', pin: { token: 'x' } } })],
    [2, 0, begun({ arguments: { token: 'good' } })],
    [3, 0, frame('a-1', { text: '{"token":"abcd-efgh-1234"}' })],
  );
  const safe = new RunSecrets().inReport({ ...held, records }).records;
  expect(safe[0]).toMatchObject({
    arguments: { ...given, password: '[redacted 1]', code: '[redacted 3]' },
    drawn: { token: 'good', pin: { token: '[redacted 2]' } },
  });
  expect(safe[1]).toBe(records[1]);
});

test('a secret has the same number in all runs of a command', () => {
  const secrets = new RunSecrets();
  const runOf = (...tokens: readonly string[]) => ({
    ...held,
    records: stamped(...tokens.map((token) => [1, 0, frame('client-1', { text: `token=${token}` })] as const)),
  });
  secrets.inReport(runOf('first-secret'));
  expect(secrets.inReport(runOf('other-secret', 'first-secret')).records).toMatchObject([
    { text: 'token=[redacted 2]' },
    { text: 'token=[redacted 1]' },
  ]);
});

test('values of the state are found by their path, and by secrets of the run', () => {
  const secrets = new RunSecrets();
  secrets.inReport({ ...held, records: stamped([1, 0, note({ token: 'abcd-efgh-1234' })]) });
  const path = 'node-1/Sessions.1["abcd-efgh-1234"]';
  expect(secrets.inChanges([{ step: 1, path, before: null, after: '"abcd-efgh-1234"' }])).toEqual([
    { step: 1, path: 'node-1/Sessions.1["[redacted 1]"]', before: null, after: '"[redacted 1]"' },
  ]);
  const before = new Map([['node-1/Auth.1.#secret', '"abc"']]);
  expect([...secrets.inState({ before, changes: [] }).before]).toEqual([['node-1/Auth.1.#secret', '[redacted]']]);
});
