/** What the page makes of the records of a run: messages, stretches, lanes, filters, names. */
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../kernel/record.ts';
import { causesIn } from '../report/why/why.ts';
import { pageRunOf } from './page-run.ts';
import { filtered, toggled, tokensIn, withoutCone } from './browser/run/filter.ts';
import { lanesOf } from './browser/run/lanes.ts';
import { RunModel } from './browser/run/run-model.ts';
import { faultSpans, liveSpans } from './browser/run/spans.ts';

type Fields = Readonly<Record<string, unknown>>;

const frame = {
  type: 'frame',
  link: 'client-1#1',
  client: 'client-1',
  node: 'node-1',
  kind: 'text',
  text: 'hi',
  code: 0,
};
const command = { type: 'command', node: 'node-1', connection: 'c', command: 'get', key: 'k', detail: '' };
const fault = { type: 'fault', id: 'fault-1', kind: 'latency', target: 'node-1', detail: '' };

/** A run of these records, each with its causes. */
function modelOf(...made: readonly (readonly [record: Fields, ...causes: number[]])[]): RunModel {
  const records = made.map(([record], index) => ({ step: index, atMs: index, ...record }) as unknown as RunRecord);
  const causes = made.map(([, ...because]) => because);
  const report = {
    records,
    causes,
    failure: null,
    printed: [{ after: 2, step: 1, atMs: 1, who: 'node-1.1', text: 'out' }],
  };
  return new RunModel(pageRunOf({ name: 'replay', title: '', about: '', report }).run);
}

test('at the violation the cone is what --why lists, without the loop in which the check ran', () => {
  const timer = { type: 'timer', node: 'node-1', label: 'sweep', owner: 'gateway', phase: 'fired' };
  const opened = { ...frame, kind: 'open', direction: 'up', phase: 'delivered' };
  const made: (readonly [Fields, ...number[]])[] = [[opened], [{ ...frame, direction: 'up', phase: 'delivered' }, 0]];
  for (let nth = 2; nth < 8; nth += 1) made.push([timer, ...(nth === 2 ? [] : [nth - 1])]);
  const records = made.map(([record], index) => ({ step: index, atMs: index, ...record }) as unknown as RunRecord);
  const causes = made.map(([, ...because]) => because);
  const failure = { verdict: 'violation', property: 'p', risk: null, subject: 'client-1', signature: 's' } as const;
  const text = 'client-1 was forgotten';
  const report = { records, causes, failure: { ...failure, step: 7, atMs: 7, text } };
  const model = new RunModel(pageRunOf({ name: 'replay', title: '', about: '', report }).run);
  const listed = causesIn({ records, causes }, { step: 7, text }).map(({ record }) => record - 1);
  expect(listed).toEqual([1, 0]);
  expect(model.start).toBe(7);
  expect(model.coneOf(model.start).items).toEqual([7, ...listed]);
  expect(model.coneOf(4).items).toEqual([4, 3, 2]);
});

describe('messages', () => {
  test('a frame that arrives, and one that is lost, were sent', () => {
    const { startOf, endOf } = modelOf(
      [{ ...frame, direction: 'up', phase: 'sent' }],
      [{ ...frame, direction: 'up', phase: 'sent' }],
      // The output is item 2.
      [{ ...frame, direction: 'up', phase: 'delivered' }, 1],
      [{ ...frame, direction: 'up', phase: 'lost' }, 0],
      [{ ...frame, direction: 'down', phase: 'sent' }, 2],
    ).messages;
    expect([...startOf]).toEqual([-1, -1, -1, 1, 0, -1]);
    expect([...endOf]).toEqual([4, 3, -1, -1, -1, -1]);
  });

  test('a command goes to Redis and comes back, and a message comes from its publisher', () => {
    const { startOf } = modelOf(
      [{ ...command, number: 1, phase: 'sent' }],
      [{ ...command, number: 2, phase: 'sent' }],
      [{ ...command, number: 2, phase: 'applied' }],
      [{ ...command, number: 1, phase: 'lost' }],
      [{ ...command, number: 2, phase: 'reply' }],
      [{ ...command, number: 0, phase: 'delivered' }, 2],
    ).messages;
    expect([...startOf]).toEqual([-1, -1, -1, 1, 0, 3, 3]);
  });
});

describe('stretches', () => {
  test('faults last until they end or the run does, and concern a lane, Redis or all', () => {
    const { items } = modelOf(
      [{ ...fault, phase: 'begun' }],
      [{ ...fault, id: 'fault-2', target: '', phase: 'begun' }],
      [{ ...fault, phase: 'hit' }],
      [{ ...fault, phase: 'ended' }],
      [{ ...fault, id: 'fault-3', kind: 'redis-down', target: '*', phase: 'begun' }],
      [{ ...fault, id: 'run', kind: 'heal', target: '*', phase: 'ended' }],
    );
    expect(faultSpans(items)).toEqual([
      { lane: 'node-1', kind: 'latency', from: 0, until: 4 },
      { lane: '', kind: 'latency', from: 1, until: 6 },
      { lane: 'redis', kind: 'redis-down', from: 5, until: 6 },
    ]);
  });

  test('a node lives from its start to its crash, a client while it is connected', () => {
    const node = { type: 'node', node: 'node-1', process: 1 };
    const { items } = modelOf(
      [{ ...node, phase: 'started' }],
      [{ ...frame, kind: 'open', direction: 'down', phase: 'delivered' }],
      [{ ...node, phase: 'crashed' }],
      [{ ...frame, kind: 'close', direction: 'down', phase: 'down' }],
    );
    expect(liveSpans(items)).toEqual([
      { lane: 'node-1', from: 0, until: 3 },
      { lane: 'client-1', from: 1, until: 4 },
    ]);
  });
});

test('lanes are clients, nodes and Redis; involved clients come first', () => {
  const { items } = modelOf(
    [{ ...command, node: 'node-10', number: 1, phase: 'sent' }],
    [{ ...frame, client: 'client-10', direction: 'up', phase: 'sent' }],
    [{ ...frame, client: 'client-9', node: 'node-2', direction: 'up', phase: 'sent' }],
    [{ ...frame, client: 'client-2', direction: 'up', phase: 'sent' }],
  );
  const names = lanesOf(items, (name) => name === 'client-10').map(({ name }) => name);
  expect(names).toEqual(['client-10', 'client-2', 'client-9', 'node-1', 'node-2', 'node-10', 'redis']);
});

test('each item has a name that leads to it, output included', () => {
  const model = modelOf([{ ...fault, phase: 'begun' }], [{ ...fault, phase: 'hit' }], [{ ...fault, phase: 'ended' }]);
  const ids = model.items.map((_, index) => model.idOf(index));
  expect(ids).toEqual(['1', '2', '2.1', '3']);
  expect(ids.map((id) => model.itemOf(id))).toEqual([0, 1, 2, 3]);
  expect(['', 'x', '-1', '1e3', '2.', '9'].map((id) => model.itemOf(id))).toEqual([null, null, null, null, null, 3]);
});

describe('filters', () => {
  const model = modelOf(
    [{ ...frame, direction: 'up', phase: 'sent', text: 'Red Car' }],
    [{ ...frame, direction: 'up', phase: 'delivered', text: 'Red Car' }, 0],
    [{ ...command, number: 1, phase: 'sent', node: 'node-2' }, 1],
    [{ ...fault, phase: 'begun' }],
  );

  test.each([
    ['', [0, 1, 2, 3, 4]],
    ['k:frame', [0, 1]],
    ['k:output', [2]],
    ['k:frame k:fault', [0, 1, 4]],
    ['n:node-1', [0, 1, 2, 4]],
    ['n:client-1#1', [0, 1]],
    ['n:client', []],
    ['n:redis', [3]],
    ['n:node-1 -k:frame', [2, 4]],
    ['red', [0, 1, 3]],
    ['"red car" sent', [0]],
    ['car -sent', [1]],
    ['s:1', [1, 2]],
    ['s:2..', [3, 4]],
    ['s:..0', [0]],
    ['s:1..2 k:command', [3]],
    ['why:3', [0, 1, 3]],
    ['-why:3', [2, 4]],
    ['k:', [0, 1, 2, 3, 4]],
    ['conn:x', []],
  ])('%s', (text, items) => {
    const found = filtered(model, text);
    expect([...found.items]).toEqual(items);
    expect(found.problem).toBeNull();
  });

  test.each([
    ['k:x', 'x is not a kind (expected operation, '],
    ['s:x', 's: takes steps, such as s:50..66, not x.'],
    ['s:..', 's: takes steps'],
    ['why:x', 'why: takes the number of a record'],
  ])('%s is a mistake, and shows everything', (text, problem) => {
    const found = filtered(model, text);
    expect(found.problem).toContain(problem);
    expect(found.items).toHaveLength(5);
  });

  test('tokens are separated by spaces outside of quotes', () => {
    expect(tokensIn('  -k:timer  "a  b" -"c d" why: "open')).toEqual([
      { prefix: 'k', value: 'timer', isExcluded: true },
      { prefix: 'text', value: 'a  b', isExcluded: false },
      { prefix: 'text', value: 'c d', isExcluded: true },
      { prefix: 'why', value: '', isExcluded: false },
      { prefix: 'text', value: 'open', isExcluded: false },
    ]);
  });

  test('tokens are added and removed', () => {
    expect(toggled(toggled('a', '-k:timer'), 'b')).toBe('a -k:timer b');
    expect(toggled('a -k:timer b', '-k:timer')).toBe('a b');
    expect(withoutCone('why:3 k:frame', 'why:4')).toBe('k:frame why:4');
  });
});
