import { expect, test } from 'vitest';
import type { Property } from '../run/property.ts';
import { propertyNotes } from './property-notes.ts';

const notesFor = (...kinds: readonly Property['kind'][]) =>
  propertyNotes({ properties: kinds.map((kind) => ({ kind }) as Property) });

test('a scenario without properties is noted, even if it has marks', () => {
  expect(notesFor()).toEqual([expect.stringMatching(/^the scenario has no properties: /)]);
  expect(notesFor('sometimes')).toHaveLength(1);
  expect(notesFor('sometimes', 'always')).toEqual([]);
  expect(notesFor('eventually')).toEqual([]);
});
