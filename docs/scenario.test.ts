/** docs/scenario.md lists the keys of a scenario with the defaults that the code applies. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ACTOR_DEFAULTS, type Default, SCENARIO_DEFAULTS, SYSTEM_DEFAULTS } from '../sim/run/scenario-defaults.ts';
import { differences } from './compare.ts';
import { column, tableWith } from './markdown.ts';
import { membersOf } from './sources.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/scenario.md');

const shownDefault = (entry: Default): string => ('derived' in entry ? entry.derived : inspect(entry.value));

test.each<[string, Readonly<Record<string, Default>>]>([
  ['key', SCENARIO_DEFAULTS],
  ['key of `system`', SYSTEM_DEFAULTS],
  ['key of an actor', ACTOR_DEFAULTS],
])('the table by %s', (head, defaults) => {
  const { rows } = tableWith(page, head, 'default', 'reason');
  const actual = Object.entries(defaults).map(([key, entry]) => [key, shownDefault(entry), entry.reason].join(' | '));
  expect(
    differences(
      rows.map((row) => row.join(' | ')),
      actual,
    ),
  ).toEqual([]);
});

test('the table of the context', () => {
  const table = tableWith(page, 'in the context', 'what it does');
  const documented = column(table, 0).flatMap((cell) =>
    [...cell.matchAll(/(?:^|`)(\w+)/g)].map(([, name = '']) => name),
  );
  expect(differences(documented, membersOf(textOf('sim/run/actor.ts'), 'ActorContext'))).toEqual([]);
});
