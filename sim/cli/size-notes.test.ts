import { expect, test } from 'vitest';
import type { Scenario } from '../run/scenario.ts';
import { sizeNotes } from './size-notes.ts';

const scenario = { nodesMax: 2, actors: { user: { countMax: 10 }, guest: { countMax: 5 } } } as unknown as Scenario;

test('sizes within the limits of the scenario give no note', () => {
  expect(sizeNotes(scenario, {})).toEqual([]);
  expect(sizeNotes(scenario, { clients: 5, nodes: 2 })).toEqual([]);
});

test('sizes beyond the limits give a note each', () => {
  expect(sizeNotes(scenario, { clients: 11, nodes: 5 })).toEqual([
    "--clients 11 exceeds the scenario's countMax: 10 for user, 5 for guest",
    "--nodes 5 exceeds the scenario's nodesMax: 2",
  ]);
});
