import { expect, test } from 'vitest';
import type { Property } from '../run/property.ts';
import { propertyNotes } from './property-notes.ts';

const of = (...kinds: readonly Property['kind'][]) =>
  propertyNotes({ properties: kinds.map((kind) => ({ kind }) as Property) });

test('a scenario without a promise is noted, also when it has marks', () => {
  expect(of()).toEqual([expect.stringMatching(/^the scenario promises nothing: /)]);
  expect(of('sometimes')).toHaveLength(1);
  expect(of('sometimes', 'always')).toEqual([]);
  expect(of('eventually')).toEqual([]);
});
