/** Records as tests write them. */
import type { RunRecord, Unstamped } from '../../kernel/record.ts';

export type At = readonly [step: number, atMs: number, record: Unstamped];

export const stamped = (...records: readonly At[]): RunRecord[] =>
  records.map(([step, atMs, record]) => ({ ...record, step, atMs }) as RunRecord);

/** A text frame from the client that node-1 has received. */
export const frame = (client: string, changed: object): Unstamped =>
  ({
    type: 'frame',
    link: `${client}#1`,
    client,
    node: 'node-1',
    direction: 'up',
    kind: 'text',
    phase: 'delivered',
    text: '',
    code: 0,
    ...changed,
  }) as Unstamped;

/** A command of node-1 that Redis has applied. */
export const command = (name: string, key: string, changed: object = {}): Unstamped =>
  ({
    type: 'command',
    node: 'node-1',
    connection: 'node-1.1.redis-1#1',
    command: name,
    key,
    phase: 'applied',
    detail: '',
    number: 1,
    ...changed,
  }) as Unstamped;

export const timer = (label: string, owner: string, phase: 'started' | 'fired'): Unstamped => ({
  type: 'timer',
  node: 'node-1',
  label,
  owner,
  phase,
});

/** The record at each of `count` moments, 100 ms apart. */
export function repeated(count: number, firstStep: number, record: (nth: number) => Unstamped): At[] {
  return Array.from({ length: count }, (_, nth): At => [firstStep + nth, (firstStep + nth) * 100, record(nth)]);
}
