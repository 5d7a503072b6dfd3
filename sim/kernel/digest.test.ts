import { describe, expect, it } from 'vitest';
import { Digest } from './digest.ts';
import type { RunRecord } from './record.ts';

const STAMP = { step: 7, atMs: 12.345 };
const LONG = 'a text that is longer than sixteen units';

/** One record of each type. */
const RECORDS: readonly RunRecord[] = [
  { type: 'operation', ...STAMP, id: 'op', actor: 'client-1', name: 'subscribe', phase: 'ok', detail: 'd' },
  {
    type: 'frame',
    ...STAMP,
    link: 'client-1#1',
    client: 'client-1',
    node: 'node-1',
    direction: 'up',
    kind: 'text',
    phase: 'sent',
    text: LONG,
    code: 0,
  },
  {
    type: 'command',
    ...STAMP,
    node: 'node-1',
    connection: 'c#1',
    command: 'set',
    key: 'k',
    phase: 'sent',
    detail: '',
    number: 3,
  },
  { type: 'timer', ...STAMP, node: 'node-1', label: 'ping', owner: 'c', phase: 'started' },
  { type: 'node', ...STAMP, node: 'node-1', process: 1, phase: 'ready' },
  { type: 'fault', ...STAMP, id: 'fault-1', kind: 'latency', target: '*', phase: 'hit', detail: 'x' },
  {
    type: 'probe',
    ...STAMP,
    node: 'node-1',
    process: 1,
    name: 'opened',
    fields: { count: 1, name: 'x', done: true },
  },
];

/**
 * Not digested separately: another field begins with them, `client-1#1` and
 * `node-1.1.redis-1#1`.
 */
const CONTAINED: ReadonlySet<string> = new Set(['frame.client', 'command.node']);

function digestOf(...records: RunRecord[]): string {
  const digest = new Digest();
  for (const record of records) digest.add(record);
  return digest.toString();
}

type Field = string | number | boolean | Record<string, unknown>;

/** Values that differ from a field's own as little as they can. */
function mutants(value: Field): Field[] {
  if (typeof value === 'number') return [value + 1, -value - 1, value + 2 ** 32, value + 0.001].slice(0, 3);
  if (typeof value === 'string') return [`${value} `, `${value}\u0000`, value === '' ? 'x' : value.slice(1)];
  if (typeof value === 'boolean') return [!value];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...mutants(inner as Field).map((changed) => ({ ...value, [name]: changed })),
    { ...value, [name]: String(inner) === inner ? inner.length : String(inner) },
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
    { ...Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)), [`${name}x`]: inner },
  ]);
}

describe('the digest', () => {
  it.each(RECORDS)('changes with every field of a record of type $type', (record) => {
    const whole = digestOf(record);
    const seen = new Set([whole]);
    let changes = 0;
    for (const [name, value] of Object.entries(record)) {
      // A changed type needs other fields.
      if (name === 'type' || CONTAINED.has(`${record.type}.${name}`)) continue;
      for (const changed of mutants(value as Field)) {
        seen.add(digestOf({ ...record, [name]: changed } as RunRecord));
        changes += 1;
        expect(seen.size, `${name}: ${JSON.stringify(changed)}`).toBe(changes + 1);
      }
    }
    expect(changes).toBeGreaterThan(8);
  });

  it('covers neither arguments of operations nor reasons of closing frames', () => {
    const [operation, frame] = RECORDS;
    expect(digestOf({ ...operation, arguments: { token: 'expired' } } as RunRecord)).toBe(digestOf(operation!));
    expect(digestOf({ ...frame, reason: 'too slow' } as RunRecord)).toBe(digestOf(frame!));
  });

  it('differs between types of records', () => {
    expect(new Set(RECORDS.map((record) => digestOf(record))).size).toBe(RECORDS.length);
  });

  it('changes with the version that a process runs', () => {
    const ready = { type: 'node', ...STAMP, node: 'node-1', process: 1, phase: 'ready' } as const;
    expect(digestOf({ ...ready, version: 'other' })).not.toBe(digestOf(ready));
  });

  it('differs between all neighbouring microseconds', () => {
    const digests = Array.from({ length: 5000 }, (_, us) =>
      digestOf({ type: 'node', step: 1, atMs: us / 1000, node: 'node-1', process: 1, phase: 'ready' }),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('changes with the order of records, and with their number', () => {
    const digests = RECORDS.map((_, start) => digestOf(...RECORDS.slice(start), ...RECORDS.slice(0, start)));
    expect(new Set(digests).size).toBe(RECORDS.length);
    const [first] = RECORDS;
    if (first !== undefined) expect(digestOf(first, first)).not.toBe(digestOf(first));
  });

  it('changes when a text moves from one field to the next', () => {
    const [operation] = RECORDS;
    const one = { ...operation, id: 'ab', actor: 'c' } as RunRecord;
    const other = { ...operation, id: 'a', actor: 'bc' } as RunRecord;
    expect(digestOf(one)).not.toBe(digestOf(other));
  });

  it('depends on the content of a long text, even if the same text came before', () => {
    const text = (words: string) => ({ ...RECORDS[1], text: words }) as RunRecord;
    const [a, b] = [text(LONG), text(LONG.toUpperCase())];
    const short = text('short');
    const digests = [
      [a, a, a],
      [a, a, b],
      [a, b, a],
      [a, b, b],
      [b, a, a],
      [a, short, a],
      [a, short, b],
      [b, short, a],
    ].map((records) => digestOf(...records));
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('of fixed records never changes', () => {
    expect([digestOf(), digestOf(...RECORDS)]).toEqual(['13198a2e243f6a88', '80d4d18fe3a4ceeb']);
  });
});
