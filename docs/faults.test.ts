/** docs/faults.md and the catalogue of faults agree, both ways. */
import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../sim/world/faults/catalogue.ts';
import { differences } from './compare.ts';
import { tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const HITS = { client: 'a client', node: 'a node', redis: 'Redis' };

test('the table lists each fault with the texts of the code', () => {
  const { rows } = tableWith(
    textOf('docs/faults.md'),
    'kind',
    'hits',
    'lasts up to',
    'what happens',
    'what never happens',
  );
  const actual = [...FAULT_KINDS.values()].map(({ kind, aims, durationMsMax, effect, never }) =>
    [kind, HITS[aims], durationMsMax === 0 ? 'a moment' : `${durationMsMax / 1000} s`, effect, never].join(' | '),
  );
  expect(
    differences(
      rows.map((cells) => cells.join(' | ')),
      actual,
    ),
  ).toEqual([]);
});
