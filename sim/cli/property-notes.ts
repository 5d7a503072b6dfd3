/** The note on a scenario without properties: it holds whatever its system does. */
import type { Scenario } from '../run/scenario.ts';

export function propertyNotes({ properties }: Pick<Scenario, 'properties'>): string[] {
  return properties.some(({ kind }) => kind !== 'sometimes')
    ? []
    : ['the scenario has no properties: only crashes, escapes, nondeterminism and missing progress can be found'];
}
